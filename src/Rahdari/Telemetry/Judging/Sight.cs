using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Journaling;

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
sealed record Sight(JournaledFix Fix, FollowedUnit Unit, Surroundings Around, JudgingRules Rules, Plausibility Position)
{
    public DateTimeOffset At => Fix.JudgedAt;

    /// <summary>The position, where it is believed.</summary>
    public GeoPosition? Place => Position == Plausibility.Believed ? Fix.Message.Position : null;

    public RoutePlace? OnRoute { get; } = Position == Plausibility.Believed && Fix.Message.Position is { } position
        ? Around.Locate(new(position.Latitude, position.Longitude))
        : null;

    public Office? Office { get; } = Position == Plausibility.Believed && Fix.Message.Position is { } position
        ? Around.OfficeAt(new(position.Latitude, position.Longitude), Fix.JudgedAt)
        : null;

    public bool Reports(params ReadOnlySpan<DeviceEvent> events)
    {
        foreach (var one in Fix.Message.Events)
            if (events.Contains(one)) return true;
        return false;
    }
}
