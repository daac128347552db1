using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// What the zones of offices say against the record: the unit came to a crossing that is not on its way, left the
/// office of departure without a gate-out, or left the exit office's zone beyond the end of the route without an exit.
/// The record may follow the wheels for a while.
/// </summary>
sealed class OfficeZones : IRule
{
    public AlertKind Kind => AlertKind.OfficeZone;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => false;

    public Evidence? Look(Sight sight)
    {
        if (sight.Unit.Plan is not { } plan || sight.Coordinate is null || sight.IsContradicted) return null;
        if (sight.Office is { } office) return new(Bad: IsElsewhere(office, plan, sight));
        return IsUnrecorded(plan, sight)
            ? new(Bad: true, From: CorridorTime.FromMicros(sight.Own.Zones.LeftMicros!.Value))
            : new(Bad: false);
    }

    public bool IsCause(Episode episode, Sight sight) => sight.Office is not null
        ? episode.Count >= sight.Rules.OfficeZoneFixes
        : episode.Length >= TimeSpan.FromSeconds(sight.Rules.OfficeRecordSeconds);

    public Sentence Explain(Episode episode, Sight sight) => new(
        sight.Office is not null ? "alert.office-zone"
            : sight.Own.Zones.Office == sight.Unit.Plan?.Departure ? "alert.office-zone.no-gate-out"
            : "alert.office-zone.no-exit",
        [
            "device", sight.Record.Device, "office", (sight.Office?.Id ?? sight.Own.Zones.Office).ToString() ?? "",
            "minutes", Sentence.Minutes(episode.Length),
        ]);

    static bool IsElsewhere(Office office, MovementPlan plan, Sight sight) =>
        sight.Unit.IsOnRouteAt(sight.At) && office.Id != plan.Exit && office.Id != plan.Entry
        && office.Roles.Any(r => r is OfficeRole.Exit or OfficeRole.Entry)
        && sight.Around.Locate(office.Place) is { } place
        && place.DistanceMetres > office.ZoneRadiusMetres + sight.Rules.OfficeZoneAsideMetres;

    static bool IsUnrecorded(MovementPlan plan, Sight sight)
    {
        if (sight.Own.Zones is not { Office: { } last, LeftMicros: not null }) return false;
        var unit = sight.Unit;
        if (last == plan.Departure) return !(unit.GatedOutAt <= sight.At) && !(unit.EndedAt <= sight.At);
        return last == plan.Exit && unit.IsOnRouteAt(sight.At) && !(sight.At >= plan.TurnedBackAt)
            && sight.MetresAhead < sight.Rules.OfficeZoneEndMetres;
    }
}
