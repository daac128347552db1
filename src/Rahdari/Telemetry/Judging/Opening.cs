using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>What one device showed of an opening that an office recorded.</summary>
/// <param name="Kinds">What would have been raised without it, in order of kind.</param>
/// <param name="From">When it first showed it.</param>
/// <param name="Until">When it last did, as far as the act allows.</param>
/// <param name="Place">Where it was first shown, if that is believed.</param>
sealed record Opening(
    OfficeAct Act, string Device, IReadOnlyList<AlertKind> Kinds, DateTimeOffset From, DateTimeOffset Until,
    GeoPosition? Place)
{
    public Opening With(AlertKind kind, DateTimeOffset at) =>
        this with { Until = at, Kinds = Kinds.Contains(kind) ? Kinds : [.. Kinds.Append(kind).Order()] };

    /// <summary>Whether an alert is of this opening.</summary>
    public bool Explains(ToldAlert alert) => alert.Device == Device && Kinds.Contains(alert.Kind)
        && From <= alert.Until && alert.From <= Until;
}

/// <summary>An opening as far as it was told to the record.</summary>
/// <param name="Shown">What was told of it; anything else is told again.</param>
sealed record ToldOpening(string Id, string Shown, DateTimeOffset From);

/// <summary>Brings the openings told in line with those that the records show.</summary>
static class OpeningTelling
{
    /// <param name="judgedTo">The time of the newest record folded.</param>
    /// <param name="hold">Records are still coming late: nothing is told yet.</param>
    /// <returns>False where something was held back.</returns>
    public static bool Settle(
        List<ToldOpening> told, Fold fold, UnitId unit, DateTimeOffset judgedTo, bool hold, List<Finding> findings)
    {
        var held = false;
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var opening in fold.Openings)
        {
            var one = ToldOf(AlertIds.OfOpening(unit, opening.Act.EventId, DeviceId.Parse(opening.Device)), opening);
            shown.Add(one.Id);
            var at = told.FindIndex(t => t.Id == one.Id);
            if (at >= 0 && told[at] == one) continue;
            if (hold)
            {
                held = true;
                continue;
            }
            if (at >= 0) told[at] = one;
            else told.Add(one);
            findings.Add(new Finding.Allow(one.Id, unit, opening));
        }
        for (var i = told.Count - 1; i >= 0; i--)
        {
            // Told before the records were folded so far again: they may still show it.
            if (shown.Contains(told[i].Id) || told[i].From > judgedTo) continue;
            if (hold)
            {
                held = true;
                continue;
            }
            findings.Add(new Finding.Disallow(told[i].Id));
            told.RemoveAt(i);
        }
        return !held;
    }

    public static ToldOpening ToldOf(string id, Opening opening) =>
        new(id, string.Join(' ', opening.Kinds.Select(k => k.Slug())), opening.From);
}
