using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Measures;

/// <summary>A published head of a log.</summary>
/// <param name="Root">Base64.</param>
sealed record LogHead(string Origin, long Size, string Root);

/// <summary>The newest published head of the own log, and who cosigned it. Transparency answers.</summary>
interface ILogHeads
{
    /// <summary>Null before the first checkpoint.</summary>
    Task<(LogHead Head, IReadOnlyList<string> Cosigners)?> NewestAsync(CancellationToken cancel);
}

/// <param name="LogHead">The head the events counted are under; null where nothing is published yet.</param>
sealed record MeasureReport(
    DateTimeOffset AsOf, IReadOnlyList<MeasureResult> Results, LogHead? LogHead, IReadOnlyList<string> VerifiedBy);

/// <summary>All measures as they stand.</summary>
sealed class MeasureBoard(
    IEnumerable<IMeasure> measures, IDesk desk, CorridorPack pack, CorridorClock clock, TimeProvider machine,
    ILogHeads? heads = null)
{
    /// <summary>
    /// Anybody may ask, and each answer reads whole boards: one answer serves everybody for this long.
    /// </summary>
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim once = new(1);
    (MeasureReport Report, long At)? kept;

    public async Task<MeasureReport> ReportAsync(CancellationToken cancel)
    {
        await once.WaitAsync(cancel);
        try
        {
            if (kept is { } known && machine.GetElapsedTime(known.At) < Kept) return known.Report;
            var report = await ComputeAsync(cancel);
            kept = (report, machine.GetTimestamp());
            return report;
        }
        finally
        {
            once.Release();
        }
    }

    async Task<MeasureReport> ComputeAsync(CancellationToken cancel)
    {
        // The head first: whatever is counted after it was read is at least what is under it.
        var head = heads is null ? null : await heads.NewestAsync(cancel);
        var now = clock.Now;
        var results = new List<MeasureResult>();
        foreach (var measure in measures) results.Add(await measure.ComputeAsync(desk, pack, now, cancel));
        return new(now, results, head?.Head, head?.Cosigners ?? []);
    }
}
