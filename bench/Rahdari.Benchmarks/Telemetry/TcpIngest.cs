using System.Globalization;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// What durability costs a frame: the whole intake over TCP with an answer a frame, once on a journal that forgets at
/// once and once on SQLite, in turns. The locks are in another process; each sends a window of frames and waits for
/// its answers.
/// </summary>
sealed class TcpIngest : IAsyncDisposable
{
    const double SliceSeconds = 2;
    const int Rounds = 5;

    readonly string folder;
    readonly Store store;
    readonly Crowd crowd;
    readonly IntakeOnly keeps, forgets;
    int locks;

    TcpIngest(string folder, Store store, Crowd crowd, IntakeOnly keeps, IntakeOnly forgets) =>
        (this.folder, this.store, this.crowd, this.keeps, this.forgets) = (folder, store, crowd, keeps, forgets);

    public static async Task RunAsync()
    {
        await using var bench = await OpenAsync();
        foreach (var (connections, window) in new[] { (100, 1), (2_000, 1), (100, 16), (2_000, 4) })
            await bench.CompareAsync(connections, window);
    }

    public async ValueTask DisposeAsync()
    {
        crowd.Dispose();
        await keeps.DisposeAsync();
        await forgets.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static async Task<TcpIngest> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-bench-").FullName;
        var store = await EmbeddedStore.OpenAsync(Path.Combine(folder, "pk"), new StoreSettings
        {
            Time = TimeProvider.System,
            OnFatal = e => Environment.FailFast(e.Message),
        }, CancellationToken.None);
        return new(
            folder, store, Crowd.Start(), await IntakeOnly.OpenAsync(store.Journal, folder),
            await IntakeOnly.OpenAsync(new ForgettingJournal(), folder));
    }

    async Task CompareAsync(int connections, int window)
    {
        await crowd.OpenAsync("keeps", keeps.Port, connections, locks);
        await crowd.OpenAsync("forgets", forgets.Port, connections, locks + connections);
        locks += 2 * connections;
        var turns = new List<(Turn Keeps, Turn Forgets)>();
        for (var round = 0; round <= Rounds; round++)
        {
            var turn = (await TurnAsync("keeps", window), await TurnAsync("forgets", window));
            if (round > 0) turns.Add(turn);
        }
        await crowd.CloseAsync("keeps");
        await crowd.CloseAsync("forgets");
        Console.WriteLine($"{connections} connections, {window} at a time");
        Say("  durable        ", turns.Select(t => t.Keeps));
        Say("  without storage", turns.Select(t => t.Forgets));
        var ratios = turns.Select(t => t.Keeps.Rate / t.Forgets.Rate).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  durable / without: {ratios[Rounds / 2]:F2} ({ratios[0]:F2}..{ratios[^1]:F2})"));
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
        CultureInfo.InvariantCulture, $"{name} {Median(turns, t => t.Rate),9:F0} frames/s   answered p50 {Median(turns, t => t.P50):F1} ms   "
        + $"p99 {Median(turns, t => t.P99):F1} ms   processor: node {Median(turns, t => t.Node):F1} us a frame   "
        + $"locks {Median(turns, t => t.Locks):F1} us"));

    static double Median(IEnumerable<Turn> turns, Func<Turn, double> of)
    {
        var sorted = turns.Select(of).Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    readonly record struct Turn(double Rate, double P50, double P99, double Node, double Locks);
}
