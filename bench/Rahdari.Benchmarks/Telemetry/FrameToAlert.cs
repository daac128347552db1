using System.Globalization;
using Rahdari.Hosting;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// From the last byte of a frame to the alert in the API's answer, on a whole node: durable in the journal, answered,
/// judged, signed, committed, read.
/// </summary>
static class FrameToAlert
{
    // Together below 32: of one device and trip no more cuts are told each by an alert of its own.
    const int Cuts = 25, NotCounted = 5;
    const string Padlock = "8000620011";

    public static async Task RunAsync()
    {
        var clock = new OperatingClock(TimeProvider.System);
        await using var node = await RoadNode.StartAsync(clock);
        var movement = await node.UnderWayAsync(($"jt600:{Padlock}", "teltonika:352093081452251"));
        using var ropes = new RopeCuts(node, movement, Padlock, clock);
        var delays = new List<double>();
        for (var cut = 0; cut < Cuts + NotCounted; cut++)
        {
            var delay = await ropes.CutAsync();
            if (cut >= NotCounted) delays.Add(delay);
        }
        delays.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"frame to alert, {Cuts} cuts: p50 {delays[Cuts / 2]:F0} ms   longest {delays[^1]:F0} ms"));
    }
}
