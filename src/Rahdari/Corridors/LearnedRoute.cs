using Rahdari.Movements;
using Rahdari.Parties;

namespace Rahdari.Corridors;

/// <summary>
/// A route as its traffic showed it: where the road is, how wide the corridor has to be, and where devices are heard.
/// It stands in place of the drawn legs; names, stops and offices stay the drawn route's.
/// </summary>
/// <param name="Lines">The road from end to end first, then ways that lead to it from other departure offices.</param>
public sealed record LearnedRoute(
    IReadOnlyList<LearnedLine> Lines, LearnedCoverage Coverage, LearnedSource Source);

/// <param name="From">The departure office a way leads from; null for the road itself.</param>
/// <param name="Points">In driving order; a way's last point lies on the road.</param>
public sealed record LearnedLine(OfficeId? From, IReadOnlyList<LearnedPoint> Points);

/// <param name="HalfWidthMetres">Half of the corridor's width from here to the next point.</param>
public readonly record struct LearnedPoint(GeoCoordinate Place, int HalfWidthMetres);

/// <summary>Which share of a device's reports is heard as it is made, kilometre by kilometre of the road.</summary>
/// <param name="ContainerPerCent">Null where nobody came by.</param>
public sealed record LearnedCoverage(
    IReadOnlyList<int?> ContainerPerCent, IReadOnlyList<int?> PrimeMoverPerCent)
{
    /// <summary>Null beyond the ends and where nobody came by.</summary>
    public double? At(double progressMetres, DeviceRole role)
    {
        var shares = role == DeviceRole.Container ? ContainerPerCent : PrimeMoverPerCent;
        var kilometre = (int)(progressMetres / 1000);
        return progressMetres >= 0 && kilometre < shares.Count ? shares[kilometre] / 100.0 : null;
    }
}

/// <summary>From what a route was learned.</summary>
/// <param name="Tracks">Each file's name and digest.</param>
/// <param name="Fixes">Positions used.</param>
public sealed record LearnedSource(DateTimeOffset At, int Trips, long Fixes, IReadOnlyList<string> Tracks);
