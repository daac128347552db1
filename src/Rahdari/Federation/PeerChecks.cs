using System.Text.Json;
using System.Text.Json.Nodes;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>Why an entry of the other side is not believed. The code is stable and shown.</summary>
sealed record PeerFault(string Code, long Index, string Detail);

/// <summary>An entry that is what it claims to be; whether it fits its stream is still open.</summary>
/// <param name="Previous">The digest of the event before it in its stream, base64; empty for the first.</param>
sealed record CheckedEntry(ImportedEvent Event, EventHeader Header, string Previous);

/// <summary>
/// What a reader checks before it believes an entry of another administration: that the bytes are the leaf the signed
/// tree holds, that the office's key signed them, that every opening is one committed to, and that the author speaks
/// for itself only. Pure.
/// </summary>
static class PeerChecks
{
    /// <param name="leaf">The entry as the log's files hold it, proven by the tree.</param>
    /// <param name="administration">Whose log this is.</param>
    /// <param name="logKey">The log's public key as agreed, 32 bytes.</param>
    /// <param name="keys">Office keys published so far in this log.</param>
    public static (CheckedEntry? Entry, PeerFault? Fault) Check(
        PeerEntry entry, byte[] leaf, AdministrationId administration, byte[] logKey,
        IReadOnlyDictionary<OfficeId, byte[]> keys)
    {
        PeerFault Fault(string code, string detail) => new(code, entry.Index, detail);
        if (entry.Canonical is null || entry.LeafSalt is null)
            return entry.Index == 0 ? (null, Fault("keys-missing", "entry 0 must be the key event")) : (null, null);
        if (!EventCodec.LeafOf(entry.LeafSalt, entry.Canonical).AsSpan().SequenceEqual(leaf))
            return (null, Fault("leaf-differs", "salt and event do not make the leaf in the log"));
        if (!CanonicalJson.IsCanonical(entry.Canonical))
            return (null, Fault("not-canonical", "the event is not in canonical form"));
        try
        {
            var e = JsonNode.Parse(entry.Canonical)!.AsObject();
            var header = EventCodec.ReadHeader(e);
            if (header.Stream.Administration != administration || header.Office.Administration != administration)
                return (null, Fault("foreign-author", $"{header.Office} speaks in the stream {header.Stream}"));
            if (entry.Index == 0) keys = KeysOfEntryZero(entry, logKey) ?? keys;
            if (!keys.TryGetValue(header.Office, out var key))
                return (null, Fault("office-key-unknown", $"{header.Office} has published no key"));
            if (!SignatureHolds(e, key)) return (null, Fault("signature-wrong", $"not signed by {header.Office}"));
            if (UncommittedOpening(e, entry.Openings) is { } name)
                return (null, Fault("opening-uncommitted", $"the opening of {name} is not one of c"));
            var imported = new ImportedEvent(entry.Canonical, entry.LeafSalt, entry.Openings, entry.Index);
            return (new(imported, header, e["prev"]?.GetValue<string>() ?? ""), null);
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            return (null, Fault("event-malformed", malformed.Message));
        }
    }

    /// <summary>Entry 0 brings the keys it is signed with; it is believed because it names the agreed log
    /// key.</summary>
    static Dictionary<OfficeId, byte[]>? KeysOfEntryZero(PeerEntry entry, byte[] logKey) =>
        EventCodec.Decode(entry.Canonical, entry.Openings).Body is KeysPublished published
        && published.LogKey == Convert.ToBase64String(logKey)
            ? KeysOf(published)
            : null;

    public static Dictionary<OfficeId, byte[]> KeysOf(KeysPublished published) =>
        published.Offices.ToDictionary(k => k.Office, k => Convert.FromBase64String(k.PublicKey));

    static bool SignatureHolds(JsonObject e, byte[] key)
    {
        var text = e["sig"]?.GetValue<string>() ?? "";
        var signature = new byte[Ed25519.SignatureSize];
        if (!Convert.TryFromBase64String(text, signature, out var length)
            || length != Ed25519.SignatureSize) return false;
        var unsigned = e.DeepClone().AsObject();
        unsigned.Remove("sig");
        return Ed25519.Verify(key, CanonicalJson.Write(unsigned), signature);
    }

    static string? UncommittedOpening(JsonObject e, IReadOnlyList<Opening> openings)
    {
        var committed = e["c"]?.AsArray().Select(c => c!.GetValue<string>()).ToHashSet() ?? [];
        return openings.FirstOrDefault(o => !committed.Contains(o.Commitment()))?.Name;
    }
}
