using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>What is thought of a record's position.</summary>
enum Plausibility
{
    /// <summary>No position, or one the device itself does not vouch for.</summary>
    Unusable,

    /// <summary>Fits what else is known of the device.</summary>
    Believed,

    /// <summary>The unit cannot have got there.</summary>
    Implausible,
}

/// <summary>One record with all that the rules may look at.</summary>
/// <param name="own">What is known of the record's device, this record included.</param>
/// <param name="others">The same of the unit's other devices.</param>
sealed class Sight(
    JudgedRecord record, FollowedUnit unit, Surroundings around, JudgingRules rules, Plausibility position,
    DeviceFold own, IReadOnlyCollection<DeviceFold> others)
{
    Office? office;
    bool officeAsked;

    public JudgedRecord Record => record;
    public FollowedUnit Unit => unit;
    public Surroundings Around => around;
    public JudgingRules Rules => rules;
    public Plausibility Position => position;
    public DeviceFold Own => own;
    public IReadOnlyCollection<DeviceFold> Others => others;
    public DateTimeOffset At { get; } = record.At;

    /// <summary>The position, where it is believed.</summary>
    public GeoPosition? Place => position == Plausibility.Believed ? record.Position : null;

    public GeoCoordinate? Coordinate => Place is { } place ? new(place.Latitude, place.Longitude) : null;

    public RoutePlace? OnRoute { get; } = position == Plausibility.Believed && record.Position is { } place
        ? around.Locate(new(place.Latitude, place.Longitude))
        : null;

    /// <summary>The office in whose zone the believed position lies.</summary>
    public Office? Office
    {
        get
        {
            if (officeAsked) return office;
            officeAsked = true;
            return office = Coordinate is { } place ? around.OfficeAt(place, At) : null;
        }
    }

    /// <summary>
    /// In the zone of an office, as far as is known: by the record's position, or by the device's last one where it has
    /// none that is believed and the last is no older than the rules allow.
    /// </summary>
    public bool IsAtOffice => OfficeNear is not null;

    /// <summary>It has just begun, in a yard mostly, and no device has said where that is.</summary>
    bool IsBeforeFirstPlace => position != Plausibility.Believed && others.All(d => d.Trail.Last is null)
        && At - unit.GatedOutAt < TimeSpan.FromSeconds(rules.OpeningFirstPlaceSeconds);

    /// <summary>That office; null where it is in the zone of none.</summary>
    public Office? OfficeNear => WhereNear is { } place ? around.OfficeAt(place, At) : null;

    GeoCoordinate? WhereNear => Coordinate ?? (position == Plausibility.Believed ? null
        : own.Trail.Last is { } last ? record.AtMicros - last.AtMicros < OldestMicros ? last.Place : null
        : WhereOthersAre);

    long OldestMicros => rules.OpeningPlaceSeconds * 1_000_000L;

    /// <summary>Of a device that never had a place: where the unit's other one is.</summary>
    GeoCoordinate? WhereOthersAre
    {
        get
        {
            foreach (var other in others)
                if (other.Trail.Last is { } last && Math.Abs(record.AtMicros - last.AtMicros) < OldestMicros)
                    return last.Place;
            return null;
        }
    }

    /// <summary>
    /// What a record of an opening shows: one that was allowed, or a cause. Where nothing is known of what offices did,
    /// standing in the zone of one is taken for leave, if that is enough for the kind.
    /// </summary>
    /// <param name="sensors">By what the device shows it.</param>
    public Evidence? OfOpening(AlertKind kind, bool zoneIsEnough, Sensors sensors)
    {
        foreach (var permission in unit.PermissionsFor(kind, At, record.Device))
            if (permission.Act is not { } act
                || (WhereNear is { } place && around.IsInZone(act.Office, place)))
                return new(Bad: false) { Allowed = permission };
        return zoneIsEnough && !unit.HasOfficeRecord && (IsAtOffice || IsBeforeFirstPlace)
            ? null
            : new(Bad: true) { Sensors = sensors };
    }

    /// <summary>
    /// Another device of the unit is known to be elsewhere: what this one's position says is no fact about the unit.
    /// </summary>
    public bool IsContradicted => own.Parting.IsParted ? !IsWithGoods : own.Parting.IsApart(rules);

    /// <summary>So is it where the receiver stands still although the unit moves, or holds an error at rest.</summary>
    public bool IsDoubtful => IsContradicted || own.IsStuck(rules) || own.IsHeldAside;

    /// <summary>Once devices have parted the unit is where its goods are: the prime mover's speaks of it no more.
    /// </summary>
    public bool IsElsewhere => own.Parting.IsParted && unit.RoleOf(record.Device) == DeviceRole.PrimeMover;

    bool IsWithGoods => unit.RoleOf(record.Device) == DeviceRole.Container
        && others.Any(d => unit.RoleOf(d.Device) == DeviceRole.PrimeMover);

    /// <summary>The position slides away from where the device's own speed and course lead.</summary>
    public bool IsAstray => own.Reckoning.IsSliding;

    /// <summary>It does, or did when that was last known, and has not come back since.</summary>
    public bool IsLedAstray => IsAstray || own.AstrayMicros is not null;

    /// <summary>Where the unit lay beside its corridor lately, this record included.</summary>
    public Aside Aside { get; init; } = new();

    /// <summary>How far along the route the unit was first seen after gate-out; null before this record.</summary>
    public double? StartMetres { get; init; }

    /// <summary>What is left of the route; null where it is not known how far it came.</summary>
    public double? MetresAhead => OnRoute is { } place ? around.LengthMetres - place.ProgressMetres : null;

    public bool IsPermitted(AlertKind kind) => unit.IsPermitted(kind, At);
}
