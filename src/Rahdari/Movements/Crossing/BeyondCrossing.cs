using Rahdari.Corridors;
using Rahdari.Parties;

namespace Rahdari.Movements.Crossing;

/// <summary>Whether a fix lies beyond the crossing, seen from the side the unit left.</summary>
static class BeyondCrossing
{
    /// <summary>
    /// Added to what the crossing's and the line's place may be wrong by: the length of a post with its yards on both
    /// sides, so that waiting at the barrier is not taken for having crossed.
    /// </summary>
    public const int MarginMetres = 1_000;

    /// <summary>How far back along the route its direction at the crossing is taken from.</summary>
    const int ApproachMetres = 5_000;

    /// <returns>Metres beyond the crossing, rounded down; null where the fix is not beyond it for certain.</returns>
    public static int? MetresBeyond(CorridorPack pack, DeclarationFacts declaration, GeoCoordinate fix) =>
        MetresBeyond(pack, declaration.OfficeOfExit, declaration.OfficeOfEntry, declaration.RouteId, fix);

    /// <summary>
    /// Whether a place lies beyond the crossing for certain and outside the exit office's zone: where a corridor that
    /// does not follow beyond the exit follows no more.
    /// </summary>
    public static bool IsBeyondZone(
        CorridorPack pack, OfficeId exit, OfficeId entry, string routeId, GeoCoordinate place) =>
        MetresBeyond(pack, exit, entry, routeId, place) is not null
        && !(pack.FindOffice(exit) is { } office
            && Earth.MetresBetween(office.Place, place) <= office.ZoneRadiusMetres);

    static int? MetresBeyond(
        CorridorPack pack, OfficeId exit, OfficeId entry, string routeId, GeoCoordinate fix)
    {
        var code = ClosuresOf.CrossingCode(exit, entry, pack);
        if (code is null || pack.FindCrossing(code) is not { } crossing) return null;
        if (pack.FindRoute(routeId) is not { Legs.Count: > 0, Line.Count: > 1 } route) return null;
        var approach = route.Line.LastOrDefault(
            p => Earth.MetresBetween(p, crossing.Place) >= ApproachMetres, route.Line[0]);
        var (north, east) = Earth.MetresPerDegree(crossing.Place.Latitude);
        (double North, double East) Metres(GeoCoordinate from, GeoCoordinate to) =>
            ((to.Latitude - from.Latitude) * north, (to.Longitude - from.Longitude) * east);
        var ahead = Metres(approach, crossing.Place);
        var length = Math.Sqrt(ahead.North * ahead.North + ahead.East * ahead.East);
        if (length == 0) return null;
        var gone = Metres(crossing.Place, fix);
        var beyond = (gone.North * ahead.North + gone.East * ahead.East) / length;
        var uncertain = crossing.AccuracyMetres + route.Legs[^1].AccuracyMetres + MarginMetres;
        return beyond > uncertain ? (int)Math.Min(beyond, int.MaxValue) : null;
    }

    /// <summary>The fact to be recorded; null where the newest fix does not show it.</summary>
    public static UnitSeenBeyond? Find(CorridorPack pack, MovementState movement, UnitFix? fix) =>
        fix is not null && movement.Declaration is { } declaration
        && movement.Find(fix.Unit.Number)?.Exit is { } exit && fix.FixedAt > exit.At
        && MetresBeyond(pack, declaration, fix.Place) is { } metres
            ? new(fix.Unit.Mrn, fix.Unit.Number, ClosuresOf.CrossingCode(declaration, pack)!, fix.Device, fix.FixedAt,
                metres)
            : null;
}
