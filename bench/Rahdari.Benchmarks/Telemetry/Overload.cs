using System.Globalization;
using Rahdari.Storage;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// Locks that send three times what the durable intake takes, for a minute: whether it goes on taking as much, and
/// whether everything it answered is in the journal afterwards. The locks are in another process.
/// </summary>
static class Overload
{
    const int Locks = 500, Times = 3;
    const double SteadySeconds = 10, Seconds = 60;

    /// <summary>Seconds that are looked at together; what one second shows is the machine.</summary>
    const int Span = 10;

    public static async Task RunAsync()
    {
        await using var intake = await DurableIntake.OpenAsync();
        var crowd = intake.Crowd;
        await crowd.OpenAsync("locks", intake.Port, Locks, 0);
        await crowd.SendAsync("locks", SteadySeconds, 16);
        var steady = await crowd.SendAsync("locks", SteadySeconds, 16);
        var rate = steady.Frames / steady.Seconds;
        var offered = (int)(rate * Times);
        Say($"{Locks} locks that wait for their answers, 16 frames at a time: {rate:F0} frames/s");
        var slice = await crowd.PourAsync("locks", Seconds, offered);
        var peak = GC.GetTotalMemory(forceFullCollection: false);
        var perSecond = slice.PerSecond[..(int)Seconds];
        var (spans, mean) = (Spans(perSecond), perSecond.Average());
        Say($"{offered} frames/s offered for {Seconds:F0} s: {mean:F0} answered, {mean / rate:F2} of {rate:F0}");
        Say($"  slowest {Span} s of the fastest: {spans.Min() / spans.Max():F2} (wanted: at least 0.90)");
        Say($"  all answered {slice.Seconds:F0} s after the start; {peak / 1e6:F0} MB on the heap");
        var (answered, missing) = await MissingAsync(intake.Journal, slice.Answers!);
        Say($"  {answered} answered, of them not in the journal: {missing} (wanted: 0)");
    }

    /// <summary>Means of each so many seconds that follow each other.</summary>
    static List<double> Spans(int[] perSecond) =>
        [.. Enumerable.Range(0, perSecond.Length - Span + 1).Select(i => perSecond[i..(i + Span)].Average())];

    /// <summary>A lock's answers come in the order of its frames: of each the first so many must be there.</summary>
    static async Task<(long Answered, long Missing)> MissingAsync(IJournal journal, Dictionary<string, long> answers)
    {
        var there = answers.ToDictionary(a => $"jt600:{a.Key}", a => new bool[a.Value]);
        foreach (var stream in new[] { "pk/live", "pk/late" })
        {
            var after = 0L;
            while (await journal.ReadAsync(stream, after, 10_000, CancellationToken.None) is { Count: > 0 } rows)
            {
                foreach (var row in rows)
                {
                    var n = DateTimeOffset.UnixEpoch.AddMicroseconds(row.Entry.FixMicros!.Value) - CrowdFrames.Start;
                    if (there.TryGetValue(row.Entry.Device, out var mine) && (int)n.TotalSeconds <= mine.Length)
                        mine[(int)n.TotalSeconds - 1] = true;
                }
                after = rows[^1].Number;
            }
        }
        return (there.Values.Sum(m => (long)m.Length), there.Values.Sum(m => (long)m.Count(t => !t)));
    }

    static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
