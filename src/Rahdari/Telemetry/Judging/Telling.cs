using Rahdari.Movements;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>An alert as far as it was told to the record.</summary>
/// <param name="Device">Null where the cause is the unit's, whichever device tells of it.</param>
/// <param name="CauseAt">Event time it was first raised with; it names the alert for good.</param>
/// <param name="GoodBefore">The last good evidence before it, as far as was known.</param>
/// <param name="ClosedAt">The good evidence that ended it; null while it goes on.</param>
/// <param name="Waits">Raised on a late record alone; what the whole of the records says is still to be seen.</param>
sealed record ToldAlert(
    string Id, string Group, AlertKind Kind, string? Device, DateTimeOffset CauseAt, DateTimeOffset From,
    DateTimeOffset Until, DateTimeOffset? GoodBefore, DateTimeOffset? ClosedAt, bool IsRefuted, bool Waits)
{
    /// <summary>How many of its kind it was told to stand for.</summary>
    public int Times { get; init; } = 1;

    /// <summary>How many kinds it was told to have become besides.</summary>
    public int Further { get; init; }

    /// <summary>Whether evidence at a time is of this alert's cause, as far as is known.</summary>
    public bool Covers(DateTimeOffset at) =>
        (GoodBefore is not { } before || at > before) && (ClosedAt is not { } closed || at < closed);

    public bool Touches(Cause cause) => cause.From <= Until && From <= (cause.ClosedAt is null && cause.Until < Until
        ? Until : cause.Until);
}

/// <summary>
/// Brings what was told in line with what the records show: a new cause is raised, one known is widened or narrowed,
/// two that are one are joined, and one that the records do not show is refuted. Nothing is taken back unsaid.
/// </summary>
static class Telling
{
    /// <summary>
    /// Alerts remembered of a unit, twice the causes kept of two devices, two ways and four kinds of tampering: those
    /// refuted are remembered too.
    /// </summary>
    const int MostTold = 2 * (Fold.MostCauses + 2 * 2 * 4 * Fold.MostTampering);

    /// <summary>Clocks of two devices of a unit may differ by so much.</summary>
    static readonly TimeSpan Clocks = TimeSpan.FromMinutes(5);

    /// <param name="judgedTo">The time of the newest record folded.</param>
    /// <param name="hold">Records are still coming late: what is not urgent is not told, nor refuted, yet.</param>
    /// <returns>False where something was held back.</returns>
    public static bool Settle(
        List<ToldAlert> told, Fold fold, UnitId unit, DateTimeOffset judgedTo, bool hold, List<Finding> findings)
    {
        var held = false;
        var causes = Merged(Outspoken(fold.Causes.FindAll(c => !c.IsAstray)));
        var owners = new Dictionary<Cause, int>(ReferenceEqualityComparer.Instance);
        var refuted = new List<Finding.Refute>();
        Keep(told, causes, owners);
        for (var i = 0; i < told.Count; i++)
        {
            var alert = told[i];
            if (alert.IsRefuted || alert.Waits || owners.ContainsValue(i)) continue;
            var cause = BestOf(alert, causes, owners);
            if (cause is not null && owners.TryAdd(cause, i)) continue;
            // Told before the records were folded so far again: they may still show it.
            if (cause is null && alert.Until > judgedTo) continue;
            if (hold && !Rules.IsUrgent(alert.Kind))
            {
                held = true;
                continue;
            }
            refuted.Add(new Finding.Refute(
                alert.Id, alert.From, alert.Until, cause is null ? null : told[owners[cause]].Id)
            {
                Explained = cause is null ? fold.Openings.Find(o => o.Explains(alert))?.Act : null,
            });
            told[i] = alert with { IsRefuted = true };
        }
        var before = told.ToArray();
        foreach (var cause in causes)
        {
            if (owners.TryGetValue(cause, out var i))
            {
                var finding = Follow(told[i], cause);
                if (finding is not null) findings.Add(finding);
                told[i] = Known(told[i], cause, said: finding is not null);
                TellTimes(told, i, cause, findings);
                TellFurther(told, i, cause, findings);
            }
            else if (hold && !cause.IsUrgent) held = true;
            else
            {
                var raise = Raise(unit, cause, told, before);
                findings.Add(raise);
                told.Add(new(
                    raise.AlertId, cause.Group, cause.Kind, cause.IsPerDevice ? cause.Device : null, cause.From,
                    cause.From, cause.Until, cause.GoodBefore, cause.ClosedAt, IsRefuted: false, Waits: false));
                TellTimes(told, told.Count - 1, cause, findings);
                TellFurther(told, told.Count - 1, cause, findings);
            }
        }
        findings.AddRange(refuted.Select(r => r.JoinedTo is null && AstrayOf(r, told) is { } astray
            ? r with { JoinedTo = astray }
            : r));
        Forget(told);
        return !held;
    }

