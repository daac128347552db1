using System.Globalization;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// Ten thousand locks that have reported once and are silent, and a thousand that report, on a durable intake: what a
/// connection costs in memory (wanted: 30 kB at most), and how long those who report wait (wanted: p99
/// 500 ms at most). The locks are in another process. Each process
/// needs some 11,000 descriptors (<c>ulimit -n 20000</c>).
/// </summary>
static class IdleCrowd
{
    const int Idle = 10_000, Active = 1_000, Window = 1;
    const double Seconds = 20;

    public static async Task RunAsync()
    {
        await using var intake = await DurableIntake.OpenAsync();
        var crowd = intake.Crowd;
        // What the first frames load, compile and rent is there before the count begins.
        await crowd.OpenAsync("first", intake.Port, 200, 0);
        await crowd.SendAsync("first", 3, Window);
        var (held, resident) = Memory();
        await crowd.OpenAsync("idle", intake.Port, Idle, 1_000);
        await crowd.OnceAsync("idle");
        var (heldIdle, residentIdle) = Memory();
        await crowd.OpenAsync("active", intake.Port, Active, 1_000 + Idle);
        var slice = await crowd.SendAsync("active", Seconds, Window);
        var (_, residentActive) = Memory();
        Say($"{Idle} idle and {Active} active connections, none refused");
        Say($"  an idle connection: {Kilobytes(residentIdle - resident, Idle):F1} kB resident");
        Say($"  of it on the heap: {Kilobytes(heldIdle - held, Idle):F1} kB");
        var all = Kilobytes(residentActive - resident, Idle + Active);
        Say($"  any connection, all under way: {all:F1} kB resident");
        Say($"  {slice.Frames / slice.Seconds:F0} frames/s");
        Say($"  answered p50 {slice.P50:F1} ms   p99 {slice.P99:F1} ms   longest {slice.Longest:F1} ms");
        // All that were idle are still there and are answered.
        var again = await crowd.OnceAsync("idle");
        Say($"  of the idle {again.Frames} were answered again");
    }

    /// <summary>Managed bytes that live, and the process's resident bytes, after a full collection.</summary>
    static (long Held, long Resident) Memory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }

    static double Kilobytes(long bytes, int connections) => bytes / 1000.0 / connections;

    static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
