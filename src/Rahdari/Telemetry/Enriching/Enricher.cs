using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Decoding;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Enriching;

/// <summary>A record with what the intake found out about it, and the bytes it was read from.</summary>
/// <param name="Frame">The frame it came in.</param>
/// <param name="Place">Where its own bytes lie in the frame.</param>
/// <param name="Ordinal">Which record of its frame it is, from 0.</param>
/// <param name="FirstReceipt">Its receipt; of what a device that tells no time said again, that of the first
/// time.</param>
readonly record struct EnrichedRecord(
    JournaledFix Fix, ReceivedFrame Frame, Range Place, int Ordinal, DateTimeOffset FirstReceipt)
{
    /// <summary>The first record of its frame keeps the frame's bytes.</summary>
    public bool First => Ordinal == 0;
}

/// <summary>
/// The stage that puts a record into its context without judging it: which unit, whether its time can be believed,
/// whether it is late, whether it says the same as one before.
/// </summary>
sealed class Enricher(
    IFittedDevices fitted, ISimCards cards, TimeSanity sanity, IQuarantines quarantines, ArrivalOrder order)
{
    /// <summary>
    /// Whether the line that a batch came over may speak for the device. Where two lines live, the device is in
    /// quarantine from here on.
    /// </summary>
    /// <param name="first">Of the batch.</param>
    public async ValueTask<Entrance> EnterAsync(
        DeviceMemories.Held held, DeviceId device, ReceivedFrame first, CancellationToken cancel)
    {
        var memory = held.Memory;
        // Asked each time: whoever decided may have done so in another process on the same record.
        if (memory.QuarantinedSince is { } since && await quarantines.IsEndedAsync(device, since, cancel))
            memory.EndQuarantine();
        if (memory.QuarantinedSince is not null || LineOf(first) is not { } arrival || first.Protocol.HasManyLines
            || memory.Voices.Knows(arrival.Line)) return Entrance.Free;
        (memory.Voices, var entrance) = memory.Voices.Enter(arrival, order.Next(), first.ReceivedAt);
        if (entrance.Conflict) memory.Quarantine(memory.Voices.Earliest(first.ReceivedAt));
        return entrance;
    }

    public async ValueTask<IReadOnlyList<EnrichedRecord>> EnrichAsync(
        DeviceMemories.Held memory, DeviceId device, IReadOnlyList<ReceivedFrame> frames, CancellationToken cancel)
    {
        var records = new List<EnrichedRecord>(frames.Count);
        var booked = frames.Any(f => f.Frame.Session.SimCard is not null)
            ? await cards.FindAsync(device, cancel)
            : null;
        foreach (var frame in frames)
        {
            for (var i = 0; i < frame.Frame.Messages.Count; i++)
            {
                var fix = Describe(memory.Memory, device, frame, frame.Frame.Messages[i], booked, first: i == 0);
                // A kept record whose own time is missing or not to be believed may be of any trip the device ever
                // made.
                if (!(fix.Message.Record == RecordClass.Stored && (fix.TimeSuspect || fix.Message.Time is null))
                    && await fitted.FindAsync(device, fix.JudgedAt, cancel) is { } unit
                    && unit.Limit?.Follows(unit.Unit, fix, memory.Memory) != false)
                {
                    fix = fix with
                    {
                        Unit = unit.Unit, Role = unit.Role,
                        DatedElsewhere = fix is { TimeSuspect: true, Message.Time: { } told }
                            && (told > frame.ReceivedAt
                                || (await fitted.FindAsync(device, told, cancel))?.Unit != unit.Unit),
                    };
                    if (unit.Limit is not null) memory.Memory.Note(fix);
                }
                var place = frame.Frame.Places is { Count: > 0 } places ? places[i] : Range.All;
                records.Add(new(fix, frame, place, i, memory.Memory.FirstReceiptOf(fix)));
            }
        }
        return records;
    }

    JournaledFix Describe(
        DeviceMemory memory, DeviceId device, ReceivedFrame frame, DeviceMessage message, SimCardNumber? booked,
        bool first)
    {
        var suspect = message.Time is { } time && sanity.IsSuspect(time, frame.ReceivedAt);
        if (memory.QuarantinedSince is null && IsSecondDevice(memory, frame, message, suspect))
            memory.Quarantine(memory.Voices.Earliest(frame.ReceivedAt));
        var quarantine = memory.QuarantinedSince is { } since
            ? new Quarantine(since, frame.Relay is { } by ? $"relay:{by.Vendor}" : frame.Arrival?.Line.Remote ?? "")
            : null;
        var (late, duplicate) = quarantine is null
            ? memory.Take(message, suspect, frame.Relay is not null)
            : (memory.IsLate(message), false);
        var card = (message.SimCard ?? frame.Frame.Session.SimCard) is { } told ? new ToldCard(told, booked) : null;
        return new()
        {
            Device = device,
            ReceivedAt = frame.ReceivedAt,
            Message = message,
            Late = late,
            DuplicateFact = duplicate,
            TimeSuspect = suspect,
            Checksum = frame.Frame.Checksum,
            DecoderVersion = frame.Protocol.DecoderVersion,
            Identity = IdentityGrades.Of(frame, card),
            BookedCard = message.SimCard is null ? null : booked,
            Quarantine = quarantine,
            Relay = frame.Relay is { } relay ? RelayOf(relay, message, frame.ReceivedAt, first) : null,
        };
    }

    Relayed RelayOf(RelayedBy by, DeviceMessage message, DateTimeOffset receivedAt, bool first) => new(
        by.Vendor, by.ReceivedAt,
        by.ReceivedAt is { } vendorAt ? sanity.DoubtOf(vendorAt, message.Time, receivedAt) : RelayDoubt.None, first);

    bool IsSecondDevice(DeviceMemory memory, ReceivedFrame frame, DeviceMessage message, bool suspect)
    {
        if (LineOf(frame) is not { } arrival) return false;
        Stand? stand = message is { Time: { } at, Position: { } place, Valid: not false } && !suspect
            ? new(at, place)
            : null;
        (memory.Voices, var conflict) = memory.Voices.Hear(
            arrival, order.Next(), stand, line => line.IsOpen, sanity.At(frame.ReceivedAt),
            frame.Protocol.HasManyLines);
        // Whoever waits to know whether this line lives knows it now.
        if (conflict) arrival.Line.IsAlive(order.Next());
        return conflict;
    }

    /// <summary>What a vendor's platform passes on comes over the platform's connections and shows nothing of the
    /// device's.</summary>
    static Arrival? LineOf(ReceivedFrame frame) => frame.Relay is null ? frame.Arrival : null;
}
