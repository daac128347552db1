using System.Text;
using Rahdari.Devices;
using Rahdari.Devices.Gt06;
using Rahdari.Devices.Queclink;
using Rahdari.Devices.Wialon;
using Rahdari.Movements;
using Rahdari.Telemetry.Enriching;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>What one frame tells several times, and what a device says again for want of an answer.</summary>
public sealed class RepeatedRecordsTests
{
    const string Imei = "356307042441013";

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = IntakeHost.Start.AddMinutes(-1),
        Valid = true,
        Position = new(248_600_000, 670_000_000),
        AltitudeMetres = 100,
        Speed = new(61_500),
        CourseDegrees = 90,
        DeviceSerial = 0x11F0,
    };

    [Fact]
    public async Task Every_position_of_an_acknowledged_report_is_in_the_journal()
    {
        await using var node = await IntakeHost.StartAsync();
        using var tracker = await node.ConnectAsync("queclink");
        var report = QueclinkEncoder.Report(
            Imei, [.. Enumerable.Range(0, 15).Select(i => Sample with { CourseDegrees = i })]);

        await tracker.SendAsync(report);
        await tracker.ExpectAsync("+SACK:11F0$");
        await tracker.SendAsync(report);
        await tracker.ExpectAsync("+SACK:11F0$");

        Assert.Equal(
            Enumerable.Range(0, 15), (await node.LaneAsync("live")).Select(f => f.Message.CourseDegrees!.Value));
    }

    [Fact]
    public async Task Every_location_of_a_body_answered_200_is_in_the_journal()
    {
        await using var node = await IntakeHost.StartAsync();
        using var phone = await node.ConnectAsync("osmand");
        var body = """
            {"device_id":"1","location":[
            {"timestamp":1772366398,"coords":{"latitude":1.5,"longitude":2.5}},
            {"timestamp":1772366399,"coords":{"latitude":1.6,"longitude":2.5}},
            {"timestamp":1772366399,"coords":{"latitude":1.7,"longitude":2.5}}]}
            """;

        await phone.SendAsync(
            Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        await phone.ExpectAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");

        Assert.Equal(
            [15_000_000, 16_000_000, 17_000_000],
            (await node.LaneAsync("live")).Select(f => f.Message.Position!.Value.LatitudeE7));
    }

    [Fact]
    public async Task A_door_told_without_a_time_is_one_opening_however_often_it_is_sent_within_minutes()
    {
        await using var node = await IntakeHost.StartAsync();
        using (var tracker = await node.ConnectAsync("gt06"))
        {
            await tracker.SendAsync([.. Gt06Encoder.Login(Imei, 1), .. Gt06Encoder.Door(true, 2)]);
            await tracker.ReceiveAsync(10);
            await tracker.SendAsync(Gt06Encoder.Heartbeat(3));
            await tracker.ReceiveAsync(10);
            tracker.EndSending();
            await tracker.ExpectEndAsync();
        }
        Assert.Equal(3, node.Journal.Head("pk/live"));

        node.Clock.Advance(TimeSpan.FromMinutes(9));
        using (var again = await node.ConnectAsync("gt06"))
        {
            await again.SendAsync(
            [
                .. Gt06Encoder.Login(Imei, 1), .. Gt06Encoder.Door(true, 2), .. Gt06Encoder.Door(true, 3),
                .. Gt06Encoder.Heartbeat(4),
            ]);
            await again.ReceiveAsync(20);
            // A login, another opening and a heartbeat are new.
            Assert.Equal(6, node.Journal.Head("pk/live"));
            node.Clock.Advance(DeviceMemory.RepeatWindow);
            await again.SendAsync([.. Gt06Encoder.Door(true, 2), .. Gt06Encoder.Heartbeat(5)]);
            await again.ReceiveAsync(10);
        }

        Assert.Equal(8, node.Journal.Head("pk/live"));
        Assert.Equal(
            [2, 3, 2],
            (await node.LaneAsync("live")).Where(f => f.Message.Seal.DoorClosed == false)
                .Select(f => f.Message.DeviceSerial!.Value));
    }

    [Fact]
    public async Task A_saying_without_a_time_is_known_again_after_a_restart()
    {
        var first = await IntakeHost.StartAsync();
        using (var tracker = await first.ConnectAsync("gt06"))
        {
            await tracker.SendAsync(
                [.. Gt06Encoder.Login(Imei, 1), .. Gt06Encoder.Door(true, 2), .. Gt06Encoder.Heartbeat(3)]);
            await tracker.ReceiveAsync(20);
        }
        await first.StopAsync();

        await using var second = await IntakeHost.StartAsync(folder: first.Folder);
        second.Clock.Advance(TimeSpan.FromMinutes(1));
        using var again = await second.ConnectAsync("gt06");
        await again.SendAsync(
            [.. Gt06Encoder.Login(Imei, 1), .. Gt06Encoder.Door(true, 2), .. Gt06Encoder.Heartbeat(3)]);
        await again.ReceiveAsync(20);

        Assert.Equal(5, second.Journal.Head("pk/live"));
    }

    [Fact]
    public async Task A_stored_record_without_a_time_is_of_no_unit_and_a_live_one_is()
    {
        await using var node = await IntakeHost.StartAsync();
        var unit = new UnitId(Mrn.Parse("26PK000000000001J" + CheckDigit.Of("26PK000000000001J")), 1);
        node.Fitted.Units[new("wialon", "unit-7")] = new(unit, DeviceRole.PrimeMover);
        using var tracker = await node.ConnectAsync("wialon");

        await tracker.SendAsync(
        [
            .. "#L#unit-7;NA\r\n"u8, .. WialonEncoder.Batch([Sample with { Time = null }, Sample]),
            .. WialonEncoder.Data(Sample with { Time = null }),
        ]);
        await tracker.ExpectAsync("#AL#1\r\n#AB#2\r\n#AD#1\r\n");

        Assert.Equal([null, unit], (await node.LaneAsync("late")).Select(f => f.Unit));
        Assert.Equal(unit, (await node.LaneAsync("live"))[^1].Unit);
    }
}
