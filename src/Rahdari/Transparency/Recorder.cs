using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>An event of another administration, checked before it comes here.</summary>
sealed record ImportedEvent(byte[] Canonical, byte[] LeafSalt, IReadOnlyList<Opening> Openings, long LogIndex);

/// <summary>
/// Writes events into one transaction: chains, signs, seals, appends and projects them. The only code that does.
/// </summary>
sealed class Recorder(
    NodeSettings settings, KeyRing keys, SubjectKeys subjectKeys, Entropy entropy, CorridorClock clock,
    IEnumerable<IProjection> projections, CorridorPack pack, NewestPeerHead newestPeerHead)
{
    readonly IReadOnlyList<IProjection> projections = [.. projections];

    /// <summary>Records own events, in order, each at the end of its subject's stream.</summary>
    public async Task<IReadOnlyList<Recorded>> RecordAsync(
        IRecordTransaction transaction, Actor actor, IReadOnlyList<NewEvent> events, CancellationToken cancel)
    {
        var heads = new Dictionary<string, (long Version, byte[]? Previous)>();
        var recorded = new List<Recorded>(events.Count);
        var rows = new List<EventRow>(events.Count);
        var at = clock.Now;
        var notBefore = await newestPeerHead(transaction, cancel);
        foreach (var drawn in events)
        {
            var stream = new StreamName(settings.Administration, drawn.Subject);
            if (!heads.TryGetValue(drawn.Subject, out var head))
                head = await HeadAsync(transaction, stream.ToString(), cancel);
            var header = new EventHeader(drawn.Id ?? NewEventId(), stream, head.Version + 1, at, actor.Office, actor.Id,
                pack.Hash, notBefore);
            // Erased first, so that the event that says so can still be opened and its leaf recomputed.
            if (drawn.Body is IErases)
                await SubjectKeyRows.EraseAsync(
                    transaction, SubjectKeys.KeyIdOf(drawn.Subject, drawn.Body), cancel);
            var encoded = EventCodec.Encode(header, drawn.Body, head.Previous, entropy, m =>
                keys.Sign(actor.Office, m));
            rows.Add(await RowAsync(transaction, header, drawn.Body, encoded, cancel));
            recorded.Add(new(header, drawn.Body));
            heads[drawn.Subject] = (header.Version, SHA256.HashData(encoded.Canonical));
        }
        await transaction.AppendAsync(rows, cancel);
        await ProjectAsync(transaction, recorded, cancel);
        return recorded;
    }

    /// <summary>
    /// Records what another administration published, as it is, sealed under this node's own key of the subject. Such
    /// a row is no leaf of the own log.
    /// </summary>
    public async Task<Recorded> ImportAsync(
        IRecordTransaction transaction, ImportedEvent imported, CancellationToken cancel)
    {
        var recorded = EventCodec.Decode(imported.Canonical, imported.Openings);
        var header = recorded.Header;
        // Ids of another administration live in a space of their own: it cannot take one of ours.
        var eventId = $"{header.Stream.Administration}/{header.EventId}";
        if (await transaction.QueryAsync<string>("select event_id from event where event_id = @eventId",
            new { eventId }, cancel)
            is { Count: > 0 }) return recorded;
        var e = JsonNode.Parse(imported.Canonical)!.AsObject();
        var (keyId, sealedBytes) = await SealAsync(
            transaction, header.Stream.Subject, eventId, recorded.Body, imported.LeafSalt, imported.Openings, cancel);
        await transaction.AppendAsync(
            [new EventRow(header.Stream.ToString(), header.Version, eventId, e["type"]!.GetValue<string>(),
                e["tv"]!.GetValue<int>(), header.At.ToMicros(), imported.Canonical, sealedBytes, keyId, Leaf: null)],
            cancel);
        if (settings.Peers.FirstOrDefault(p => p.Administration == header.Stream.Administration) is { } peer)
            await ImportedEntries.PutAsync(
                transaction, eventId, peer.Origin, imported.LogIndex,
                EventCodec.LeafOf(imported.LeafSalt, imported.Canonical), cancel);
        await ProjectAsync(transaction, [recorded], cancel);
        return recorded;
    }

    /// <summary>Reads a stored row; what was erased reads as erased.</summary>
    public async Task<Recorded> ReadAsync(IRecordReader reader, EventRow row, CancellationToken cancel)
    {
        var opened = await OpenAsync(reader, row, cancel);
        return EventCodec.Decode(row.Body, opened?.Openings ?? []);
    }

    /// <summary>The leaf salt and openings of a row; null once they were erased.</summary>
    public async Task<(byte[] LeafSalt, IReadOnlyList<Opening> Openings)?> OpenAsync(
        IRecordReader reader, EventRow row, CancellationToken cancel)
    {
        if (row.Sealed is null || row.KeyId is null) return null;
        var wrapped = await reader.WrappedKeyAsync(row.KeyId, cancel);
        return wrapped is null
            ? null
            : SubjectKeys.Unseal(subjectKeys.Unwrap(wrapped, row.KeyId), row.EventId, row.Sealed);
    }

    async Task ProjectAsync(IRecordTransaction transaction, IReadOnlyList<Recorded> recorded, CancellationToken cancel)
    {
        foreach (var one in recorded)
            foreach (var projection in projections) await projection.ApplyAsync(transaction, one, cancel);
    }

    async Task<EventRow> RowAsync(
        IRecordTransaction transaction, EventHeader header, EventBody body, EncodedEvent encoded,
            CancellationToken cancel)
    {
        var type = EventTypes.Of(body);
        var (keyId, sealedBytes) = await SealAsync(
            transaction, header.Stream.Subject, header.EventId, body, encoded.LeafSalt, encoded.Openings, cancel);
        return new(header.Stream.ToString(), header.Version, header.EventId, type.Name, type.Version,
            header.At.ToMicros(), encoded.Canonical, sealedBytes, keyId, type.Leaf ? encoded.Leaf() : null);
    }

    async Task<(string KeyId, byte[] Sealed)> SealAsync(
        IRecordTransaction transaction, string subject, string eventId, EventBody body, byte[] leafSalt,
        IReadOnlyList<Opening> openings, CancellationToken cancel)
    {
        var (keyId, key) = await subjectKeys.PresentAsync(transaction, SubjectKeys.KeyIdOf(subject, body), cancel);
        return (keyId, subjectKeys.Seal(key, eventId, leafSalt, openings));
    }

    static async Task<(long Version, byte[]? Previous)> HeadAsync(
        IRecordReader reader, string stream, CancellationToken cancel)
    {
        var version = await reader.StreamVersionAsync(stream, cancel);
        if (version == 0) return (0, null);
        var last = await reader.ReadStreamAsync(stream, version - 1, 1, cancel);
        return (version, SHA256.HashData(last[0].Body));
    }

    string NewEventId()
    {
        Span<byte> bytes = stackalloc byte[16];
        entropy(bytes);
        return $"e-{Convert.ToHexStringLower(bytes)}";
    }
}
