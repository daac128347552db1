using System.Globalization;
using Rahdari.Devices;
using Rahdari.Storage;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// What durability costs a frame: the whole intake over TCP with an answer a frame, once on a journal that forgets at
/// once and once on SQLite, in turns. The locks are in another process; each sends a window of frames and waits for
/// its answers.
/// </summary>
sealed class TcpIngest : IAsyncDisposable
{
    const double SliceSeconds = 2;
    const int Rounds = 5, Units = 100;

    /// <summary>Turns of each side in which its code is compiled for good.</summary>
    const int Warming = 3;

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-bench-").FullName;
    readonly Crowd crowd = Crowd.Start();

    /// <summary>Some 100,000 records at the 0.1 ms one takes to judge, twice over.</summary>
    static readonly TimeSpan Most = TimeSpan.FromSeconds(20);

    /// <summary>What was opened, in the order to close it.</summary>
    readonly Stack<IAsyncDisposable> open = new();
    RoadNode? judging;
    int locks;

    public static async Task RunAsync()
    {
        await using var bench = new TcpIngest();
        var (keeps, forgets) = (await bench.StoringAsync(), await bench.ForgettingAsync());
        foreach (var (connections, window) in new[] { (100, 1), (2_000, 1), (100, 16), (2_000, 4) })
            await bench.CompareAsync(keeps, forgets, connections, window);
    }

    /// <summary>The durable side is a whole node, which judges what it journals.</summary>
    public static async Task RunJudgedAsync()
    {
        await using var bench = new TcpIngest();
        var (keeps, forgets) = (await bench.JudgingAsync(), await bench.ForgettingAsync());
        foreach (var connections in new[] { 100, 2_000 }) await bench.CompareAsync(keeps, forgets, connections, 1);
    }

    public async ValueTask DisposeAsync()
    {
        crowd.Dispose();
        while (open.TryPop(out var opened)) await opened.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    async Task<int> StoringAsync()
    {
        var store = await DurableIntake.StoreAsync(folder);
        open.Push(store);
        return await IntakeAsync(store.Journal);
    }

    Task<int> ForgettingAsync() => IntakeAsync(new ForgettingJournal());

    async Task<int> IntakeAsync(IJournal journal)
    {
        var intake = await IntakeOnly.OpenAsync(journal, folder);
        open.Push(intake);
        return intake.Port;
    }

    /// <summary>The first 200 locks are on units under way, two on each: all of the first crowd and as many of the
    /// second. What the others say is journaled and judged to be of no unit.</summary>
    async Task<int> JudgingAsync()
    {
        var clock = new SteppedClock(CrowdFrames.Start);
        var node = await RoadNode.StartAsync(clock);
        open.Push(node);
        judging = node;
        await node.UnderWayAsync([.. Enumerable.Range(0, Units).Select(t =>
            ($"jt600:{CrowdFrames.DeviceOf(2 * t)}", $"jt600:{CrowdFrames.DeviceOf((2 * t) + 1)}"))]);
        // Later than any record sent.
        clock.Step(TimeSpan.FromDays(2));
        Console.WriteLine("judging on: 100 locks of each crowd are on units under way");
        return node.DevicePort;
    }

    async Task CompareAsync(int keeps, int forgets, int connections, int window)
    {
        await crowd.OpenAsync("keeps", keeps, connections, locks);
        await crowd.OpenAsync("forgets", forgets, connections, locks);
        locks += connections;
        var turns = new List<(Turn Keeps, Turn Forgets)>();
        for (var round = -Warming; round < Rounds; round++)
        {
            var kept = await TurnAsync("keeps", window);
            await SettleAsync();
            var turn = (kept, await TurnAsync("forgets", window));
            if (round >= 0) turns.Add(turn);
        }
        await crowd.CloseAsync("keeps");
        await crowd.CloseAsync("forgets");
        Console.WriteLine($"{connections} connections, {window} at a time");
        Say("  durable        ", turns.Select(t => t.Keeps));
        Say("  without storage", turns.Select(t => t.Forgets));
        var ratios = turns.Select(t => t.Keeps.Rate / t.Forgets.Rate).Order().ToArray();
        var share = Decoding().TotalMicroseconds / Median(turns.Select(t => t.Keeps), t => t.Node);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  decoding: {share:P1} of the durable side's processor time (wanted: at most 10 %)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  durable / without: {ratios[Rounds / 2]:F2} ({ratios[0]:F2}..{ratios[^1]:F2})"));
    }

    /// <summary>What is still being judged of one side's turn is not to slow the other side's.</summary>
    async Task SettleAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (judging is { IsBehind: true } && TimeProvider.System.GetElapsedTime(started) < Most)
            await Task.Delay(50);
    }

    /// <summary>Processor time of reading one frame of the crowd's.</summary>
    static TimeSpan Decoding()
    {
        const int Frames = 200_000;
        var protocol = Registry.Find("jt600")!;
        var frame = CrowdFrames.Record(CrowdFrames.DeviceOf(0), 1);
        var started = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Frames; i++) protocol.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);
        return (Environment.CpuUsage.TotalTime - started) / Frames;
    }

    async Task<Turn> TurnAsync(string name, int window)
    {
        var before = crowd.Spent();
        var slice = await crowd.SendAsync(name, SliceSeconds, window);
        var after = crowd.Spent();
        return new(
            slice.Frames / slice.Seconds, slice.P50, slice.P99,
            (after.Here - before.Here).TotalMicroseconds / slice.Frames,
            (after.Crowd - before.Crowd).TotalMicroseconds / slice.Frames);
    }

    static void Say(string name, IEnumerable<Turn> turns) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name} {Median(turns, t => t.Rate),9:F0} frames/s   "
        + $"answered p50 {Median(turns, t => t.P50):F1} ms   p99 {Median(turns, t => t.P99):F1} ms   "
        + $"processor: node {Median(turns, t => t.Node):F1} us a frame   "
        + $"locks {Median(turns, t => t.Locks):F1} us"));

    static double Median(IEnumerable<Turn> turns, Func<Turn, double> of)
    {
        var sorted = turns.Select(of).Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    readonly record struct Turn(double Rate, double P50, double P99, double Node, double Locks);
}
