using Rahdari.Movements;

namespace Rahdari.Telemetry.Enriching;

/// <summary>The unit a device speaks for, and as what.</summary>
public sealed record FittedUnit(UnitId Unit, DeviceRole Role)
{
    /// <summary>Where following it ends; null while it has not exited, and where the corridor goes on.</summary>
    public FollowingLimit? Limit { get; init; }
}

/// <summary>
/// Which unit a device is fitted to. Movements answers from the events <c>device-fitted</c> and
/// <c>device-detached</c>; tests answer from a table.
/// </summary>
public interface IFittedDevices
{
    /// <summary>
    /// The unit the device was fitted to at a time (corridor time); null where it was fitted to none. Called for
    /// every record by many connections at once, so the answer is expected from memory nearly always.
    /// </summary>
    ValueTask<FittedUnit?> FindAsync(DeviceId device, DateTimeOffset at, CancellationToken cancel);
}
