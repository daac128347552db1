using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>How a device came back.</summary>
public enum DeviceCondition { Working, Damaged }

// All of them stay inside the node, on the stream device:ID beside the taking and freeing of the device, so that who
// books a device and who fits it meet as two writers of one stream. The office is the acting one.

/// <summary>A device is taken into the books, at the acting office.</summary>
/// <param name="Iccid">Of the SIM card, see <see cref="Devices.SimCardNumber"/>; null where it has none or it is not
/// known.</param>
[EventType("device-received", Leaf = false)]
public sealed record DeviceReceived(DeviceId Device, string Vendor, string? Model, string? Firmware, string? Iccid)
    : EventBody;

/// <summary>What is written on the card of a device has changed; null leaves a line as it was.</summary>
[EventType("device-card-changed", Leaf = false)]
public sealed record DeviceCardChanged(DeviceId Device, string? Vendor, string? Model, string? Firmware, string? Iccid)
    : EventBody;

/// <summary>Kept for a unit until a time; then it is free again without a further event.</summary>
[EventType("device-booked", Leaf = false)]
public sealed record DeviceBooked(DeviceId Device, UnitId Unit, DateTimeOffset Until) : EventBody;

[EventType("device-booking-released", Leaf = false)]
public sealed record DeviceBookingReleased(DeviceId Device, UnitId Unit) : EventBody;

/// <summary>In the store of the acting office: back from a trip, from another office, from repair, or found.</summary>
[EventType("device-returned", Leaf = false)]
public sealed record DeviceReturned(DeviceId Device, DeviceCondition Condition) : EventBody;

/// <summary>On its way to the store of another office.</summary>
[EventType("device-sent", Leaf = false)]
public sealed record DeviceSent(DeviceId Device, OfficeId To) : EventBody;

[EventType("device-under-repair", Leaf = false)]
public sealed record DeviceUnderRepair(DeviceId Device, string Reason) : EventBody;

[EventType("device-reported-lost", Leaf = false)]
public sealed record DeviceReportedLost(DeviceId Device, string Reason) : EventBody;

/// <summary>Out of the books for good; its id may be received again.</summary>
[EventType("device-retired", Leaf = false)]
public sealed record DeviceRetired(DeviceId Device, string Reason) : EventBody;
