using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Movements;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Tests.Telemetry.Connecting;

namespace Rahdari.Tests.Telemetry.Enriching;

public sealed class FollowingLimitTests
{
    const string Id = "8000620011";
    const int CrossingE7 = 340_000_000;

    static readonly DeviceId Device = new("jt600", Id);
    static readonly UnitId Unit = new(Mrn.Parse("26PK000000000001J" + CheckDigit.Of("26PK000000000001J")), 1);

    [Fact]
    public async Task The_first_fixes_beyond_are_the_units_and_the_others_are_journaled_as_of_none()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Clock.Advance(TimeSpan.FromHours(1));
        node.Fitted.Units[Device] = new(Unit, DeviceRole.Container) { Limit = Limit() };
        using var socket = await node.ConnectAsync();
        // Before the exit though far away; the yard; five beyond; back on this side; beyond again.
        int[] metres = [9, -1, 1, 2, 3, 4, 5, -2, 6];
        for (var i = 0; i < metres.Length; i++) await SayAsync(socket, i, metres[i], minute: i - 1);
        var kept = await node.LaneAsync("live");
        Assert.Equal(
            [true, true, true, true, true, false, false, true, false], kept.Select(k => k.Unit == Unit));
        Assert.All(kept, k => Assert.Equal(k.Unit is null, k.Role is null));
    }

    [Fact]
    public async Task A_restart_and_a_second_copy_of_a_fix_keep_no_more_than_before()
    {
        string? folder = null;
        for (var start = 0; start < 3; start++)
        {
            var node = await IntakeHost.StartAsync(folder: folder);
            folder = node.Folder;
            node.Clock.Advance(TimeSpan.FromHours(1));
            node.Fitted.Units[Device] = new(Unit, DeviceRole.Container) { Limit = Limit() };
            using (var socket = await node.ConnectAsync())
            {
                for (var i = 0; i < 2; i++) await SayAsync(socket, start * 2 + i, 1 + start * 2 + i, 1 + start * 2 + i);
                // The same fact in other bytes, as a lock does whose answer was lost.
                await SayAsync(socket, 100 + start, 2 + start * 2, 2 + start * 2);
            }
            if (start < 2)
            {
                await node.StopAsync();
                continue;
            }
            var kept = (await node.LaneAsync("live")).Concat(await node.LaneAsync("late")).ToList();
            Assert.Equal(9, kept.Count);
            Assert.Equal(
                [1, 2, 3],
                kept.Where(k => k is { Unit: not null, DuplicateFact: false }).Select(MinuteOf));
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Records_of_one_second_are_one_fix()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Clock.Advance(TimeSpan.FromHours(1));
        node.Fitted.Units[Device] = new(Unit, DeviceRole.Container) { Limit = Limit() };
        using var socket = await node.ConnectAsync();
        int[] minutes = [1, 1, 2, 3, 4];
        for (var i = 0; i < minutes.Length; i++) await SayAsync(socket, i, i + 1, minutes[i]);
        Assert.Equal(
            [true, true, true, true, false], (await node.LaneAsync("live")).Select(k => k.Unit == Unit));
    }

    [Fact]
    public async Task Once_the_record_says_that_following_has_ended_only_what_is_older_counts()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Fitted.Units[Device] = new(Unit, DeviceRole.Container)
        {
            Limit = Limit() with { EndedAt = IntakeHost.Start.AddMinutes(3) },
        };
        using var socket = await node.ConnectAsync();
        await SayAsync(socket, 1, 5, minute: 4);
        await SayAsync(socket, 2, 1, minute: 2, record: RecordClass.Stored);
        await SayAsync(socket, 3, -3, minute: 5);
        Assert.Equal(
            [(4, false), (5, true)],
            (await node.LaneAsync("live")).Select(k => (MinuteOf(k), k.Unit is not null)));
        Assert.Equal([(2, true)], (await node.LaneAsync("late")).Select(k => (MinuteOf(k), k.Unit is not null)));
    }

    static int MinuteOf(JournaledFix fix) => (int)(fix.JudgedAt - IntakeHost.Start).TotalMinutes;

    /// <summary>Exited at the start; north of the crossing's parallel is beyond, three fixes prove it.</summary>
    static FollowingLimit Limit() => new(
        IntakeHost.Start, null, Fixes: 3, place => place.LatitudeE7 > CrossingE7);

    static async Task SayAsync(
        DeviceSocket socket, int serial, int kilometresBeyond, int minute, RecordClass record = RecordClass.Live)
    {
        await socket.SendAsync(Jt600Encoder.Record(Id, new()
        {
            Kind = MessageKind.Position, Record = record, Time = IntakeHost.Start.AddMinutes(minute), Valid = true,
            Position = new(CrossingE7 + kilometresBeyond * 90_000, 710_000_000), DeviceSerial = serial,
        }));
        await socket.ExpectAsync($"(P69,0,{serial})");
    }
}
