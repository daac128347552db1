using System.Collections.Immutable;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Connecting;

namespace Rahdari.Telemetry.Enriching;

/// <summary>Where a device says it was.</summary>
readonly record struct Stand(DateTimeOffset At, GeoPosition Place);

/// <summary>One line that has spoken for a device.</summary>
/// <param name="Since">When it first spoke, in <see cref="ArrivalOrder"/>.</param>
/// <param name="Newest">The newest place it told; null before the first.</param>
/// <param name="Settled">Its two newest places can be of one truck: one wild fix alone says nothing.</param>
sealed record Voice(Line Line, long Since, Stand? Newest = null, bool Settled = false);

/// <summary>
/// The lines that speak for one device id, and whether they can be one device. Pure. A device has one line at a time:
/// where its connection dies it makes another, and the old one, half open perhaps, is silent from then on. Two lines
/// are two devices where the older one speaks again after the newer one did, or where both are open, from different
/// addresses, and tell of places that no truck could have been at.
/// </summary>
sealed record Voices
{
    /// <summary>
    /// Earlier lines remembered: a device that changes lines more often within the hour a silent line may stay open
    /// is told from itself by its newest ones.
    /// </summary>
    const int Most = 8;

    public static readonly Voices None = new();

    /// <summary>In the order they first spoke; the last one is the device's line now.</summary>
    ImmutableArray<Voice> Lines { get; init; } = [];

    /// <summary>What is known after a record, and whether it shows that two devices speak.</summary>
    /// <param name="now">Later than anything heard before, in <see cref="ArrivalOrder"/>.</param>
    /// <param name="stand">Where the record says the device was; null where it says nothing to be believed.</param>
    /// <param name="isOpen">Whether a line is not known to be over.</param>
    /// <param name="rules">How fast a truck may be; null where the rules of the date say nothing.</param>
    public (Voices After, bool Conflict) Hear(
        Arrival arrival, long now, Stand? stand, Func<Line, bool> isOpen, JudgingRules? rules)
    {
        var place = Lines.Length - 1;
        while (place >= 0 && Lines[place].Line.Number != arrival.Line.Number) place--;
        if (place >= 0 && place < Lines.Length - 1)
            // What was in hand here before the newer line spoke is no second device: it waited for the disk.
            return (this, arrival.Order >= Lines[place + 1].Since);
        var voice = Told(place < 0 ? new(arrival.Line, now) : Lines[place], stand, rules);
        var lines = place < 0 ? Lines.Add(voice) : Lines.SetItem(place, voice);
        if (lines.Length > Most) lines = lines.RemoveAt(0);
        return (this with { Lines = lines }, IsElsewhere(lines, isOpen, rules));
    }

    static Voice Told(Voice voice, Stand? stand, JudgingRules? rules)
    {
        if (stand is not { } told || (voice.Newest is { } known && told.At <= known.At)) return voice;
        return voice with
        {
            Newest = told,
            Settled = rules is not null && voice.Newest is { } before && !AreApart(before, told, rules),
        };
    }

    /// <summary>Whether the newest line and an open one of another address are settled at two places.</summary>
    static bool IsElsewhere(ImmutableArray<Voice> lines, Func<Line, bool> isOpen, JudgingRules? rules)
    {
        if (rules is null || lines.Length == 1) return false;
        if (lines[^1] is not { Settled: true, Newest: { } here } newest) return false;
        return lines.Take(lines.Length - 1).Any(v =>
            v is { Settled: true, Newest: { } there } && v.Line.Address != newest.Line.Address && isOpen(v.Line)
            && AreApart(there, here, rules));
    }

    static bool AreApart(Stand one, Stand other, JudgingRules rules)
    {
        var metres = Earth.MetresBetween(
            new(one.Place.Latitude, one.Place.Longitude), new(other.Place.Latitude, other.Place.Longitude));
        var hours = Math.Abs((other.At - one.At).TotalHours);
        return metres > rules.ImplausibleMinimumMetres && metres > hours * rules.ImplausibleSpeedMetresPerHour;
    }
}
