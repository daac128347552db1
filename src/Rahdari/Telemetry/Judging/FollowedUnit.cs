using Rahdari.Movements;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>A device fitted to a unit; until null means it still is.</summary>
sealed record FollowedDevice(DeviceId Device, DeviceRole Role, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>Something an officer allowed, of which no alert is raised.</summary>
sealed record Permission(AlertKind Kind, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>What an officer allows who opens a unit.</summary>
    public static readonly IReadOnlyList<AlertKind> Opening =
        [AlertKind.SealOpened, AlertKind.Unlocked, AlertKind.RopeCut, AlertKind.CoverOpened];

    /// <summary>What was recorded that allows it, in the zone of that office only; null where it is told of otherwise.
    /// </summary>
    public OfficeAct? Act { get; init; }

    /// <summary>Of this device alone; null for any.</summary>
    public DeviceId? Device { get; init; }

    /// <summary>The gate-out says that the unit is closed: what was done before it allows nothing after it.</summary>
    public Permission UpToGate(DateTimeOffset? gatedOutAt) =>
        Act?.At <= gatedOutAt && gatedOutAt < Until ? this with { Until = gatedOutAt.Value.AddMicroseconds(-1) } : this;

    public bool Covers(AlertKind kind, DateTimeOffset time, string device) => Kind == kind && From <= time
        && time <= Until && (Device is not { } one || one.ToString() == device);
}

/// <summary>What judging has to know of a unit besides its records.</summary>
/// <param name="RouteId">The designated route.</param>
/// <param name="GatedOutAt">Before it nothing is judged: the unit stands in the yard and is being sealed.</param>
/// <param name="ExitedAt">From here on the route is behind it; its seal is not.</param>
/// <param name="EndedAt">Entered on the other side, or discharged: from here on nothing is judged.</param>
sealed record FollowedUnit(
    UnitId Unit, string RouteId, DateTimeOffset? GatedOutAt, DateTimeOffset? ExitedAt, DateTimeOffset? EndedAt,
    IReadOnlyList<FollowedDevice> Devices)
{
    /// <summary>
    /// Entered on the other side, or discharged; earlier, <see cref="EndedAt"/> may say that following ended beyond the
    /// crossing.
    /// </summary>
    public DateTimeOffset? DoneAt { get; init; }

    public IReadOnlyList<Permission> Permissions { get; init; } = [];

    /// <summary>
    /// What offices did to the unit is recorded: standing in the zone of one then permits nothing by itself.
    /// </summary>
    public bool HasOfficeRecord { get; init; }

    /// <summary>Null where no movement is known, as of recorded tracks.</summary>
    public MovementPlan? Plan { get; init; }

    /// <summary>What may allow something at a time, wherever the unit was then.</summary>
    public IEnumerable<Permission> PermissionsFor(AlertKind kind, DateTimeOffset time, string device) =>
        Permissions.Where(p => p.Covers(kind, time, device));

    public bool IsPermitted(AlertKind kind, DateTimeOffset time)
    {
        foreach (var one in Permissions)
            if (one.Kind == kind && one.From <= time && time <= one.Until) return true;
        return false;
    }

    public DeviceRole RoleOf(DeviceId device)
    {
        foreach (var one in Devices)
            if (one.Device == device) return one.Role;
        return DeviceRole.Container;
    }

    public DeviceRole RoleOf(string device)
    {
        foreach (var one in Devices)
            if (IsNamed(one.Device, device)) return one.Role;
        return DeviceRole.Container;
    }

    /// <summary>When the last permission for a kind ended that held after a time; that time where none did.</summary>
    public DateTimeOffset SincePermitted(AlertKind kind, DateTimeOffset from, DateTimeOffset at)
    {
        foreach (var one in Permissions)
            if (one.Kind == kind && one.From <= at && one.Until > from) from = one.Until;
        return from;
    }

    public bool IsFitted(string device, DateTimeOffset time)
    {
        foreach (var one in Devices)
        {
            if (one.From <= time && (one.Until is not { } until || time < until) && IsNamed(one.Device, device))
                return true;
        }
        return false;
    }

    static bool IsNamed(DeviceId id, string device) => device.Length == id.Protocol.Length + id.Serial.Length + 1
        && device.StartsWith(id.Protocol, StringComparison.Ordinal)
        && device.EndsWith(id.Serial, StringComparison.Ordinal);

    /// <summary>The time from which on another knowledge of this unit judges otherwise; null where it never does.
    /// </summary>
    public DateTimeOffset? ChangedFrom(FollowedUnit now)
    {
        if (RouteId != now.RouteId) return DateTimeOffset.MinValue;
        DateTimeOffset?[] changes =
        [
            Earlier(GatedOutAt, now.GatedOutAt), Earlier(ExitedAt, now.ExitedAt), Earlier(EndedAt, now.EndedAt),
            Earlier(DoneAt, now.DoneAt), MovementPlan.ChangedFrom(Plan, now.Plan),
            .. Permissions.Except(now.Permissions).Select(p => Differs(p, now.Permissions)),
            .. now.Permissions.Except(Permissions).Select(p => Differs(p, Permissions)),
        ];
        return changes.Min();
    }

    /// <summary>One that only ends otherwise was given until the earlier end all the same.</summary>
    static DateTimeOffset? Differs(Permission one, IReadOnlyList<Permission> others) =>
        others.FirstOrDefault(o => o with { Until = one.Until } == one) is { } same
            ? same.Until < one.Until ? same.Until : one.Until
            : one.From;

    static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) =>
        a == b ? null : a is { } one && b is { } other ? (one < other ? one : other) : a ?? b;

    /// <summary>Between gate-out and exit: it has a road to keep to.</summary>
    public bool IsOnRouteAt(DateTimeOffset time) =>
        IsSealedAt(time) && (ExitedAt is not { } exit || time < exit);

    /// <summary>Between gate-out and the end: nobody may open it.</summary>
    public bool IsSealedAt(DateTimeOffset time) =>
        GatedOutAt is { } gate && time >= gate && (EndedAt is not { } end || time < end);
}
