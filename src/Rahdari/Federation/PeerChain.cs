using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>How an event of the other side stands to what was read of its stream.</summary>
enum ChainPlace
{
    /// <summary>It follows the last one read.</summary>
    Next,

    /// <summary>It is that very event, read before.</summary>
    Known,

    /// <summary>Something before it was not given to this reader.</summary>
    AfterGap,
}

/// <summary>
/// A stream is one chain: dense numbers, each event naming the digest of the one before. Two events at one place are
/// proof that the other side told two stories.
/// </summary>
static class PeerChain
{
    /// <exception cref="PeerFaultException">It contradicts what was read before.</exception>
    public static async Task<ChainPlace> FindAsync(
        IRecordReader reader, CheckedEntry entry, CancellationToken cancel)
    {
        var (header, index) = (entry.Header, entry.Event.LogIndex);
        var stream = header.Stream.ToString();
        var head = await reader.StreamVersionAsync(stream, cancel);
        if (header.Version > head + 1) return ChainPlace.AfterGap;
        if (header.Version < 1) throw Fault("event-malformed", "a stream counts from 1");
        // The event at its place, or the one before it.
        var rows = await reader.ReadStreamAsync(stream, Math.Min(header.Version, head) - 1, 1, cancel);
        if (header.Version <= head)
        {
            return rows[0].Body.AsSpan().SequenceEqual(entry.Event.Canonical)
                ? ChainPlace.Known
                : throw Fault("stream-forked", $"another event {header.Version} of {stream} was read before");
        }
        var previous = rows.Count == 0 ? "" : Convert.ToBase64String(SHA256.HashData(rows[0].Body));
        if (entry.Previous != previous)
            throw Fault("chain-broken", $"event {header.Version} of {stream} does not follow the one before it");
        var same = await reader.QueryAsync<long>("select count(*) from event where event_id = @id",
            new { id = ImportedEntries.KeyOf(header.Stream.Administration, header.EventId) }, cancel);
        return same[0] == 0
            ? ChainPlace.Next
            : throw Fault("event-id-repeated", $"{header.EventId} names another event already");

        PeerFaultException Fault(string code, string detail) => new(new PeerFault(code, index, detail));
    }

    /// <summary>Subjects of which the batch has an event without the one before it. What cannot be read is passed
    /// over: importing says what is wrong with it.</summary>
    public static async Task<IReadOnlyCollection<string>> GapsAsync(
        IRecordReader reader, IEnumerable<PeerEntry> batch, CancellationToken cancel)
    {
        var heads = new Dictionary<StreamName, long>();
        var gaps = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in batch)
        {
            if (HeaderOf(entry) is not { } header) continue;
            if (!heads.TryGetValue(header.Stream, out var head))
                head = await reader.StreamVersionAsync(header.Stream.ToString(), cancel);
            if (header.Version > head + 1) gaps.Add(header.Stream.Subject);
            heads[header.Stream] = Math.Max(head, header.Version);
        }
        return gaps;
    }

    /// <summary>Null where the content was not given or is no event.</summary>
    public static EventHeader? HeaderOf(PeerEntry entry)
    {
        if (entry.Canonical is null) return null;
        try
        {
            return JsonNode.Parse(entry.Canonical) is JsonObject e ? EventCodec.ReadHeader(e) : null;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
