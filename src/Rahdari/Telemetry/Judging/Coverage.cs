using Rahdari.Movements;

namespace Rahdari.Telemetry.Judging;

/// <summary>Whether a unit under way is heard as it was fitted.</summary>
enum CoverageState
{
    /// <summary>Every device fitted is heard.</summary>
    Full,

    /// <summary>Some are not.</summary>
    Reduced,

    /// <summary>None is, or none is fitted.</summary>
    None,
}

/// <summary>
/// What is heard of a unit, by receipt alone: a device not heard for longer than the rules allow is silent, whatever
/// explains it. An alert may be left out where no coverage is known, or be closed; this is not.
/// </summary>
/// <param name="Silent">The silent devices' ids, apart by a space, in order.</param>
/// <param name="Since">When the first of them was last heard, or was to be heard from; null while all are.</param>
sealed record UnitCoverage(UnitId Unit, CoverageState State, string Silent, DateTimeOffset? Since)
{
    /// <param name="through">Every record received up to here has been judged.</param>
    /// <returns>Null where nobody listens: before gate-out, after the exit, after the end.</returns>
    public static UnitCoverage? Of(FollowedUnit unit, Hearing hearing, DateTimeOffset through, TimeSpan allowed)
    {
        if (unit.GatedOutAt is not { } gate || gate > through || unit.ExitedAt <= through || unit.EndedAt <= through)
            return null;
        var fitted = unit.Devices.Where(d => d.From <= through && !(d.Until <= through)).ToList();
        if (fitted.Count == 0)
            return new(unit.Unit, CoverageState.None, "", unit.Devices.Select(d => d.Until).Max() ?? gate);
        var silent = new List<(string Device, DateTimeOffset Since)>();
        foreach (var device in fitted)
        {
            var last = gate > device.From ? gate : device.From;
            if (hearing.Of(device.Device).Stretches is [.., var newest] && newest.Until > last) last = newest.Until;
            if (through - last > allowed) silent.Add((device.Device.ToString(), last));
        }
        if (silent.Count == 0) return new(unit.Unit, CoverageState.Full, "", null);
        return new(
            unit.Unit, silent.Count < fitted.Count ? CoverageState.Reduced : CoverageState.None,
            string.Join(' ', silent.Select(s => s.Device).Order(StringComparer.Ordinal)), silent.Min(s => s.Since));
    }
}
