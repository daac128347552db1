using Rahdari.Corridors;

namespace Rahdari.Movements.Crossing;

/// <summary>Where a unit was last heard.</summary>
/// <param name="FixedAt">The time of the fix.</param>
sealed record UnitFix(UnitId Unit, DeviceId Device, DateTimeOffset FixedAt, GeoCoordinate Place)
{
    /// <summary>A fix of it came from the device itself since its gate-out.</summary>
    public bool IsDirect { get; init; }

    /// <summary>A vendor's platform passed a fix of it on since its gate-out; a unit may be followed by both ways.
    /// </summary>
    public bool IsRelayed { get; init; }
}

/// <summary>
/// What devices told about where units are. Telemetry answers; a node without it discharges at no grade that needs
/// fixes, and cannot measure how many units were followed.
/// </summary>
interface IUnitFixes
{
    /// <summary>The newest valid fix of each unit since its gate-out; units never heard are left out.</summary>
    /// <param name="units">At most 1,000.</param>
    Task<IReadOnlyList<UnitFix>> NewestAsync(IReadOnlyCollection<UnitId> units, CancellationToken cancel);
}
