using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Enriching;

/// <summary>
/// Where the following of a unit ends: beyond the crossing it exited by. The first fixes there prove the crossing and
/// are the unit's; what comes after them is journaled as of no unit, so that it becomes no position, track or alarm.
/// Made only for a corridor that does not follow beyond the exit.
/// </summary>
/// <param name="ExitedAt">What is dated before counts however far away it was.</param>
/// <param name="EndedAt">The last proving fix, once the record says so; null before.</param>
/// <param name="Fixes">How many of a device prove it.</param>
/// <param name="IsBeyond">Whether a place lies beyond the crossing for certain, and in no zone of the exit office.
/// </param>
public sealed record FollowingLimit(
    DateTimeOffset ExitedAt, DateTimeOffset? EndedAt, int Fixes, Func<GeoPosition, bool> IsBeyond)
{
    /// <summary>Whether a record still tells of the unit.</summary>
    internal bool Follows(UnitId unit, JournaledFix fix, DeviceMemory memory)
    {
        if (fix.JudgedAt <= ExitedAt) return true;
        var place = PlaceOf(fix);
        // Back on this side, or not there yet: the corridor's own ground.
        if (place is { } told && !IsBeyond(told)) return true;
        // A position and an alarm of one second are one fix.
        var proving = memory.PlacesOf(unit).Where(p => p.At > ExitedAt && IsBeyond(p.Place))
            .Select(p => p.At).Distinct().ToList();
        if (EndedAt is null && proving.Count < Fixes) return true;
        // What is older than the last proof is of the way there, whenever it comes.
        return fix.JudgedAt <= (EndedAt ?? proving.Max());
    }

    /// <summary>Where a record says that its device was; null where it says nothing to be believed.</summary>
    internal static GeoPosition? PlaceOf(JournaledFix fix) =>
        fix is { TimeSuspect: false, Message: { Position: { } place, Valid: not false } } && place != default
            ? place
            : null;
}