    /// <summary>The alert of a position led astray that a way off the corridor turned out to be.</summary>
    static string? AstrayOf(Finding.Refute refute, List<ToldAlert> told) =>
        told.Exists(t => t.Id == refute.AlertId && t.Kind == AlertKind.OffCorridor)
            ? told.Find(t => t.Kind == AlertKind.Drift && !t.IsRefuted && t.From <= refute.Until + Clocks
                && refute.From <= t.Until)?.Id
            : null;

    /// <summary>A cause that still begins when it was first told is of that alert.</summary>
    static void Keep(List<ToldAlert> told, List<Cause> causes, Dictionary<Cause, int> owners)
    {
        for (var i = 0; i < told.Count; i++)
        {
            var alert = told[i];
            if (alert.IsRefuted || alert.Waits) continue;
            foreach (var cause in causes)
                if (cause.From == alert.CauseAt && IsOf(alert, cause) && owners.TryAdd(cause, i)) break;
        }
    }

    /// <summary>
    /// How many a flood stands for is said each time they are twice as many, and once it is over: a hundred are seven
    /// words.
    /// </summary>
    static void TellTimes(List<ToldAlert> told, int i, Cause cause, List<Finding> findings)
    {
        var said = told[i].Times;
        if (cause.Times == said || (cause.Times > said && cause.ClosedAt is null && cause.Times < 2 * said)) return;
        told[i] = told[i] with { Times = cause.Times, Until = cause.Until };
        findings.Add(new Finding.Extend(
            told[i].Id, told[i].From, cause.Until, Late: false,
            cause.Times == 1 ? cause.Sentence : Sentence.OfFlood(cause)));
    }

    static void TellFurther(List<ToldAlert> told, int i, Cause cause, List<Finding> findings)
    {
        for (; told[i].Further < cause.Also.Count; told[i] = told[i] with { Further = told[i].Further + 1 })
        {
            var (kind, sentence) = cause.Also[told[i].Further];
            // What it became shows now, however long ago it was last said how far the cause reaches.
            if (cause.Until > told[i].Until) told[i] = told[i] with { Until = cause.Until };
            findings.Add(new Finding.Extend(
                told[i].Id, told[i].From, told[i].Until, Late: false, sentence, kind));
        }
    }

    /// <summary>What was refuted is forgotten first.</summary>
    public static void Forget(List<ToldAlert> told)
    {
        while (told.Count > MostTold) told.RemoveAt(Math.Max(0, told.FindIndex(t => t.IsRefuted)));
    }

    /// <summary>A name that no alert of the unit has, and that judging the same records again gives again.</summary>
    public static string NameOf(
        UnitId unit, AlertKind kind, DateTimeOffset causeAt, string? device, IEnumerable<ToldAlert> told) =>
        AlertIds.Of(unit, kind, causeAt, device is null ? null : DeviceId.Parse(device),
            told.Count(t => t.Kind == kind && t.Device == device && t.CauseAt == causeAt));

    /// <summary>
    /// What a vendor passed on of a cause that the device showed itself is a part of that: the device's own word names
    /// it and ends it.
    /// </summary>
    static List<Cause> Outspoken(List<Cause> causes)
    {
        if (!causes.Exists(c => c.Relay is not null)) return causes;
        var all = causes.FindAll(c => c.Relay is null);
        var shown = all.Count;
        foreach (var passed in causes.Where(c => c.Relay is not null))
        {
            var at = all.FindIndex(0, shown, c => c.Group == passed.Group && c.Device == passed.Device
                && !(c.ClosedAt < passed.From) && !(passed.ClosedAt < c.From));
            if (at < 0)
            {
                all.Add(passed);
                continue;
            }
            var (own, first) = (all[at], passed.From < all[at].From ? passed : all[at]);
            all[at] = own with
            {
                From = first.From, FromLate = first.FromLate, GoodBefore = first.GoodBefore,
                Until = own.Until > passed.Until ? own.Until : passed.Until,
                Also = own.Is(passed.Kind) ? own.Also : [.. own.Also, new(passed.Kind, passed.Sentence)],
            };
        }
        return all;
    }

