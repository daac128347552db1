using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>What an office recorded of a unit that says it was opened there.</summary>
/// <param name="EventId">The event that says so.</param>
/// <param name="Act">The type of that event.</param>
/// <param name="Officer">Who did it, opaque.</param>
/// <param name="At">When it was recorded.</param>
public sealed record OfficeAct(string EventId, string Act, OfficeId Office, OfficerId Officer, DateTimeOffset At);

/// <summary>
/// A device told of an opening, and an office's own record says that it opened the unit there and then: no alert. A
/// later event under the same id says it anew.
/// </summary>
/// <param name="OpeningId">A function of the unit, the act and the device.</param>
/// <param name="Kinds">The kinds of alert it would have been.</param>
/// <param name="From">Event time of the first record that shows it.</param>
[EventType("opening-authorised")]
public sealed record OpeningAuthorised(
    string OpeningId, UnitId Unit, DeviceId Device, IReadOnlyList<AlertKind> Kinds, DateTimeOffset From,
    int? LatitudeE7, int? LongitudeE7, OfficeAct Act) : EventBody;

/// <summary>
/// What is known by now does not say that the opening was authorised: the office's record was corrected, or the unit
/// was elsewhere.
/// </summary>
[EventType("opening-not-authorised")]
public sealed record OpeningNotAuthorised(string OpeningId) : EventBody;
