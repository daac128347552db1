using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Decoding;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Enriching;

/// <summary>A record with what the intake found out about it, and the bytes it was read from.</summary>
/// <param name="Frame">The frame it came in.</param>
/// <param name="Place">Where its own bytes lie in the frame.</param>
/// <param name="First">The first record of its frame, which keeps the frame's bytes.</param>
readonly record struct EnrichedRecord(JournaledFix Fix, ReceivedFrame Frame, Range Place, bool First);

/// <summary>
/// The stage that puts a record into its context without judging it: which unit, whether its time can be believed,
/// whether it is late, whether it says the same as one before.
/// </summary>
sealed class Enricher(IFittedDevices fitted, TimeSanity sanity)
{
    public async ValueTask<IReadOnlyList<EnrichedRecord>> EnrichAsync(
        DeviceMemories.Held memory, DeviceId device, IReadOnlyList<ReceivedFrame> frames, CancellationToken cancel)
    {
        var records = new List<EnrichedRecord>(frames.Count);
        foreach (var frame in frames)
        {
            for (var i = 0; i < frame.Frame.Messages.Count; i++)
            {
                var fix = Describe(memory.Memory, device, frame, frame.Frame.Messages[i]);
                if (await fitted.FindAsync(device, fix.JudgedAt, cancel) is { } unit)
                    fix = fix with { Unit = unit.Unit, Role = unit.Role };
                var place = frame.Frame.Places is { Count: > 0 } places ? places[i] : Range.All;
                records.Add(new(fix, frame, place, First: i == 0));
            }
        }
        return records;
    }

    JournaledFix Describe(DeviceMemory memory, DeviceId device, ReceivedFrame frame, DeviceMessage message)
    {
        var suspect = message.Time is { } time && sanity.IsSuspect(time, frame.ReceivedAt);
        var (late, duplicate) = memory.Take(message, suspect);
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
        };
    }
}
