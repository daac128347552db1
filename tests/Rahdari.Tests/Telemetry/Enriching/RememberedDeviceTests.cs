using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Telemetry.Journaling;
using Rahdari.Tests.Telemetry.Connecting;
using Rahdari.Tests.Telemetry.Journaling;
using static Rahdari.Tests.Telemetry.Connecting.LockFrames;

namespace Rahdari.Tests.Telemetry.Enriching;

/// <summary>What a device said before decides what becomes of its next record.</summary>
public sealed class RememberedDeviceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_device_with_a_row_in_the_journal_that_cannot_be_read_goes_on(bool damaged)
    {
        await using var node = await IntakeHost.StartAsync();
        var entry = UnreadRowsTests.Entry(new JournaledFix
        {
            Device = new("jt600", Id), ReceivedAt = IntakeHost.Start.AddMinutes(-5), Message = Message(0),
            DecoderVersion = 1,
        });
        await node.Journal.AppendAsync(
            [damaged ? UnreadRowsTests.Damaged(entry) : UnreadRowsTests.Newer(entry)], default);
        using var device = await node.ConnectAsync();

        await device.SendAsync(Record(1));
        await device.ExpectAsync("(P69,0,1)");

        var rows = await node.Journal.ReadAsync("pk/live", 0, 10, default);
        Assert.Equal([false, true], rows.Select(r => JournaledFix.TryRead(r.Entry, out _, out _)));
    }

    [Fact]
    public async Task The_same_bytes_again_are_the_same_record_and_are_answered_again()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();

        await device.SendAsync(Record(7));
        await device.ExpectAsync("(P69,0,7)");
        device.EndSending();
        await device.ExpectEndAsync();
        using var again = await node.ConnectAsync();
        await again.SendAsync(Record(7));
        await again.ExpectAsync("(P69,0,7)");

        Assert.Equal(1, node.Journal.Head("pk/live"));
        Assert.Equal(0, node.Journal.Head("pk/late"));
    }

    [Fact]
    public async Task The_same_fact_in_other_bytes_is_kept_twice_and_marked_once()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();

        await device.SendAsync(Record(7));
        await device.ExpectAsync("(P69,0,7)");
        await device.SendAsync(Jt600Encoder.Record(Id, Message(7) with { DeviceSerial = 8,
            Record = RecordClass.Stored }));
        await device.ExpectAsync("(P69,0,8)");

        Assert.False(Assert.Single(await node.LaneAsync("live")).DuplicateFact);
        Assert.True(Assert.Single(await node.LaneAsync("late")).DuplicateFact);
    }

    [Fact]
    public async Task Stored_and_older_records_go_to_the_late_lane()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();

        await device.SendAsync([.. Record(10), .. Record(5), .. Stored(20), .. Record(15), .. Record(21)]);
        await device.ExpectAsync("(P69,0,10)(P69,0,5)(P69,0,20)(P69,0,15)(P69,0,21)");

        Assert.Equal([10, 21], (await node.LaneAsync("live")).Select(f => f.Message.DeviceSerial));
        Assert.Equal([5, 20, 15], (await node.LaneAsync("late")).Select(f => f.Message.DeviceSerial));
        Assert.All(await node.LaneAsync("late"), f => Assert.True(f.Late));
    }

    [Fact]
    public async Task What_was_known_of_a_device_is_known_after_a_restart()
    {
        var first = await IntakeHost.StartAsync();
        using (var device = await first.ConnectAsync())
        {
            await device.SendAsync([.. Record(10), .. Stored(4)]);
            await device.ExpectAsync("(P69,0,10)(P69,0,4)");
        }
        await first.StopAsync();

        await using var second = await IntakeHost.StartAsync(folder: first.Folder);
        using var again = await second.ConnectAsync();
        await again.SendAsync([.. Record(9), .. Jt600Encoder.Record(Id, Message(10) with { DeviceSerial = 11 })]);
        await again.ExpectAsync("(P69,0,9)(P69,0,11)");

        var late = await second.LaneAsync("late");
        Assert.Equal([4, 9], late.Select(f => f.Message.DeviceSerial));
        var repeated = (await second.LaneAsync("live"))[^1];
        Assert.Equal(11, repeated.Message.DeviceSerial);
        Assert.True(repeated.DuplicateFact);
    }

    [Fact]
    public async Task An_impossible_time_is_kept_marked_and_makes_nothing_late()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();
        var future = Message(1) with { Time = IntakeHost.Start.AddDays(400) };
        var past = Message(2) with { Time = IntakeHost.Start.AddDays(-31) };

        await device.SendAsync([.. Jt600Encoder.Record(Id, future), .. Jt600Encoder.Record(Id, past), .. Record(3)]);
        await device.ExpectAsync("(P69,0,1)(P69,0,2)(P69,0,3)");

        var fixes = await node.LaneAsync("live");
        Assert.Equal([true, true, false], fixes.Select(f => f.TimeSuspect));
        Assert.Equal(IntakeHost.Start, fixes[0].JudgedAt);
        Assert.All(fixes, f => Assert.Null(f.Unit));
    }
}
