using Rahdari.Devices;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>Something of one unit's truth; seconds from the window's start.</summary>
readonly record struct Happening(string Kind, double From, double Until);

enum FaultKind { Silent, Jammed, Jumping, Frozen, Drifting }

/// <summary>What is wrong with one device's reports for a while.</summary>
/// <param name="East">Metres: how far a drift goes, or a jump leads, to the east at last.</param>
/// <param name="Ramp">Seconds a drift takes to its full size.</param>
/// <param name="Tells">Whether the device itself reports it.</param>
sealed record Fault(
    FaultKind Kind, DeviceRole Role, double From, double Until, double East = 0, double North = 0, double Ramp = 0,
    bool Tells = false)
{
    public bool Holds(double time) => time >= From && time < Until;

    /// <summary>Which part of a drift has been reached.</summary>
    public double PartAt(double time) => Ramp <= 0 ? 1 : Math.Clamp((time - From) / Ramp, 0, 1);
}

/// <summary>From <paramref name="At"/> on the seal is so (null: as before), and the device may say why.</summary>
readonly record struct SealChange(double At, SealState? State, DeviceEvent? Event, DeviceRole Role);

/// <summary>How a lock is made decides what it can tell.</summary>
enum LockKind { Rope, Padlock, Door }

/// <summary>One unit from its yard to its end: what moves, what breaks, and what is true of it.</summary>
sealed record UnitTrip(
    string Unit, Country Country, LockKind Lock, string ContainerDevice, string PrimeMoverDevice,
    IReadOnlyList<Stretch> Container, IReadOnlyList<Stretch> PrimeMover, IReadOnlyList<Fault> Faults,
    IReadOnlyList<SealChange> Seal, IReadOnlyList<Happening> Truth, double From, double ContainerOff,
    double PrimeMoverOff, ulong Seed)
{
    public string DeviceOf(DeviceRole role) => role == DeviceRole.Container ? ContainerDevice : PrimeMoverDevice;

    public IReadOnlyList<Stretch> StretchesOf(DeviceRole role) =>
        role == DeviceRole.Container ? Container : PrimeMover;

    public double OffOf(DeviceRole role) => role == DeviceRole.Container ? ContainerOff : PrimeMoverOff;
}
