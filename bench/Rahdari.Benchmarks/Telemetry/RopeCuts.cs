using System.Diagnostics;
using System.Net.Sockets;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Hosting;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// A padlock whose rope is cut and made whole again, so that each cut is an alert of its own: the time from the last
/// byte of the frame to the alert in the API's answer. It includes half of <see cref="Look"/> on average.
/// </summary>
sealed class RopeCuts(RoadNode node, string movement, string padlock, CorridorClock clock) : IDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Six times what is wanted of a live alarm while a day's outage comes back: then it is not coming.
    /// </summary>
    static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    readonly TcpClient client = new("127.0.0.1", node.DevicePort) { NoDelay = true };
    DateTimeOffset last = DateTimeOffset.MinValue;
    int serial;

    public void Dispose() => client.Dispose();

    /// <returns>Milliseconds until the alert was there.</returns>
    public async Task<double> CutAsync()
    {
        var before = await node.AlertsAsync(movement, "rope-cut");
        var started = Stopwatch.GetTimestamp();
        await SendAsync(isCut: true);
        while ((await node.AlertsAsync(movement, "rope-cut")).IsSubsetOf(before))
        {
            if (Stopwatch.GetElapsedTime(started) > Most)
                throw new TimeoutException($"a cut rope raised no alert of its own within {Most.TotalSeconds} s");
            await Task.Delay(Look);
        }
        var delay = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await SendAsync(isCut: false);
        return delay;
    }

    /// <summary>Each record is a second after the one before, and after the fitting of its device.</summary>
    async Task SendAsync(bool isCut)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.Now.ToUnixTimeSeconds());
        last = (now > last ? now : last).AddSeconds(1);
        var message = new DeviceMessage
        {
            Kind = isCut ? MessageKind.Event : MessageKind.Position,
            Record = isCut ? RecordClass.Alarm : RecordClass.Live,
            Time = last,
            Valid = true,
            Position = new(248_100_000, 669_700_000),
            Speed = new Speed(0),
            CourseDegrees = 0,
            Satellites = 9,
            BatteryPercent = 80,
            DeviceSerial = serial++ % 256,
            Seal = new SealState(Locked: true, RopePresent: !isCut, CoverClosed: true),
            Events = isCut ? [DeviceEvent.RopeCut] : [],
        };
        var stream = client.GetStream();
        await stream.WriteAsync(Jt600Encoder.Record(padlock, message));
        var answer = new byte[64];
        if (await stream.ReadAsync(answer) == 0) throw new IOException("the node closed the connection");
    }
}
