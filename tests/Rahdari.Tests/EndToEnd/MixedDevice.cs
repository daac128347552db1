using System.Collections.Concurrent;
using System.Net.Sockets;
using Rahdari.Devices;
using Rahdari.Devices.Eseal;
using Rahdari.Devices.Galileosky;
using Rahdari.Devices.Gt06;
using Rahdari.Devices.Jt808;
using Rahdari.Devices.Meitrack;
using Rahdari.Devices.Osmand;
using Rahdari.Devices.Queclink;
using Rahdari.Devices.Ruptela;
using Rahdari.Devices.Teltonika;
using Rahdari.Devices.Wialon;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// A device of any protocol that answers each record: logs in where its kind does, sends a record every few
/// milliseconds, waits for the very answer its protocol prescribes, and sends again what was not answered.
/// </summary>
/// <param name="protocol">What it speaks.</param>
/// <param name="port">Where it is listened for.</param>
/// <param name="now">Machine time in whole seconds, what the device's own clock shows.</param>
/// <param name="acknowledged">Gets the bytes, in hex, of every frame the server answered.</param>
sealed class MixedDevice(
    IDeviceProtocol protocol, int port, Func<DateTimeOffset> now, ConcurrentQueue<string> acknowledged)
{
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    /// <summary>IMEI of the first unit's tracker; other protocols' devices are on no unit.</summary>
    const string Imei = "352000000000001";

    int serial;
    byte[]? pending;

    /// <summary>Records answered so far.</summary>
    public int Answered => serial;

    /// <summary>Every protocol beside the locks' own.</summary>
    public static IReadOnlyList<MixedDevice> All(
        int basePort, Func<DateTimeOffset> now, ConcurrentQueue<string> acknowledged) =>
    [
        .. Registry.Protocols.Where(p => p.Name != "jt600")
            .Select(p => new MixedDevice(p, basePort + Registry.PortIndex(p), now, acknowledged)),
    ];

    public string Protocol => protocol.Name;

    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                using var socket = new TcpClient { NoDelay = true };
                await socket.ConnectAsync("127.0.0.1", port, cancel);
                await SendAllAsync(socket.GetStream(), cancel);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                await Task.Delay(Between, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task SendAllAsync(NetworkStream stream, CancellationToken cancel)
    {
        var session = DeviceSession.Fresh;
        if (Opening() is { } opening) session = (await ExchangeAsync(stream, opening, session, cancel)).Session;
        while (true)
        {
            var frame = pending ??= Frame(Message());
            var read = await ExchangeAsync(stream, frame, session, cancel);
            session = read.Session;
            acknowledged.Enqueue(Convert.ToHexString(frame));
            pending = null;
            serial++;
            await Task.Delay(Between, cancel);
        }
    }

    /// <summary>Sends one frame and waits for the answer that its own protocol gives it.</summary>
    async Task<DecodedFrame> ExchangeAsync(
        NetworkStream stream, byte[] frame, DeviceSession session, CancellationToken cancel)
    {
        var read = protocol.Decode(frame, session, new(Simulated: true));
        Assert.Null(read.Error);
        var expected = read.Reply ?? throw new InvalidOperationException($"{protocol.Name} answers no such frame");
        await stream.WriteAsync(frame, cancel);
        var answer = new byte[expected.Length];
        await stream.ReadExactlyAsync(answer, cancel);
        if (!answer.AsSpan().SequenceEqual(expected))
            throw new IOException($"{protocol.Name} answered {Convert.ToHexString(answer)}");
        return read;
    }

    byte[]? Opening() => protocol.Name switch
    {
        "teltonika" => TeltonikaEncoder.Login(Imei),
        "gt06" => Gt06Encoder.Login(Imei, 1),
        "galileosky" => GalileoskyEncoder.Login(Imei),
        "wialon" => WialonEncoder.Login(Imei),
        _ => null,
    };

    byte[] Frame(DeviceMessage message) => protocol.Name switch
    {
        "teltonika" => TeltonikaEncoder.Packet([message]),
        "jt808" => Jt808Encoder.Report("013800000001", message, serial & 0xffff),
        "eseal" => EsealEncoder.Report("8000009", message),
        "gt06" => Gt06Encoder.Alarm(message, serial & 0xffff),
        "queclink" => QueclinkEncoder.Report(Imei, [message]),
        "ruptela" => RuptelaEncoder.Packet(Imei, [message]),
        "meitrack" => MeitrackEncoder.FixedBatch(Imei, [message]),
        "galileosky" => GalileoskyEncoder.Records(Imei, [message]),
        "osmand" => OsmandEncoder.Query("phone-1", message),
        "wialon" => WialonEncoder.Data(message),
        _ => throw new InvalidOperationException($"no frame of {protocol.Name} is known here"),
    };

    /// <summary>Stands still; the course turns, so that no two records of one second are the same bytes.</summary>
    DeviceMessage Message() => new()
    {
        Kind = MessageKind.Position,
        Time = now(),
        Valid = true,
        Position = ServedNode.Karachi,
        Speed = new Speed(0),
        AltitudeMetres = 20,
        CourseDegrees = serial % 360,
        Satellites = 9,
        BatteryPercent = 80,
        OdometerMetres = 1000,
        DeviceSerial = serial & 0xffff,
    };
}
