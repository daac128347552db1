using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Enriching;

/// <summary>
/// What the intake remembers of one device: its newest event time, its last facts, the lines that speak for it, and
/// since when its records are kept apart.
/// </summary>
sealed class DeviceMemory
{
    /// <summary>What the device said itself, and what a vendor's platform passed on: the device's own word is judged
    /// though the vendor was quicker.</summary>
    readonly Facts facts = new(), relayedFacts = new();

    /// <summary>The newest time of any record journaled whose time was believed; null before the first.</summary>
    public DateTimeOffset? Newest { get; private set; }

    public Voices Voices { get; set; } = Voices.None;

    /// <summary>
    /// Receipt of the record that showed two devices under this id; null where none did, or an officer has decided.
    /// Records from then on are kept apart. It stands in each of their rows, so that a memory lost is read back.
    /// </summary>
    public DateTimeOffset? QuarantinedSince { get; private set; }

    public void Quarantine(DateTimeOffset since) => QuarantinedSince = since;

    /// <summary>
    /// Places remembered: twice the fixes that prove a crossing at most, so that a few on this side between them push
    /// none of those out.
    /// </summary>
    const int MostPlaces = 2 * TransitRules.MostProvingFixes;

    Queue<(UnitId Unit, DateTimeOffset At, GeoPosition Place)>? places;

    /// <summary>Where the device last was while it spoke for a unit, of records that told something new.</summary>
    public IEnumerable<(DateTimeOffset At, GeoPosition Place)> PlacesOf(UnitId unit) =>
        places is null ? [] : places.Where(p => p.Unit == unit).Select(p => (p.At, p.Place));

    /// <summary>Remembers where the device was, as far as the record is the unit's and not kept apart.</summary>
    public void Note(JournaledFix fix)
    {
        if (fix is not { Unit: { } unit, Quarantine: null, DuplicateFact: false }
            || FollowingLimit.PlaceOf(fix) is not { } place) return;
        places ??= new(MostPlaces);
        if (places.Count == MostPlaces) places.Dequeue();
        places.Enqueue((unit, fix.JudgedAt, place));
    }

    /// <summary>
    /// So long the same number with the same content, of a device that tells no time, is the same saying. A tracker
    /// that hears no answer says it again within seconds, and once more when it has connected anew, within minutes. A
    /// number of one or two bytes comes back after 256 or 65,536 messages, or where the device counts anew from its
    /// start; what it says then is another fact, and within this time is taken for the one before. A longer time would
    /// take more of them.
    /// </summary>
    public static readonly TimeSpan RepeatWindow = TimeSpan.FromMinutes(10);

    /// <summary>Sayings without a time remembered, 24 bytes each: more do not wait for their answers at a
    /// time.</summary>
    const int MostUntimed = 16;

    Queue<(ulong Mark, DateTimeOffset At)>? untimed;

    /// <summary>
    /// When a record was first received that has a number of its own and no time; of any other record, its receipt.
    /// </summary>
    public DateTimeOffset FirstReceiptOf(JournaledFix fix)
    {
        if (fix.ReleasedFrom is not null || Facts.UntimedMarkOf(fix.Message) is not { } mark) return fix.ReceivedAt;
        if (untimed is not null)
            foreach (var (said, at) in untimed)
                if (said == mark && (fix.ReceivedAt - at).Duration() < RepeatWindow) return at;
        untimed ??= new(MostUntimed);
        if (untimed.Count == MostUntimed) untimed.Dequeue();
        untimed.Enqueue((mark, fix.ReceivedAt));
        return fix.ReceivedAt;
    }

    /// <summary>An officer has decided: the device is listened to as if it spoke for the first time.</summary>
    public void EndQuarantine() => (QuarantinedSince, Voices) = (null, Voices.None);

    /// <summary>
    /// What a record is in the light of those before it, and remembers it. Late has no clock in it: the class is
    /// stored, or the time is older than that of a record journaled before.
    /// </summary>
    public (bool Late, bool DuplicateFact) Take(DeviceMessage message, bool timeSuspect, bool relayed = false)
    {
        var late = IsLate(message);
        var duplicate = Facts.MarkOf(message) is { } mark
            && (relayed ? facts.Has(mark) || !relayedFacts.Add(mark) : !facts.Add(mark));
        if (!timeSuspect && message.Time is { } time && !(time <= Newest)) Newest = time;
        return (late, duplicate);
    }

    /// <summary>What a record is that is kept apart: it is no measure for others, and none is for it.</summary>
    public bool IsLate(DeviceMessage message) => message.Record == RecordClass.Stored || message.Time < Newest;

    /// <summary>Remembers a record the journal already holds, in order of receipt.</summary>
    public void Recall(JournaledFix fix)
    {
        if (fix.Quarantine is not { } kept) Take(fix.Message, fix.TimeSuspect, fix.Relay is not null);
        else if (!(kept.Since <= QuarantinedSince)) QuarantinedSince = kept.Since;
        FirstReceiptOf(fix);
        Note(fix);
    }
}
