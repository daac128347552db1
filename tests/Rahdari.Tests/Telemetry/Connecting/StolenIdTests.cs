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
    public async Task From_its_first_frame_on_a_second_living_line_and_the_first_are_kept_apart_before_the_answer()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();
        using var thief = await node.ConnectAsync(from: "127.0.0.2");
        await SayAsync(device, 1);
        node.Clock.Advance(TimeSpan.FromSeconds(7));
        await thief.SendAsync(Record(2));
        await AskedAsync(node);

        // While it waits, other devices are served, and nothing of it is kept.
        using var other = await node.ConnectAsync();
        await other.SendAsync(Jt600Encoder.Record("8000620099", Message(9)));
        await other.ExpectAsync("(P69,0,9)");
        Assert.DoesNotContain(await EverythingAsync(node), f => f.Message.DeviceSerial == 2);
        node.Clock.Advance(TimeSpan.FromSeconds(3));
        await AnswerAsync(node);
        await thief.ExpectAsync("(P69,0,2)");

        // Each answer is awaited: what the journal holds then was there before it.
        Assert.Equal(IntakeHost.Start.AddSeconds(7), (await node.LaneAsync("live"))[^1].Quarantine?.Since);
        var serial = 3;
        foreach (var one in new[] { device, thief, device })
        {
            await SayAsync(one, serial++);
            Assert.Equal(IntakeHost.Start.AddSeconds(7), (await node.LaneAsync("live"))[^1].Quarantine?.Since);
        }
        var kept = (await node.LaneAsync("live")).Where(f => f.Device.Serial == Id).ToList();
        Assert.Equal([false, true, true, true, true], kept.Select(f => f.Quarantine is not null));
        Assert.Equal(
            ["127.0.0.2", "127.0.0.1", "127.0.0.2", "127.0.0.1"],
            kept.Skip(1).Select(f => IPEndPoint.Parse(f.Quarantine!.Remote).Address.ToString()));
        Assert.Equal(1, node.Peers.Asked);
    }

    [Fact]
    public async Task A_first_line_that_speaks_while_the_second_waits_lives()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();
        await SayAsync(device, 1);
        await ReadsOnAsync(node);
        using var thief = await node.ConnectAsync(from: "127.0.0.2");
        await thief.SendAsync(Record(2));
        await AskedAsync(node);
        node.Clock.Advance(TimeSpan.FromSeconds(2));

        await SayAsync(device, 3);
        await thief.ExpectAsync("(P69,0,2)");

        // Since the frame that waited: whoever reads the quarantine from its beginning reads that too.
        Assert.All(
            (await EverythingAsync(node)).Where(f => f.Message.DeviceSerial > 1),
            f => Assert.Equal(IntakeHost.Start, f.Quarantine?.Since));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public async Task A_line_that_lives_and_is_silent_is_one_too_also_where_the_transport_cannot_say(bool? answer)
    {
        await using var node = await IntakeHost.StartAsync();
        node.Peers.Answer = answer;
        using var silent = await node.ConnectAsync();
        await SayAsync(silent, 1);
        using var again = await node.ConnectAsync();
        await again.SendAsync(Record(2));
        await AskedAsync(node);
        await AnswerAsync(node);
        await again.ExpectAsync("(P69,0,2)");

        Assert.NotNull((await node.LaneAsync("live"))[^1].Quarantine);
    }

    [Fact]
    public async Task A_device_whose_connection_is_half_open_connects_again_without_a_conflict()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Peers.Answer = false;
        var connections = new List<DeviceSocket> { await node.ConnectAsync() };
        await SayAsync(connections[0], 1);
        for (var n = 0; n < 3; n++)
        {
            var again = await node.ConnectAsync(from: $"127.0.0.{n + 2}");
            connections.Add(again);
            await again.SendAsync(Record(2 * n + 2));
            await AskedAsync(node);
            await AnswerAsync(node);
            await again.ExpectAsync($"(P69,0,{2 * n + 2})");
            // One of them asks; what comes after it waits for nothing.
            await SayAsync(again, 2 * n + 3);
        }
        Assert.Equal(3, node.Peers.Asked);
        Assert.All(await node.LaneAsync("live"), f => Assert.Null(f.Quarantine));
        Assert.Equal(7, (await node.LaneAsync("live")).Count);
        connections.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task A_connection_that_has_ended_is_not_asked()
    {
        await using var node = await IntakeHost.StartAsync();
        for (var n = 1; n <= 3; n++)
        {
            using var device = await node.ConnectAsync();
            await SayAsync(device, n);
            device.EndSending();
            await device.ExpectEndAsync();
        }
        Assert.Equal(0, node.Peers.Asked);
        Assert.All(await node.LaneAsync("live"), f => Assert.Null(f.Quarantine));
    }

    [Fact]
    public async Task A_connection_that_ends_while_it_is_asked_ends_the_wait()
    {
        await using var node = await IntakeHost.StartAsync();
        using var old = await node.ConnectAsync();
        await SayAsync(old, 1);
        using var again = await node.ConnectAsync();
        await again.SendAsync(Record(2));
        await AskedAsync(node);

        old.EndSending();
        await again.ExpectAsync("(P69,0,2)");
        Assert.All(await node.LaneAsync("live"), f => Assert.Null(f.Quarantine));
    }

    [Fact]
    public async Task A_device_that_gives_up_waiting_and_connects_once_more_waits_the_rest_and_loses_nothing()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Peers.Answer = false;
        using var halfOpen = await node.ConnectAsync();
        await SayAsync(halfOpen, 1);
        using var second = await node.ConnectAsync();
        await second.SendAsync(Record(2));
        await AskedAsync(node);
        second.EndSending();
        using var third = await node.ConnectAsync();
        await third.SendAsync(Record(3));
        await AnswerAsync(node);

        await third.ExpectAsync("(P69,0,3)");
        await second.ExpectAsync("(P69,0,2)");
        await SayAsync(third, 4);
        var kept = await EverythingAsync(node);
        Assert.Equal([1, 2, 3, 4], kept.Select(f => f.Message.DeviceSerial!.Value).Order());
        Assert.All(kept, f => Assert.Null(f.Quarantine));
    }

    [Fact]
    public async Task Whoever_sends_and_leaves_before_the_answer_is_known_is_kept_apart_all_the_same()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();
        await SayAsync(device, 1);
        using var thief = await node.ConnectAsync(from: "127.0.0.2");
        await thief.SendAsync(Record(2));
        thief.EndSending();
        await AskedAsync(node);
        await AnswerAsync(node);

        await thief.ExpectAsync("(P69,0,2)");
        Assert.NotNull((await node.LaneAsync("live"))[^1].Quarantine);
    }

    [Fact]
    public async Task Bytes_of_a_connection_given_up_that_come_after_the_newer_one_spoke_are_no_record_and_no_conflict()
    {
        await using var node = await IntakeHost.StartAsync();
        using var old = await node.ConnectAsync();
        await old.SendAsync(Record(1)[..9]);
        await ReadsOnAsync(node);
        using var late = await node.ConnectAsync();
        await SayAsync(late, 2);
        await old.SendAsync(Record(1)[9..]);
        old.EndSending();
        await old.ExpectEndAsync();

        Assert.Equal(1, node.Faults.CountOf("jt600", IntakeFaultCodes.LineOver));
        await SayAsync(late, 3);
        Assert.Equal([2, 3], (await EverythingAsync(node)).Select(f => f.Message.DeviceSerial));
        Assert.All(await EverythingAsync(node), f => Assert.Null(f.Quarantine));
    }

    [Fact]
    public async Task A_device_is_served_while_late_bytes_of_its_older_connection_wait()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Peers.Answer = false;
        using var old = await node.ConnectAsync();
        await old.SendAsync(Record(1)[..9]);
        await ReadsOnAsync(node);
        using var late = await node.ConnectAsync();
        await SayAsync(late, 2);
        await old.SendAsync(Record(1)[9..]);
        await AskedAsync(node);

        await SayAsync(late, 3);
        await AnswerAsync(node);
        await node.FaultAsync(IntakeFaultCodes.LineOver);
        await SayAsync(late, 4);
        Assert.Equal([2, 3, 4], (await EverythingAsync(node)).Select(f => f.Message.DeviceSerial));
        Assert.All(await EverythingAsync(node), f => Assert.Null(f.Quarantine));
    }

    [Fact]
    public async Task A_gateway_on_two_connections_waits_once_for_all_its_devices()
    {
        await using var node = await IntakeHost.StartAsync();
        using var one = await node.ConnectAsync();
        using var two = await node.ConnectAsync();
        byte[] Both(int serial) => [.. Record(serial), .. Jt600Encoder.Record("8000620099", Message(serial + 1))];
        await one.SendAsync(Both(1));
        await one.ExpectAsync("(P69,0,1)(P69,0,2)");
        await two.SendAsync(Both(3));
        await AskedAsync(node);
        await AnswerAsync(node);

        await two.ExpectAsync("(P69,0,3)(P69,0,4)");
        Assert.Equal(1, node.Peers.Asked);
        Assert.All((await node.LaneAsync("live")).Skip(2), f => Assert.NotNull(f.Quarantine));
    }

    [Fact]
    public async Task A_gateway_that_ends_a_connection_before_it_moves_its_devices_is_asked_nothing_and_believed()
    {
        await using var node = await IntakeHost.StartAsync();
        byte[] Both(int serial) => [.. Record(serial), .. Jt600Encoder.Record("8000620099", Message(serial + 1))];
        for (var serial = 1; serial <= 5; serial += 2)
        {
            using var line = await node.ConnectAsync();
            await line.SendAsync(Both(serial));
            await line.ExpectAsync($"(P69,0,{serial})(P69,0,{serial + 1})");
            line.EndSending();
            await line.ExpectEndAsync();
        }
        Assert.Equal(0, node.Peers.Asked);
        Assert.All(await node.LaneAsync("live"), f => Assert.Null(f.Quarantine));
    }

    [Fact]
    public async Task Whoever_speaks_for_others_too_in_the_same_network_is_no_gateway_for_that()
    {
        var apn = new DeviceNetwork(
            "carrier-apn", DeviceNetworkKind.PrivateApn, IPNetwork.Parse("127.0.7.0/24"), ["jt600"]);
        await using var node = await IntakeHost.StartAsync(networks: apn);
        using var thief = await node.ConnectAsync(from: "127.0.7.3");
        await thief.SendAsync(Jt600Encoder.Record("8000620099", Message(9)));
        await thief.ExpectAsync("(P69,0,9)");
        await SayAsync(thief, 1);
        using var device = await node.ConnectAsync(from: "127.0.7.3");
        await device.SendAsync(Record(2));
        await AskedAsync(node);
        await AnswerAsync(node);

        await device.ExpectAsync("(P69,0,2)");
        Assert.NotNull((await node.LaneAsync("live"))[^1].Quarantine);
    }

    [Fact]
    public async Task A_stop_ends_the_wait_without_a_record_or_an_answer_and_a_start_asks_nobody()
    {
        var first = await IntakeHost.StartAsync();
        using var device = await first.ConnectAsync();
        await SayAsync(device, 1);
        using var thief = await first.ConnectAsync();
        await thief.SendAsync(Record(2));
        await AskedAsync(first);
        await first.StopAsync();
        await thief.ExpectEndAsync();

        await using var later = await IntakeHost.StartAsync(folder: first.Folder);
        Assert.Equal(1, Assert.Single(await EverythingAsync(later)).Message.DeviceSerial);
        using var again = await later.ConnectAsync();
        await SayAsync(again, 3);
        Assert.Equal(0, later.Peers.Asked);
    }

    [Fact]
    public async Task What_waited_for_the_disk_on_the_old_connection_is_no_conflict()
    {
        await using var node = await IntakeHost.StartAsync(new IntakeLimits { BatchFrames = 1 });
        node.Peers.Answer = false;
        using var old = await node.ConnectAsync();
        await SayAsync(old, 1);
        node.Journal.Shut();
        // Three frames in one read: the first waits for the disk, the others behind it in the same hand.
        await old.SendAsync([.. Record(2), .. Record(3), .. Record(4)]);
        await node.Journal.Entered;
        using var again = await node.ConnectAsync(from: "127.0.0.2");
        await again.SendAsync(Record(5));
        node.Journal.Open();
        await old.ExpectAsync("(P69,0,2)(P69,0,3)(P69,0,4)");
        await AskedAsync(node);
        await AnswerAsync(node);
        await again.ExpectAsync("(P69,0,5)");
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
            first.Clock.Advance(TimeSpan.FromSeconds(7));
            await thief.SendAsync(Record(2));
            await AskedAsync(first);
            await AnswerAsync(first);
            await thief.ExpectAsync("(P69,0,2)");
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

        // Both there again: that is a conflict anew.
        using var thiefAgain = await later.ConnectAsync();
        later.Clock.Advance(TimeSpan.FromSeconds(1));
        await thiefAgain.SendAsync(Record(6));
        await AskedAsync(later);
        await AnswerAsync(later);
        await thiefAgain.ExpectAsync("(P69,0,6)");
        Assert.Equal(
            IntakeHost.Start.AddHours(1).AddSeconds(1), (await later.LaneAsync("live"))[^1].Quarantine?.Since);
    }

    [Fact]
    public async Task No_command_goes_to_either_of_them()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();
        using var thief = await node.ConnectAsync();
        await SayAsync(device, 1);
        await thief.SendAsync(Record(2));
        await AskedAsync(node);
        await AnswerAsync(node);
        await thief.ExpectAsync("(P69,0,2)");

        node.Commands.Put(new("jt600", Id), "(P04,30)"u8.ToArray());
        await SayAsync(thief, 3);
        await SayAsync(device, 4);
        Assert.True(node.Commands.HasAny(new("jt600", Id)));
    }

    [Fact]
    public async Task A_record_from_a_known_network_says_so()
    {
        var apn = new DeviceNetwork(
            "carrier-apn", DeviceNetworkKind.PrivateApn, IPNetwork.Parse("127.0.7.0/24"), ["jt600"]);
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

    /// <summary>Waits until an older connection is being asked.</summary>
    static Task AskedAsync(IntakeHost node) => node.Timers.ArmedAsync(span => span == LivingLines.Patience);

    /// <summary>The time to answer is over.</summary>
    static Task AnswerAsync(IntakeHost node) => node.Timers.FireAsync(span => span == LivingLines.Patience);

    /// <summary>Waits until the one connection there is has read what was sent, and waits for more: what is sent from
    /// here on is known not to have been there before.</summary>
    static Task ReadsOnAsync(IntakeHost node) => node.Timers.ArmedAgainAsync();

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
