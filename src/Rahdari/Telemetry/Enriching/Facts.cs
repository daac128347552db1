using Rahdari.Devices;
using Rahdari.Hosting;

namespace Rahdari.Telemetry.Enriching;

/// <summary>
/// The last facts of one device, each as a 64-bit mark of time, position, seal bits and events. Two different facts
/// share a mark once in 2^56 comparisons of a full memory.
/// </summary>
sealed class Facts
{
    /// <summary>
    /// Marks remembered of one device, 2 KB: two hours at a report each 30 s. A record comes twice where its answer was
    /// lost, and then nothing else comes in between but the backlog.
    /// </summary>
    public const int Most = 256;

    ulong[] marks = [];
    int count, oldest;

    public bool Has(ulong mark) => marks.AsSpan(0, count).Contains(mark);

    /// <summary>Remembers a fact; false where it is there already.</summary>
    public bool Add(ulong mark)
    {
        if (Has(mark)) return false;
        if (count < Most)
        {
            if (count == marks.Length) Array.Resize(ref marks, Math.Max(4, count * 2));
            marks[count++] = mark;
            return true;
        }
        marks[oldest] = mark;
        oldest = (oldest + 1) % Most;
        return true;
    }

    /// <summary>The mark of a record; null where it has no time and so states no fact that could come again.</summary>
    public static ulong? MarkOf(DeviceMessage message)
    {
        if (message.Time is not { } time) return null;
        var mark = Mix(0, (ulong)time.ToMicros());
        if (message.Position is { } position)
            mark = Mix(mark, (ulong)(uint)position.LatitudeE7 << 32 | (uint)position.LongitudeE7);
        return State(mark, message);
    }

    /// <summary>
    /// The mark of a record without a time that has a number of its own; null where it has a time, or no number, or
    /// says nothing but that the device is there: that is said anew each time.
    /// </summary>
    public static ulong? UntimedMarkOf(DeviceMessage message)
    {
        if (message is not { Time: null, DeviceSerial: { } serial } || message.Kind == MessageKind.Login
            || message is { Kind: MessageKind.Heartbeat, Events.Count: 0 }) return null;
        return State(Mix(Mix(1, (ulong)message.Kind), (uint)serial), message);
    }

    static ulong State(ulong mark, DeviceMessage message)
    {
        var seal = message.Seal;
        mark = Mix(mark, Two(seal.Locked) | Two(seal.RopePresent) << 2 | Two(seal.CoverClosed) << 4
            | Two(seal.ShackleClosed) << 6 | Two(seal.DoorClosed) << 8);
        foreach (var deviceEvent in message.Events) mark = Mix(mark, 1000 + (ulong)deviceEvent);
        return mark;
    }

    static ulong Two(bool? value) => value switch { null => 0, false => 1, true => 2 };

    /// <summary>The finaliser of SplitMix64 over the sum of what was and what comes.</summary>
    static ulong Mix(ulong mark, ulong value)
    {
        var z = mark * 0x9E3779B97F4A7C15 + value + 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
