using System.Collections.Immutable;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Connecting;

namespace Rahdari.Telemetry.Enriching;

/// <summary>Where a device says it was.</summary>
readonly record struct Stand(DateTimeOffset At, GeoPosition Place);

/// <summary>One line that has spoken for a device, or asks to.</summary>
/// <param name="Since">When it first did, in <see cref="ArrivalOrder"/>.</param>
/// <param name="Newest">The newest place it told; null before the first.</param>
/// <param name="Settled">Its two newest places can be of one truck: one wild fix alone says nothing.</param>
/// <param name="WaitsSince">Receipt of its first frame, which waits until it is known whether another line lives; null
/// where it has spoken.</param>
sealed record Voice(
    Line Line, long Since, Stand? Newest = null, bool Settled = false, DateTimeOffset? WaitsSince = null);

/// <summary>
/// The lines that speak for one device id, and whether they can be one device. A device has one line at a time: where
/// its connection dies it makes another, and the old one, half open perhaps, is over. Two lines are two devices where
/// both live at once; a line begins to speak only when that is known. Two are, too, where the older one speaks again
/// after the newer one did, or where both are open, from different addresses, and tell of places that no truck could
/// have been at. Nothing is changed here; of a line it is read whether it is open and when it was last found to live.
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

    /// <summary>Whether a line has spoken, and so need ask no more.</summary>
    public bool Knows(Line line) => PlaceOf(line) is >= 0 and var place && Lines[place].WaitsSince is null;

    /// <summary>
    /// Whether a line that has not spoken yet may. While another line of the device is open it is to be known first
    /// whether the older one of the two lives; the line takes its place meanwhile, so that others ask about it too.
    /// </summary>
    /// <param name="now">Later than anything heard before, in <see cref="ArrivalOrder"/>.</param>
    /// <param name="receivedAt">Of the frame it asks with.</param>
    public (Voices After, Entrance Entrance) Enter(Arrival arrival, long now, DateTimeOffset receivedAt)
    {
        var (line, place) = (arrival.Line, PlaceOf(arrival.Line));
        List<Line>? ask = null;
        var (conflict, overtaken) = (false, false);
        foreach (var other in Lines)
        {
            if (other.Line == line) continue;
            var (older, younger) = other.Line.Number < line.Number ? (other.Line, line) : (line, other.Line);
            // Where one has ended since, it counts that the older one lived after this one asked.
            var both = other.Line.IsOpen ? younger.Number : place >= 0 ? Lines[place].Since : long.MaxValue;
            if (older.AliveAt > both) conflict = true;
            else if (!other.Line.IsOpen) continue;
            else if (!older.IsOpen) overtaken |= arrival.Order >= other.Since;
            else if (ask?.Contains(older) != true) (ask ??= []).Add(older);
        }
        if (overtaken && !conflict) return (Without(place), new([], Over: true));
        if (conflict || ask is null) return (Entered(place), new([], conflict));
        return (place >= 0 ? this : Add(new(line, now, WaitsSince: receivedAt)), new(ask));
    }

    /// <summary>The earliest of a receipt and those of the frames that wait: where these are two devices' lines, that
    /// is since when.</summary>
    public DateTimeOffset Earliest(DateTimeOffset receivedAt) =>
        Lines.Select(v => v.WaitsSince ?? receivedAt).Append(receivedAt).Min();

    /// <summary>What is known after a record, and whether it shows that two devices speak.</summary>
    /// <param name="now">Later than anything heard before, in <see cref="ArrivalOrder"/>.</param>
    /// <param name="stand">Where the record says the device was; null where it says nothing to be believed.</param>
    /// <param name="isOpen">Whether a line is not known to be over.</param>
    /// <param name="rules">How fast a truck may be; null where the rules of the date say nothing.</param>
    /// <param name="hasMany">One device of the protocol speaks over several lines at a time: only their places
    /// show that it is two.</param>
    public (Voices After, bool Conflict) Hear(
        Arrival arrival, long now, Stand? stand, Func<Line, bool> isOpen, JudgingRules? rules, bool hasMany = false)
    {
        var place = PlaceOf(arrival.Line);
        // What was in hand here before the newer line spoke is no second device: it waited for the disk.
        if (!hasMany && NewerThan(place) is { } newer) return (this, arrival.Order >= newer.Since);
        var voice = Told(place < 0 ? new(arrival.Line, now) : Lines[place], stand, rules);
        var after = place < 0 ? Add(voice) : this with { Lines = Lines.SetItem(place, voice) };
        return (after, IsElsewhere(after.Lines, isOpen, rules));
    }

    /// <summary>The next line that spoke, or asked to, later. An older connection that asks makes no newer line of
    /// itself.</summary>
    Voice? NewerThan(int place)
    {
        for (var next = place + 1; place >= 0 && next < Lines.Length; next++)
            if (Lines[next].WaitsSince is null || Lines[next].Line.Number > Lines[place].Line.Number)
                return Lines[next];
        return null;
    }

    int PlaceOf(Line line)
    {
        var place = Lines.Length - 1;
        while (place >= 0 && Lines[place].Line.Number != line.Number) place--;
        return place;
    }

    /// <summary>Forgets the first line that is over where there are too many; the first one where none is.</summary>
    Voices Add(Voice voice)
    {
        var lines = Lines.Add(voice);
        if (lines.Length <= Most) return this with { Lines = lines };
        var over = 0;
        while (over < Most && lines[over].Line.IsOpen) over++;
        return this with { Lines = lines.RemoveAt(over < Most ? over : 0) };
    }

    Voices Entered(int place) =>
        place < 0 ? this : this with { Lines = Lines.SetItem(place, Lines[place] with { WaitsSince = null }) };

    Voices Without(int place) => place < 0 ? this : this with { Lines = Lines.RemoveAt(place) };

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
