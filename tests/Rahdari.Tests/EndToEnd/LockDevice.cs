using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// An electronic lock that stands at one place, sends a record every few milliseconds, waits for each answer, and sends
/// again what was not answered, over as many connections as it takes.
/// </summary>
/// <param name="now">Machine time in whole seconds, what the device's own clock shows.</param>
/// <param name="acknowledged">Gets the bytes, in hex, of every frame the server answered.</param>
sealed class LockDevice(
    string id, int port, GeoPosition place, Func<DateTimeOffset> now, ConcurrentQueue<string> acknowledged)
{
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    int serial;

    /// <summary>The record not answered yet: a lock keeps it and sends the same bytes again.</summary>
    byte[]? pending;

    /// <summary>How many records said that the rope was cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>Sends until cancelled; every <paramref name="cutEvery"/>th record says that the rope is cut, the one
    /// after it that it is whole again.</summary>
    public async Task RunAsync(int cutEvery, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                using var socket = new TcpClient { NoDelay = true };
                await socket.ConnectAsync("127.0.0.1", port, cancel);
                await SendAllAsync(socket.GetStream(), cutEvery, cancel);
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

    async Task SendAllAsync(NetworkStream stream, int cutEvery, CancellationToken cancel)
    {
        var answer = new byte[64];
        while (true)
        {
            var frame = pending ??= Make(serial % cutEvery == cutEvery - 1);
            await stream.WriteAsync(frame, cancel);
            var length = await stream.ReadAsync(answer, cancel);
            if (length == 0) throw new IOException("the server closed the connection");
            var expected = string.Create(CultureInfo.InvariantCulture, $"(P69,0,{serial % 256})");
            if (Encoding.ASCII.GetString(answer, 0, length) != expected) throw new IOException("another answer");
            acknowledged.Enqueue(Convert.ToHexString(frame));
            pending = null;
            serial++;
            await Task.Delay(Between, cancel);
        }
    }

    byte[] Make(bool cut)
    {
        if (cut) Cuts++;
        return Jt600Encoder.Record(id, Record(cut));
    }

    DeviceMessage Record(bool cut) => new()
    {
        Kind = cut ? MessageKind.Event : MessageKind.Position,
        Record = cut ? RecordClass.Alarm : RecordClass.Live,
        Time = now(),
        Valid = true,
        Position = place,
        Speed = new Speed(0),
        CourseDegrees = 0,
        Satellites = 9,
        BatteryPercent = 80,
        DeviceSerial = serial % 256,
        Seal = new SealState(Locked: true, RopePresent: !cut, CoverClosed: true),
        Events = cut ? [DeviceEvent.RopeCut] : [],
    };
}