    /// <summary>Causes of one group that are the unit's and overlap are one, named by the first that was enough; by
    /// one that a device showed itself before one that a vendor passed on.</summary>
    static List<Cause> Merged(List<Cause> causes)
    {
        var merged = new List<Cause>(causes.Count);
        foreach (var cause in causes.OrderBy(c => c.From).ThenBy(c => c.Device, StringComparer.Ordinal))
        {
            var at = cause.IsPerDevice ? -1 : merged.FindLastIndex(m => !m.IsPerDevice && m.Group == cause.Group
                && cause.From <= m.Until + (m.Device == cause.Device ? TimeSpan.Zero : Clocks));
            if (at < 0)
            {
                merged.Add(cause);
                continue;
            }
            var one = merged[at];
            var isFirst = cause.Relay is null == one.Relay is null
                ? cause.RaisedAt < one.RaisedAt
                : one.Relay is not null;
            var (first, other) = isFirst ? (cause, one) : (one, cause);
            merged[at] = first with
            {
                From = one.From, FromLate = one.FromLate, GoodBefore = one.GoodBefore,
                Until = first.Until > other.Until ? first.Until : other.Until,
                ClosedAt = first.ClosedAt is { } a && other.ClosedAt is { } b ? (a > b ? a : b) : null,
                Also = [.. first.Also, .. other.Also.Prepend(new(other.Kind, other.Sentence))
                    .Where(f => !first.Is(f.Kind))],
            };
        }
        return merged;
    }

    static bool IsOf(ToldAlert alert, Cause cause) =>
        cause.Kind == alert.Kind && (cause.IsPerDevice ? cause.Device : null) == alert.Device;

    /// <summary>
    /// Of the causes an alert can be of, the one that holds what named it, of several one without an alert yet; else
    /// the earliest.
    /// </summary>
    static Cause? BestOf(ToldAlert alert, List<Cause> causes, Dictionary<Cause, int> owners)
    {
        var (holding, best) = ((Cause?)null, (Cause?)null);
        foreach (var cause in causes)
        {
            if (!IsOf(alert, cause) || !alert.Touches(cause)) continue;
            best ??= cause;
            if (cause.From > alert.CauseAt || alert.CauseAt > cause.Until) continue;
            if (!owners.ContainsKey(cause)) return cause;
            holding ??= cause;
        }
        return holding ?? best;
    }

    static Finding? Follow(ToldAlert told, Cause cause)
    {
        if (cause.From > told.From || cause.Until < told.Until)
            return new Finding.Narrow(told.Id, cause.From, cause.Until);
        if (cause.From < told.From || (cause.ClosedAt is not null && cause.Until > told.Until))
            return new Finding.Extend(
                told.Id, cause.From, cause.Until, Late: cause.FromLate && cause.From < told.From);
        return null;
    }

    static ToldAlert Known(ToldAlert told, Cause cause, bool said) => said
        ? told with
        {
            From = cause.From, Until = cause.Until, GoodBefore = cause.GoodBefore, ClosedAt = cause.ClosedAt,
        }
        : told with { GoodBefore = cause.GoodBefore, ClosedAt = cause.ClosedAt };

    static Finding.Raise Raise(UnitId unit, Cause cause, List<ToldAlert> told, ToldAlert[] before)
    {
        var device = cause.IsPerDevice ? cause.Device : null;
        return new(
            NameOf(unit, cause.Kind, cause.From, device, told), unit, cause.Kind, cause.Severity, cause.From,
            cause.Until, cause.Late, DeviceId.Parse(cause.Device), cause.Place, cause.Sentence,
            before.FirstOrDefault(t => !t.IsRefuted && !t.Waits && t.Kind == cause.Kind && t.Device == device
                && t.From <= cause.From && cause.From <= t.Until)?.Id)
        { Identity = cause.Identity, Relay = cause.Relay };
    }
}
