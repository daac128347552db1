using System.Net;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Hosting;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>An id that two speak under, over real sockets: what the journal holds when each answer comes.</summary>
public sealed class StolenIdTests
{
    const string Id = "8000620011";

    [Fact]
    public async Task From_the_frame_that_shows_two_devices_on_both_streams_are_kept_apart_before_they_are_answered()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();
        using var thief = await node.ConnectAsync(from: "127.0.0.2");
        await SayAsync(device, 1);
        await SayAsync(thief, 2);
        Assert.All(await node.LaneAsync("live"), f => Assert.Null(f.Quarantine));
        node.Clock.Advance(TimeSpan.FromSeconds(7));

        // Each answer is awaited: what the journal holds then was there before it.
        var serial = 3;
        foreach (var one in new[] { device, thief, device, thief })
        {
            await SayAsync(one, serial++);
            var last = (await node.LaneAsync("live"))[^1];
            Assert.Equal(IntakeHost.Start.AddSeconds(7), last.Quarantine?.Since);
        }
        var kept = await node.LaneAsync("live");
        Assert.Equal([false, false, true, true, true, true], kept.Select(f => f.Quarantine is not null));
        Assert.Equal(
            ["127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2"],
            kept.Skip(2).Select(f => IPEndPoint.Parse(f.Quarantine!.Remote).Address.ToString()));
    }

    [Fact]
    public async Task A_device_whose_connection_is_half_open_connects_again_without_a_conflict()
    {
        await using var node = await IntakeHost.StartAsync();
        using var halfOpen = await node.ConnectAsync();
        await SayAsync(halfOpen, 1);
        for (var n = 0; n < 3; n++)
        {
            using var again = await node.ConnectAsync(from: $"127.0.0.{n + 2}");
            await SayAsync(again, 2 * n + 2);
            await SayAsync(again, 2 * n + 3);
        }
        Assert.All(await node.LaneAsync("live"), f => Assert.Null(f.Quarantine));
    }

    [Fact]
    public async Task What_waited_for_the_disk_on_the_old_connection_is_no_conflict()
    {
        await using var node = await IntakeHost.StartAsync(new IntakeLimits { BatchFrames = 1 });
        using var old = await node.ConnectAsync();
        await SayAsync(old, 1);
        node.Journal.Shut();
        // Three frames in one read: the first waits for the disk, the others behind it in the same hand.
        await old.SendAsync([.. Record(2), .. Record(3), .. Record(4)]);
        await node.Journal.Entered;
        using var again = await node.ConnectAsync(from: "127.0.0.2");
        await again.SendAsync(Record(5));
        node.Journal.Open();
        await again.ExpectAsync("(P69,0,5)");
        await old.ExpectAsync("(P69,0,2)(P69,0,3)(P69,0,4)");
        await SayAsync(again, 6);

        Assert.All(await EverythingAsync(node), f => Assert.Null(f.Quarantine));
        Assert.Equal(6, (await EverythingAsync(node)).Count);
    }

    [Fact]
    public async Task A_restart_does_not_end_it_and_an_officer_does()
    {
        var since = IntakeHost.Start.AddSeconds(7);
        var first = await IntakeHost.StartAsync();
        using (var device = await first.ConnectAsync())
        using (var thief = await first.ConnectAsync())
        {
            await SayAsync(device, 1);
            await SayAsync(thief, 2);
            first.Clock.Advance(TimeSpan.FromSeconds(7));
            await SayAsync(device, 3);
        }
        await first.StopAsync();
        await using var later = await IntakeHost.StartAsync(folder: first.Folder);
        later.Clock.Advance(TimeSpan.FromHours(1));
        using var alone = await later.ConnectAsync();
        await SayAsync(alone, 4);
        Assert.Equal(since, (await later.LaneAsync("live"))[^1].Quarantine?.Since);

        later.Quarantines.Ended.Add((new("jt600", Id), since));
        await SayAsync(alone, 5);
        Assert.Null((await later.LaneAsync("live"))[^1].Quarantine);

        // Both still there and both speaking again: that is a conflict anew.
        using var thiefAgain = await later.ConnectAsync();
        await SayAsync(thiefAgain, 6);
        later.Clock.Advance(TimeSpan.FromSeconds(1));
        await SayAsync(alone, 7);
        Assert.Equal(
            IntakeHost.Start.AddHours(1).AddSeconds(1), (await later.LaneAsync("live"))[^1].Quarantine?.Since);
    }

    [Fact]
    public async Task A_record_from_a_known_network_says_so()
    {
        var apn = new DeviceNetwork("carrier-apn", IPNetwork.Parse("127.0.7.0/24"), ["jt600"]);
        await using var node = await IntakeHost.StartAsync(networks: apn);
        using var known = await node.ConnectAsync(from: "127.0.7.3");
        using var unknown = await node.ConnectAsync(from: "127.0.8.3");
        await SayAsync(known, 1);
        await unknown.SendAsync(Jt600Encoder.Record("8000620099", Message(2)));
        await unknown.ExpectAsync("(P69,0,2)");

        Assert.Equal(
            [IdentityGrade.Network, IdentityGrade.None], (await node.LaneAsync("live")).Select(f => f.Identity));
    }

    static async Task<IReadOnlyList<JournaledFix>> EverythingAsync(IntakeHost node) =>
        [.. await node.LaneAsync("live"), .. await node.LaneAsync("late")];

    static async Task SayAsync(DeviceSocket socket, int serial)
    {
        await socket.SendAsync(Record(serial));
        await socket.ExpectAsync($"(P69,0,{serial})");
    }

    static byte[] Record(int serial) => Jt600Encoder.Record(Id, Message(serial));

    static DeviceMessage Message(int serial) => new()
    {
        Kind = MessageKind.Position,
        Time = IntakeHost.Start.AddMinutes(-10).AddSeconds(serial),
        Valid = true,
        Position = new(248_607_000 + serial * 100, 670_099_000),
        Satellites = 9,
        DeviceSerial = serial,
        Seal = new(true, true, true),
    };
}
