using System.Diagnostics.Metrics;
using Rahdari.Storage;
using Rahdari.Web;

namespace Rahdari.Telemetry.Retaining;

/// <summary>How much of the journal is kept, and why; every name stands here. Nothing before the first look.</summary>
sealed class RetentionMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Meter = "Rahdari.Telemetry.Retention";

    const double DayMicros = 86_400e6;

    sealed record Look(IReadOnlyList<JournalDay> Days, JournalCut Cut, long NowMicros);

    readonly Meter meter;
    readonly Counter<long> dropped, failures;
    Look? last;

    public RetentionMetrics(IMeterFactory factory)
    {
        meter = factory.Create(Meter);
        dropped = meter.CreateCounter<long>("rahdari.journal.days.dropped", "{day}", "Days dropped by this process");
        failures = meter.CreateCounter<long>(
            "rahdari.journal.retention.failures", "{round}", "Rounds that could not be finished");
        meter.CreateObservableGauge("rahdari.journal.days.kept", () => Seen(l => l.Days.Count), "{day}",
            "Days of the journal that lie there");
        meter.CreateObservableGauge("rahdari.journal.first.day", () => Seen(l => l.Days.Count == 0
                ? 0 : new DateTimeOffset(l.Days[0].Day, default, TimeSpan.Zero).ToUnixTimeSeconds()), "s",
            "Midnight (UTC) of the first day kept, in seconds since 1970");
        // Every reason each time: one that holds nothing any more says 0.
        meter.CreateObservableGauge("rahdari.journal.held",
            () => Volatile.Read(ref last) is { } look ? Held(look) : [], "{day}",
            "How many days back rows are needed, by whom; the greatest holds the cut");
    }

    public void Dispose() => meter.Dispose();

    public void Looked(IReadOnlyList<JournalDay> days, JournalCut cut, long nowMicros) =>
        Volatile.Write(ref last, new(days, cut, nowMicros));

    public void Dropped(int count, IReadOnlyList<JournalDay> left)
    {
        dropped.Add(count);
        if (last is { } look) Volatile.Write(ref last, look with { Days = left });
    }

    public void Failed() => failures.Add(1);

    IReadOnlyList<Measurement<long>> Seen(Func<Look, long> value) =>
        Volatile.Read(ref last) is { } look ? [new(value(look))] : [];

    static IEnumerable<Measurement<double>> Held(Look look) => Enum.GetValues<HoldReason>().Select(reason =>
        new Measurement<double>(
            look.Cut.Holds.FirstOrDefault(h => h.Reason == reason) is { } hold
                ? Math.Round((look.NowMicros - hold.FromMicros) / DayMicros, 2) : 0,
            new KeyValuePair<string, object?>("by", Slug.Of(reason))));
}
