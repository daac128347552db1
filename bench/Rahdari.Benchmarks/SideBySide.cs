using System.Diagnostics;
using System.Globalization;

namespace Rahdari.Benchmarks;

/// <summary>
/// Two ways of the same work in turns, a slice of each, so that whatever else the machine does meets both. What counts
/// is the median of the slices' ratios.
/// </summary>
static class SideBySide
{
    /// <param name="name">What is compared.</param>
    /// <param name="baseline">Does its work once and answers how many operations that was.</param>
    /// <param name="candidate">The same.</param>
    /// <param name="rounds">Slices of each, after one that is not counted.</param>
    public static async Task RunAsync(string name, Func<Task<int>> baseline, Func<Task<int>> candidate, int rounds = 7)
    {
        var slices = new List<(double Baseline, double Candidate)>();
        for (var round = 0; round <= rounds; round++)
        {
            var slice = (await MicrosAsync(baseline), await MicrosAsync(candidate));
            if (round > 0) slices.Add(slice);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-40} baseline {Median(slices.Select(s => s.Baseline)),9:F1} us   "
            + $"candidate {Median(slices.Select(s => s.Candidate)),9:F1} us   "
            + $"times faster {Median(slices.Select(s => s.Baseline / s.Candidate)),7:F1} "
            + $"({slices.Min(s => s.Baseline / s.Candidate):F1}..{slices.Max(s => s.Baseline / s.Candidate):F1})"));
    }

    static async Task<double> MicrosAsync(Func<Task<int>> work)
    {
        var started = Stopwatch.GetTimestamp();
        var operations = await work();
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / operations;
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
