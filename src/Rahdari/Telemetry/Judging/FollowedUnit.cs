using Rahdari.Movements;

namespace Rahdari.Telemetry.Judging;

/// <summary>A device fitted to a unit; until null means it still is.</summary>
sealed record FollowedDevice(DeviceId Device, DeviceRole Role, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>What judging has to know of a unit besides its records.</summary>
/// <param name="RouteId">The designated route.</param>
/// <param name="GatedOutAt">Before it nothing is judged: the unit stands in the yard and is being sealed.</param>
/// <param name="ExitedAt">From here on the route is behind it; its seal is not.</param>
/// <param name="EndedAt">Entered on the other side, or discharged: from here on nothing is judged.</param>
sealed record FollowedUnit(
    UnitId Unit, string RouteId, DateTimeOffset? GatedOutAt, DateTimeOffset? ExitedAt, DateTimeOffset? EndedAt,
    IReadOnlyList<FollowedDevice> Devices)
{
    /// <summary>Between gate-out and exit: it has a road to keep to.</summary>
    public bool IsOnRouteAt(DateTimeOffset time) =>
        IsSealedAt(time) && (ExitedAt is not { } exit || time < exit);

    /// <summary>Between gate-out and the end: nobody may open it.</summary>
    public bool IsSealedAt(DateTimeOffset time) =>
        GatedOutAt is { } gate && time >= gate && (EndedAt is not { } end || time < end);
}
