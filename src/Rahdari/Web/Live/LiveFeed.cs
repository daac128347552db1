using System.Text;
using Rahdari.Transparency;

namespace Rahdari.Web.Live;

/// <summary>
/// What happens, in one order, for readers that stay: the newest events are held, and each reader has a place among
/// them. Telling never waits. A reader whose place is no longer held is dropped and comes back.
/// </summary>
sealed class LiveFeed
{
    /// <summary>Bytes handed to a reader at once; the rest follows.</summary>
    const int MaxTaken = 64 * 1024;

    readonly Lock gate = new();
    readonly LiveLimits limits;
    readonly byte[][] held;
    readonly HashSet<LiveReader> readers = [];
    long newest;

    public LiveFeed(LiveLimits limits, Entropy entropy)
    {
        this.limits = limits;
        held = new byte[limits.Held][];
        Span<byte> run = stackalloc byte[LiveId.RunLength / 2];
        entropy(run);
        Run = Convert.ToHexStringLower(run);
    }

    /// <summary>Tells this process's ids from those of any other run.</summary>
    public string Run { get; }

    public int ReaderCount
    {
        get
        {
            lock (gate) return readers.Count;
        }
    }

    /// <param name="kind"><c>fix</c>, <c>alert</c> or <c>movement</c>.</param>
    /// <param name="json">On one line.</param>
    public void Tell(string kind, string json)
    {
        lock (gate)
        {
            newest++;
            held[newest % limits.Held] = Frame(kind, newest, json);
            foreach (var reader in readers) reader.Wake();
            readers.RemoveWhere(DropOvertaken);
        }
    }

    /// <summary>Tells every reader, now and when it comes back, that events are missing here.</summary>
    public void TellMissed() => Tell("reset", ResetReason("missed"));

    /// <summary>A place for a reader; null where as many read as may.</summary>
    /// <param name="after">The last event it has; null to begin now.</param>
    public LiveReader? Open(LiveId? after)
    {
        lock (gate)
        {
            if (readers.Count >= limits.MostReaders) return null;
            var reset = after is { } id ? WhyNotAfter(id) : null;
            var last = after is { } known && reset is null ? known.Number : newest;
            // An id without data is kept by the reader and shown to nobody: whoever comes back has a place.
            var greeting = reset is null
                ? Encoding.UTF8.GetBytes($"id: {new LiveId(Run, last)}\n\n")
                : Frame("reset", last, ResetReason(reset));
            var reader = new LiveReader(this, last + 1, greeting);
            readers.Add(reader);
            return reader;
        }
    }

    public void Close(LiveReader reader)
    {
        lock (gate) readers.Remove(reader);
    }

    /// <summary>The frames a reader has not had, up to a limit; none where it has all.</summary>
    internal byte[] Take(LiveReader reader)
    {
        lock (gate)
        {
            if (reader.Next < Oldest) return [];
            var (until, length) = (reader.Next, 0);
            while (until <= newest && length < MaxTaken) length += held[until++ % limits.Held].Length;
            var frames = new byte[length];
            for (var at = 0; reader.Next < until; reader.Next++)
            {
                var frame = held[reader.Next % limits.Held];
                frame.CopyTo(frames, at);
                at += frame.Length;
            }
            return frames;
        }
    }

    long Oldest => Math.Max(1, newest - limits.Held + 1);

    string? WhyNotAfter(LiveId id) =>
        id.Run != Run ? "other-run" : id.Number > newest ? "unknown" : id.Number + 1 < Oldest ? "too-old" : null;

    bool DropOvertaken(LiveReader reader)
    {
        if (reader.Next >= Oldest) return false;
        reader.Drop();
        return true;
    }

    static string ResetReason(string reason) => $$"""{"reason":"{{reason}}"}""";

    byte[] Frame(string kind, long number, string json) =>
        Encoding.UTF8.GetBytes($"event: {kind}\nid: {new LiveId(Run, number)}\ndata: {json}\n\n");
}
