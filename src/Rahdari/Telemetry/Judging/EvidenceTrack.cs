using System.Collections.Immutable;
using Rahdari.Corridors;
using Rahdari.Devices;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Everything known about one cause of one unit, in order of event time, whatever order it came in. Late evidence
/// lengthens, joins or splits what was known.
/// </summary>
/// <remarks>
/// A device reports every few minutes or keeps its records for later, so what comes late falls between runs, not into
/// them. Where it does fall into one, the run is taken to be known only to within <see cref="Join"/> of it.
/// </remarks>
sealed record EvidenceTrack
{
    /// <summary>The reporting gap that descriptions of customs-grade tracking allow at most (30 minutes).</summary>
    public static readonly TimeSpan Join = TimeSpan.FromMinutes(30);

    /// <summary>Gaps and changes kept: some ten a day in poor coverage, for a week of travel.</summary>
    const int MostRuns = 64;

    /// <summary>More causes of one kind on one trip are a broken device; the oldest are forgotten here.</summary>
    const int MostAlerts = 64;

    public static readonly EvidenceTrack Empty = new();

    public ImmutableArray<Run> Runs { get; init; } = [];
    public ImmutableArray<TrackedAlert> Alerts { get; init; } = [];

    /// <param name="samePlaceMetres">Bad evidence farther apart than this is of two causes; null where place is no
    /// matter.</param>
    public EvidenceTrack With(Evidence e, double? samePlaceMetres)
    {
        var runs = Runs.ToBuilder();
        var at = runs.Count;
        while (at > 0 && runs[at - 1].Until >= e.At) at--;
        // Of two runs that touch at this very time the one of the same kind takes it.
        if (at + 1 < runs.Count && runs[at + 1].From <= e.At && IsAlike(runs[at + 1], e, samePlaceMetres)) at++;
        if (at < runs.Count && runs[at].From <= e.At) PutInside(runs, at, e, samePlaceMetres);
        else PutBetween(runs, at, e, samePlaceMetres);
        Shorten(runs, samePlaceMetres);
        return this with { Runs = runs.ToImmutable() };
    }

    public EvidenceTrack With(TrackedAlert alert)
    {
        var place = Alerts.IndexOf(Alerts.FirstOrDefault(a => a.Id == alert.Id)!);
        if (place >= 0) return this with { Alerts = Alerts.SetItem(place, alert) };
        var kept = Alerts.Length < MostAlerts ? Alerts : Alerts.RemoveAt(0);
        return this with { Alerts = kept.Add(alert) };
    }

    public IEnumerable<Episode> Episodes(double? samePlaceMetres)
    {
        for (var i = 0; i < Runs.Length; i++)
        {
            if (!Runs[i].Bad) continue;
            var (first, last, count) = (Runs[i], Runs[i], Runs[i].Count);
            while (i + 1 < Runs.Length && Runs[i + 1].Bad
                && IsSamePlace(first.Place, Runs[i + 1].Place, samePlaceMetres))
            {
                last = Runs[++i];
                count += last.Count;
            }
            yield return new(first.From, last.Until, count, first.Place, i + 1 < Runs.Length);
        }
    }

    static void PutInside(ImmutableArray<Run>.Builder runs, int at, Evidence e, double? samePlaceMetres)
    {
        var run = runs[at];
        if (IsAlike(run, e, samePlaceMetres))
        {
            runs[at] = run with { Count = run.Count + 1 };
            return;
        }
        if (AbsorbAtEdge(runs, at, e, samePlaceMetres)) return;
        var half = Math.Max(1, run.Count / 2);
        var parts = new List<Run>(3);
        if (run.From < e.At || (run.Until == e.At && !run.Bad)) parts.Add(run with { Until = e.At, Count = half });
        parts.Add(Run.Of(e));
        if (run.Until > e.At || (parts.Count == 1 && run.From == e.At))
            parts.Add(run with { From = e.At, Count = half });
        runs.RemoveAt(at);
        runs.InsertRange(at, parts);
    }

    /// <summary>
    /// Inside a run that an earlier piece of the same cause has already split, near that piece: whether anything of
    /// the run lies between the two is not known, so they are taken as one.
    /// </summary>
    static bool AbsorbAtEdge(ImmutableArray<Run>.Builder runs, int at, Evidence e, double? samePlaceMetres)
    {
        var run = runs[at];
        if (at > 0 && runs[at - 1] is var before && before.Until == run.From && e.At - before.Until <= Join
            && IsAlike(before, e, samePlaceMetres))
        {
            runs[at - 1] = before with { Until = e.At, Count = before.Count + 1 };
            runs[at] = run with { From = e.At };
            return true;
        }
        if (at + 1 < runs.Count && runs[at + 1] is var after && after.From == run.Until && after.From - e.At <= Join
            && IsAlike(after, e, samePlaceMetres))
        {
            runs[at + 1] = after with { From = e.At, Count = after.Count + 1 };
            runs[at] = run with { Until = e.At };
            return true;
        }
        return false;
    }

    static void PutBetween(ImmutableArray<Run>.Builder runs, int at, Evidence e, double? samePlaceMetres)
    {
        var joinsBefore = at > 0 && IsAlike(runs[at - 1], e, samePlaceMetres) && e.At - runs[at - 1].Until <= Join;
        var joinsAfter = at < runs.Count && IsAlike(runs[at], e, samePlaceMetres) && runs[at].From - e.At <= Join;
        if (joinsBefore && joinsAfter)
        {
            var (before, after) = (runs[at - 1], runs[at]);
            runs[at - 1] = before with { Until = after.Until, Count = before.Count + 1 + after.Count };
            runs.RemoveAt(at);
        }
        else if (joinsBefore) runs[at - 1] = runs[at - 1] with { Until = e.At, Count = runs[at - 1].Count + 1 };
        else if (joinsAfter) runs[at] = runs[at] with { From = e.At, Count = runs[at].Count + 1 };
        else runs.Insert(at, Run.Of(e));
    }

    /// <summary>Forgets the oldest gap, or where there is none the oldest run.</summary>
    static void Shorten(ImmutableArray<Run>.Builder runs, double? samePlaceMetres)
    {
        if (runs.Count <= MostRuns) return;
        for (var i = 0; i + 1 < runs.Count; i++)
        {
            var (a, b) = (runs[i], runs[i + 1]);
            if (a.Bad != b.Bad || !IsSamePlace(a.Place, b.Place, samePlaceMetres)) continue;
            runs[i] = a with { Until = b.Until, Count = a.Count + b.Count };
            runs.RemoveAt(i + 1);
            return;
        }
        runs.RemoveAt(0);
    }

    static bool IsAlike(Run run, Evidence e, double? samePlaceMetres) =>
        run.Bad == e.Bad && IsSamePlace(run.Place, e.Place, samePlaceMetres);

    static bool IsSamePlace(GeoPosition? a, GeoPosition? b, double? samePlaceMetres) =>
        samePlaceMetres is not { } metres || a is not { } one || b is not { } other
        || Earth.MetresBetween(new(one.Latitude, one.Longitude), new(other.Latitude, other.Longitude)) <= metres;
}
