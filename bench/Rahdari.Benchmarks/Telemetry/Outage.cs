using System.Diagnostics;
using System.Globalization;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// A day without a network comes back, on a whole node: every truck's two devices flush what they stored, while a
/// truck whose devices were heard all the time has its rope cut again and again. How long until the desk sees it, until
/// all that was flushed is judged. A tenth of 5,500 trucks, and a tenth of a day's records at one each 30 s of each
/// device: a hundredth of the whole. The devices are in another process.
/// </summary>
static class Outage
{
    const int Trucks = 550, OfMovement = 55, Records = 288, StepSeconds = 300, Window = 16;

    /// <summary>In turns: of one device and trip no more than 32 cuts are told each by an alert of its own.</summary>
    const int Padlocks = 20;

    /// <summary>What the machine is given to judge what was flushed.</summary>
    static readonly TimeSpan Most = TimeSpan.FromSeconds(120);

    static readonly TimeSpan BetweenCuts = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync()
    {
        var clock = new SteppedClock(TimeProvider.System.GetUtcNow());
        await using var node = await RoadNode.StartAsync(clock);
        for (var truck = 0; truck < Trucks; truck += OfMovement)
            await node.UnderWayAsync([.. Enumerable.Range(truck, OfMovement).Select(t =>
                ($"jt600:{CrowdFrames.DeviceOf(2 * t)}", $"jt600:{CrowdFrames.DeviceOf((2 * t) + 1)}"))]);
        var began = clock.Now;
        clock.Step(TimeSpan.FromDays(1));
        var ropes = new List<RopeCuts>();
        for (var one = 0; one < Padlocks; one++)
        {
            var padlock = $"{8_900_000_001 + one}";
            var movement = await node.UnderWayAsync(($"jt600:{padlock}", $"teltonika:{352_093_081_452_251 + one}"));
            ropes.Add(new(node, movement, padlock, clock));
        }
        var cuts = 0;
        for (; cuts < 5; cuts++) await ropes[cuts].CutAsync();
        Say($"{Trucks} trucks, {2 * Trucks} devices, {Records} stored records of each");

        using var crowd = Crowd.Start();
        await crowd.OpenAsync("trucks", node.DevicePort, 2 * Trucks, 0);
        var started = Stopwatch.GetTimestamp();
        var flushing = crowd.FlushAsync("trucks", Records, Window, began, StepSeconds);
        List<double> during = [], after = [];
        CrowdSlice? flushed = null;
        while (Stopwatch.GetElapsedTime(started) < Most && (flushed is null || node.IsBehind))
        {
            (flushing.IsCompleted ? after : during).Add(await ropes[cuts++ % Padlocks].CutAsync());
            if (flushed is null && flushing.IsCompleted) flushed = await flushing;
            await Task.Delay(BetweenCuts);
        }
        var judged = Stopwatch.GetElapsedTime(started).TotalSeconds;
        ropes.ForEach(r => r.Dispose());
        flushed ??= await flushing;
        var rate = flushed.Frames / flushed.Seconds;
        Say($"  flushed {flushed.Frames} records in {flushed.Seconds:F1} s: {rate:F0} a second");
        Say($"  all judged after {judged:F0} s{(node.IsBehind ? ": not yet" : "")}");
        Tell("while they flushed", during);
        Tell("while the rest was judged", after);
        Tell("both (wanted: p99 at most 10 s)", [.. during, .. after]);
    }

    static void Tell(string when, List<double> delays)
    {
        if (delays.Count == 0) return;
        delays.Sort();
        var p99 = delays[delays.Count * 99 / 100];
        Say($"  rope cut to desk, {when}, {delays.Count} cuts: p50 {delays[delays.Count / 2]:F0} ms");
        Say($"    p99 {p99:F0} ms   longest {delays[^1]:F0} ms");
    }

    static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
