using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>What a device can be told. The slug is the name in kebab case.</summary>
public enum CommandKind { PositionNow, ReportInterval, Lock, Unlock }

/// <summary>
/// An officer answers for a command to a device of a unit. Everything but an unlocking may be sent from now on.
/// </summary>
/// <param name="CommandId">Unique within the movement.</param>
/// <param name="IntervalSeconds">Of <see cref="CommandKind.ReportInterval"/>; else null.</param>
/// <param name="Expires">It is not sent at or after this time.</param>
[EventType("command-authorised")]
public sealed record CommandAuthorised(
    Mrn Mrn, int Unit, string CommandId, DeviceId Device, CommandKind Kind, int? IntervalSeconds, string Reason,
    DateTimeOffset Expires) : EventBody;

/// <summary>
/// A second officer of the same office answers for an unlocking; from now on it may be sent. The unit was where both
/// say it is: the tracker of its prime mover stood within the office's zone.
/// </summary>
/// <param name="Device">The one to unlock.</param>
/// <param name="Tracker">The prime mover's.</param>
/// <param name="FixedAt">The time of its fix.</param>
/// <param name="MetresFromOffice">From the office's place.</param>
[EventType("unlock-approved")]
public sealed record UnlockApproved(
    Mrn Mrn, int Unit, string CommandId, DeviceId Device, DeviceId Tracker, DateTimeOffset FixedAt,
    int MetresFromOffice) : EventBody;

/// <summary>
/// The node is about to write the command to the device's connection. Recorded before it is written: a command is sent
/// once at most, and one that did not arrive is authorised anew.
/// </summary>
[EventType("command-sent")]
public sealed record CommandSent(Mrn Mrn, int Unit, string CommandId, DeviceId Device) : EventBody;

/// <summary>
/// A command whose device is there was not sent: what allowed it holds no more, or its protocol has no bytes for it.
/// </summary>
/// <param name="Code">Why, as a request is refused.</param>
/// <param name="Args">Of the code, name then value, in pairs.</param>
/// <param name="Final">It is over. Else the reason may pass: it is tried again until it lapses, and said once for each
/// reason.</param>
[EventType("command-withheld")]
public sealed record CommandWithheld(
    Mrn Mrn, int Unit, string CommandId, DeviceId Device, string Code, IReadOnlyList<string> Args, bool Final)
    : EventBody;
