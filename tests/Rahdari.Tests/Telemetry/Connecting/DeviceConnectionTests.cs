using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Devices.Teltonika;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Decoding;
using static Rahdari.Tests.Telemetry.Connecting.LockFrames;

namespace Rahdari.Tests.Telemetry.Connecting;

public sealed class DeviceConnectionTests
{
    const string Imei = "356307042441013";

    static readonly UnitId Unit =
        new(Mrn.Parse("26PK000000000001J" + CheckDigit.Of("26PK000000000001J")), 2);

    [Fact]
    public async Task A_record_is_journaled_with_its_unit_and_answered()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Fitted.Units[new("jt600", Id)] = new(Unit, DeviceRole.Container);
        using var device = await node.ConnectAsync();

        await device.SendAsync(Record(0));
        await device.ExpectAsync("(P69,0,0)");

        var row = Assert.Single(await node.Journal.ReadAsync("pk/live", 0, 10, default));
        Assert.Equal(Record(0), row.Entry.Raw);
        var fix = Assert.Single(await node.LaneAsync("live"));
        Assert.Equal(new DeviceId("jt600", Id), fix.Device);
        Assert.Equal(Unit, fix.Unit);
        Assert.Equal(DeviceRole.Container, fix.Role);
        Assert.Equal(IntakeHost.Start, fix.ReceivedAt);
        Assert.False(fix.Late || fix.DuplicateFact || fix.TimeSuspect);
        Assert.Equal(Message(0).Seal, fix.Message.Seal);
    }

    [Fact]
    public async Task A_command_reaches_a_device_that_is_silent_and_one_that_speaks()
    {
        await using var node = await IntakeHost.StartAsync();
        var device = new DeviceId("jt600", Id);
        using var socket = await node.ConnectAsync();
        node.Commands.Put(device, "(P04,30)"u8.ToArray());
        await socket.SendAsync(Record(0));
        await socket.ExpectAsync("(P69,0,0)(P04,30)");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!node.Commands.Listens(device)) await Task.Delay(5, limit.Token);
        node.Commands.Put(device, "(P04,60)"u8.ToArray());
        await socket.ExpectAsync("(P04,60)");
        // The connection goes on as before.
        await socket.SendAsync(Record(1));
        await socket.ExpectAsync("(P69,0,1)");
    }

    [Fact]
    public async Task Nothing_is_answered_before_the_append_is_done()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Journal.Shut();
        var (served, toNode, fromNode) = Connect(node);

        await toNode.WriteAsync(Record(0));
        await node.Journal.Entered;
        Assert.False(fromNode.TryRead(out _), "something was answered while the append was under way");
        Assert.Equal(IntakeHost.Start, node.Frontier.Oldest);

        node.Journal.Open();
        var answer = await fromNode.ReadAsync();
        Assert.Equal("(P69,0,0)", System.Text.Encoding.ASCII.GetString(answer.Buffer.FirstSpan));
        await toNode.CompleteAsync();
        await served;
        Assert.Null(node.Frontier.Oldest);
    }

    [Fact]
    public async Task While_the_journal_is_full_the_connection_is_not_read()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Journal.Shut();
        var (served, toNode, fromNode) = Connect(node);

        await toNode.WriteAsync(Record(0));
        await node.Journal.Entered;
        // More than the transport holds: the sender has to wait, and does so until the journal takes records again.
        var flood = toNode.WriteAsync(Enumerable.Range(1, 255).SelectMany(Record).ToArray()).AsTask();
        Assert.False(flood.IsCompleted);

        node.Journal.Open();
        await flood;
        await toNode.CompleteAsync();
        await served;
        Assert.Equal(256, node.Journal.Head("pk/live"));
        await fromNode.CompleteAsync();
    }

    [Fact]
    public async Task Frames_sent_together_and_byte_by_byte_are_answered_in_order()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();

        await device.SendAsync([.. Record(1), .. Record(2), .. Jt600Encoder.Heartbeat(Id), .. Record(3)]);
        await device.ExpectAsync("(P69,0,1)(P69,0,2)(P69,0,3)");
        await device.SendByteWiseAsync([.. Record(4), .. "\r\n"u8, .. Record(5)]);
        await device.ExpectAsync("(P69,0,4)(P69,0,5)");

        Assert.Equal(6, node.Journal.Head("pk/live"));
        Assert.Empty(node.Faults.Newest);
    }

    [Fact]
    public async Task A_tracker_logs_in_and_hears_how_many_records_were_taken()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync("teltonika");

        await device.SendAsync(TeltonikaEncoder.Login(Imei));
        Assert.Equal([1], await device.ReceiveAsync(1));
        await device.SendAsync(TeltonikaEncoder.Packet([Message(1), Message(2)], extended: true));
        Assert.Equal([0, 0, 0, 2], await device.ReceiveAsync(4));

        var rows = await node.Journal.ReadAsync("pk/live", 0, 10, default);
        Assert.Equal(3, rows.Count);
        Assert.NotEmpty(rows[1].Entry.Raw);
        // The second record of a frame keeps no second copy of the frame.
        Assert.Empty(rows[2].Entry.Raw);
        Assert.All(await node.LaneAsync("live"), f => Assert.Equal(new("teltonika", Imei), f.Device));
    }

    [Fact]
    public async Task An_outage_ends_the_connection_without_an_answer_and_the_record_comes_again()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Journal.Failure = new StorageOutageException("no engine", outcomeUnknown: false);
        using (var device = await node.ConnectAsync())
        {
            await device.SendAsync(Record(1));
            await device.ExpectEndAsync();
        }
        Assert.Equal(1, node.Faults.CountOf("jt600", IntakeFaultCodes.StorageOutage));
        Assert.Equal(0, node.Journal.Head("pk/live"));

        node.Journal.Failure = null;
        using var again = await node.ConnectAsync();
        await again.SendAsync(Record(1));
        await again.ExpectAsync("(P69,0,1)");
        // What the failed append would have remembered is forgotten: this is the first time.
        Assert.False(Assert.Single(await node.LaneAsync("live")).DuplicateFact);
    }

    [Theory]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", IntakeFaultCodes.Http)]
    [InlineData("hello, is anybody there?", IntakeFaultCodes.Garbage)]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u0000\u0001\u0000\u0001\u0000\u0001\u0000\u0001",
        IntakeFaultCodes.Tls)]
    public async Task What_is_no_device_is_shown_the_door_and_counted(string text, string code)
    {
        await using var node = await IntakeHost.StartAsync();
        // A web request is no stranger on the port of phones.
        foreach (var protocol in node.Ports.Keys.Where(p => p != "osmand" || code != IntakeFaultCodes.Http))
        {
            using var stranger = await node.ConnectAsync(protocol);
            await stranger.SendAsync(System.Text.Encoding.Latin1.GetBytes(text));
            await stranger.ExpectEndAsync();
            Assert.Equal(1, node.Faults.CountOf(protocol, code));
        }
        await AssertServesAsync(node);
    }

    [Fact]
    public async Task A_frame_of_another_protocol_is_named()
    {
        await using var node = await IntakeHost.StartAsync();
        using (var tracker = await node.ConnectAsync("jt600"))
        {
            await tracker.SendAsync(TeltonikaEncoder.Login(Imei));
            await tracker.ExpectEndAsync();
        }
        using (var padlock = await node.ConnectAsync("teltonika"))
        {
            await padlock.SendAsync(Record(1));
            await padlock.ExpectEndAsync();
        }

        Assert.Equal("a frame of teltonika", Assert.Single(node.Faults.Newest, f => f.Protocol == "jt600").Detail);
        Assert.Equal("a frame of jt600", Assert.Single(node.Faults.Newest, f => f.Protocol == "teltonika").Detail);
        Assert.All(node.Faults.Newest, f => Assert.Equal(IntakeFaultCodes.WrongProtocol, f.Code));
        Assert.Equal(0, node.Journal.Head("pk/live"));
        await AssertServesAsync(node);
    }

    [Fact]
    public async Task A_packet_longer_than_any_frame_is_not_waited_for()
    {
        await using var node = await IntakeHost.StartAsync();
        using var tracker = await node.ConnectAsync("teltonika");

        await tracker.SendAsync([0, 0, 0, 0, 0, 1, 0, 0, 8, 1, 0, 0, 0, 0, 0, 0]);
        await tracker.ExpectEndAsync();

        Assert.Equal(1, node.Faults.CountOf("teltonika", IntakeFaultCodes.Garbage));
    }

    [Fact]
    public async Task A_text_frame_without_end_is_given_up_at_the_limit_and_the_device_goes_on()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();

        await device.SendAsync([.. Record(1), (byte)'(', .. new byte[2500].Select(_ => (byte)'1'), .. Record(2)]);
        await device.ExpectAsync("(P69,0,1)(P69,0,2)");

        Assert.True(node.Faults.CountOf("jt600", IntakeFaultCodes.Garbage) > 0);
    }

    [Fact]
    public async Task Too_much_garbage_between_frames_ends_the_connection()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();

        await device.SendAsync([.. Record(1), .. new byte[5000].Select(_ => (byte)'x')]);
        await device.ExpectAsync("(P69,0,1)");
        await device.ExpectEndAsync();
    }

    [Fact]
    public async Task A_bad_checksum_is_counted_and_not_answered_and_the_next_packet_is()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync("teltonika");
        var damaged = TeltonikaEncoder.Packet([Message(1)]);
        damaged[20] ^= 1;

        await device.SendAsync([.. TeltonikaEncoder.Login(Imei), .. damaged, .. TeltonikaEncoder.Packet([Message(2)])]);
        Assert.Equal([1, 0, 0, 0, 1], await device.ReceiveAsync(5));

        var fault = Assert.Single(node.Faults.Newest);
        Assert.Equal(DecodeCodes.ChecksumBad, fault.Code);
        Assert.StartsWith("00000000", fault.Head, StringComparison.Ordinal);
        Assert.Single(await node.LaneAsync("live"), f => f.Message.Kind == MessageKind.Position);
    }

    [Fact]
    public async Task A_packet_without_login_ends_the_connection()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync("teltonika");

        await device.SendAsync(TeltonikaEncoder.Packet([Message(1)]));
        await device.ExpectEndAsync();

        Assert.Equal(1, node.Faults.CountOf("teltonika", FrameDecoding.NoLogin));
        Assert.Equal(0, node.Journal.Head("pk/live"));
    }

    [Fact]
    public async Task A_connection_that_ends_inside_a_frame_is_counted()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();

        await device.SendAsync([.. Record(1), .. Record(2)[..30]]);
        await device.ExpectAsync("(P69,0,1)");
        device.EndSending();
        await device.ExpectEndAsync();

        Assert.Equal(1, node.Faults.CountOf("jt600", IntakeFaultCodes.CutOff));
    }

    [Fact]
    public async Task What_a_device_sent_before_it_left_is_kept_and_answered()
    {
        await using var node = await IntakeHost.StartAsync(new() { BatchFrames = 1 });
        using var device = await node.ConnectAsync();
        node.Journal.Shut();
        await device.SendAsync([.. Record(1), .. Record(2), .. Record(3)]);
        await node.Journal.Entered;
        device.EndSending();
        // Another connection is served after the end was there to be seen.
        using var other = await node.ConnectAsync("teltonika");
        await other.SendAsync([.. "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8]);
        await other.ExpectEndAsync();

        node.Journal.Open();
        await device.ExpectAsync("(P69,0,1)(P69,0,2)(P69,0,3)");
        await device.ExpectEndAsync();
        Assert.Equal(3, node.Journal.Head("pk/live"));
    }

    [Fact]
    public async Task A_silent_connection_is_ended_by_machine_time()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();

        await node.Timers.FireAsync();
        await device.ExpectEndAsync();

        Assert.Equal(1, node.Faults.CountOf("jt600", IntakeFaultCodes.Idle));
    }

    [Fact]
    public async Task Bytes_that_make_no_frame_win_no_time()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();
        var limits = new IntakeLimits();
        await node.Timers.ArmedAsync(left => left > limits.FirstFrame / 2);

        await device.SendAsync(Record(1)[..1]);
        node.Timers.Advance(limits.FirstFrame * 0.75);
        await device.SendAsync(Record(1)[1..2]);
        await node.Timers.ArmedAsync(left => left <= limits.FirstFrame / 4);

        await device.SendAsync(Record(1)[2..]);
        await device.ExpectAsync("(P69,0,1)");
        await node.Timers.ArmedAsync(left => left > limits.Idle * 0.9);
    }

    [Fact]
    public async Task A_full_port_takes_nobody_until_somebody_leaves()
    {
        await using var node = await IntakeHost.StartAsync(new() { Connections = 1 });
        using (var first = await node.ConnectAsync())
        {
            await first.SendAsync(Record(1));
            await first.ExpectAsync("(P69,0,1)");
            using var second = await node.ConnectAsync();
            await second.ExpectEndAsync();
            first.EndSending();
            await first.ExpectEndAsync();
        }

        Assert.Equal(1, node.Faults.CountOf("jt600", IntakeFaultCodes.TooManyConnections));
        await AssertServesAsync(node);
    }

    [Fact]
    public async Task Devices_that_share_a_connection_are_each_answered()
    {
        await using var node = await IntakeHost.StartAsync();
        using var relay = await node.ConnectAsync();
        var other = Jt600Encoder.Record("8000620099", Message(9));

        await relay.SendAsync([.. Record(1), .. other, .. Record(2)]);
        await relay.ExpectAsync("(P69,0,1)(P69,0,9)(P69,0,2)");

        Assert.Equal(
            [Id, "8000620099", Id], (await node.LaneAsync("live")).Select(f => f.Device.Serial));
    }

    [Fact]
    public async Task What_a_lock_says_is_kept_but_for_its_password()
    {
        await using var node = await IntakeHost.StartAsync();
        using var device = await node.ConnectAsync();

        await device.SendAsync(System.Text.Encoding.ASCII.GetBytes($"({Id},P52,2,482913)"));
        await device.ExpectAsync("(P52,2,482913)");

        var entry = Assert.Single(await node.Journal.ReadAsync("pk/live", 0, 10, default)).Entry;
        Assert.Equal($"({Id},P52,********)", System.Text.Encoding.ASCII.GetString(entry.Raw));
        Assert.Equal(-1, entry.Body.AsSpan().IndexOf("482913"u8));
    }

    static async Task AssertServesAsync(IntakeHost node)
    {
        using var device = await node.ConnectAsync();
        await device.SendAsync(Record(200));
        await device.ExpectAsync("(P69,0,200)");
    }

    static (Task Served, PipeWriter ToNode, PipeReader FromNode) Connect(IntakeHost node)
    {
        var small = new PipeOptions(pauseWriterThreshold: 4096, resumeWriterThreshold: 2048);
        var (inbound, outbound) = (new Pipe(small), new Pipe());
        var connection = new DefaultConnectionContext("test", new Duplex(inbound.Reader, outbound.Writer), null!);
        return (node.ServeAsync(connection), inbound.Writer, outbound.Reader);
    }

    sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;
        public PipeWriter Output => output;
    }
}
