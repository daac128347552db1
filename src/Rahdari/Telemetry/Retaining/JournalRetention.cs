using System.Globalization;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Web;

namespace Rahdari.Telemetry.Retaining;

/// <summary>
/// Drops the days of the journal that nobody needs any more, a day a round. First the record has how far, in a
/// transaction that is fenced and looks again; then the day goes. Killed or failed in between, the next round finds the
/// day and drops it.
/// </summary>
sealed partial class JournalRetention(
    NodeSettings node, CorridorPack pack, IJournal journal, IRecordStore store, ILeases leases, CorridorClock clock,
    RetentionMetrics metrics, ILogger<JournalRetention> log)
{
    /// <summary>A holder that died is followed after this long; a round takes seconds.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(2);

    readonly JournalNeeds needs = new(node, journal);
    readonly int days = JournalDays.Of(node, pack);

    public string LeaseName => $"retention/{node.Node}";

    /// <returns>The days whose bytes are gone; one, or none.</returns>
    /// <exception cref="FencedException">Another process has the lease; this one dropped nothing.</exception>
    public async Task<IReadOnlyList<DateOnly>> RunOnceAsync(Lease lease, CancellationToken cancel)
    {
        if (journal.NewestReceivedMicros is not { } newest) return [];
        var now = Math.Min(clock.Now.ToMicros(), newest);
        var there = await journal.DaysAsync(cancel);
        var unread = await needs.UnreadAsync(store, cancel);
        var cut = await store.ReadAsync(r => DecideAsync(r, now, unread, cancel), cancel);
        metrics.Looked(there, cut, now);
        if (!there.SkipLast(1).Any(d => d.LastReceivedMicros < cut.BeforeMicros)) return [];
        cut = await store.WriteAsync(async t =>
        {
            await t.FenceAsync(lease, cancel);
            var again = await DecideAsync(t, now, unread, cancel);
            var name = JournalCut.WatermarkOf(node.Node);
            if (again.BeforeMicros > await t.WatermarkAsync(name, cancel))
                await t.SetWatermarkAsync(name, again.BeforeMicros, cancel);
            return again;
        }, cancel);
        if (!await leases.RenewAsync(lease, LeaseTime, cancel)) throw new FencedException(lease.Name);
        var gone = await journal.DropBeforeAsync(cut.BeforeMicros, 1, cancel);
        foreach (var day in gone)
            Dropped(log, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Slug.Of(cut.By.Reason), days);
        if (gone.Count > 0) metrics.Dropped(gone.Count, await journal.DaysAsync(cancel));
        return gone;
    }

    async Task<JournalCut> DecideAsync(
        IRecordReader reader, long now, IReadOnlyList<UnreadFact> unread, CancellationToken cancel) =>
        JournalCut.Decide(await needs.ReadAsync(reader, now, days, unread, cancel), days);

    [LoggerMessage(3800, LogLevel.Information,
        "the journal's day {Day} is dropped: nobody needs it (what is needed is held by {By}; {Days} days are kept)")]
    static partial void Dropped(ILogger log, string day, string by, int days);
}
