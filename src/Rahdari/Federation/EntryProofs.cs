using System.Globalization;
using System.Text;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Transparency;
using Rahdari.Transparency.Sequencing;
using Rahdari.Web;

namespace Rahdari.Federation;

/// <summary>What came of asking where an entry stands.</summary>
abstract record EntryAnswer
{
    EntryAnswer() { }

    /// <summary>No proof can be given; why is a refusal like any other.</summary>
    public sealed record Refused(Refusal Why) : EntryAnswer;

    /// <param name="Entry">The entry's bytes as the log has them.</param>
    /// <param name="Computed">The root the steps lead to.</param>
    /// <param name="IsSigned">The own key's signature stands under the head.</param>
    public sealed record Shown(
        long Index, byte[] Entry, Hash Leaf, IReadOnlyList<InclusionStep> Steps, Hash? Computed, Checkpoint Head,
        bool IsSigned) : EntryAnswer
    {
        public bool Holds => IsSigned && Computed == Head.Root;
    }
}

/// <summary>
/// Where an entry of the own log stands, computed from the published files against the newest signed head.
/// </summary>
sealed class EntryProofs(NodeSettings settings, IRecordStore store, ILogStore files, KnownLogs logs)
{
    /// <summary>Ids of events have fewer than 70 characters.</summary>
    public const int MaxLength = 100;

    sealed record Imported(string Origin, long LogIndex);

    /// <param name="asked">An index, with or without <c>#</c>, or an event's id; digits of any script.</param>
    public async Task<EntryAnswer> FindAsync(string asked, CancellationToken cancel)
    {
        var text = Digits.ToLatin(asked).TrimStart('#');
        if (text.Length is 0 or > MaxLength || text.Any(c => c is <= ' ' or >= '\u007f'))
            return No("log-entry-malformed");
        var (head, index, refusal) = await store.ReadAsync(async r =>
        {
            var signed = await r.LogHeadAsync(settings.Origin, cancel);
            var (found, why) = text.All(char.IsAsciiDigit)
                ? (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                    ? n : long.MaxValue, null)
                : await IndexOfAsync(r, text, cancel);
            return (signed, found, why);
        }, cancel);
        if (refusal is not null) return new EntryAnswer.Refused(refusal);
        if (head is null || index >= head.Size)
            return new EntryAnswer.Refused(new Refusal("log-entry-beyond").With("size", head?.Size ?? 0));
        try
        {
            return await ShowAsync(head, index, cancel);
        }
        catch (LedgerFormatException e)
        {
            return new EntryAnswer.Refused(new Refusal("log-entry-unreadable").With("what", e.Message));
        }
    }

    async Task<EntryAnswer> ShowAsync(LogHead head, long index, CancellationToken cancel)
    {
        var bundle = TileId.At(TileId.EntriesLevel, index / TileId.FullWidth, head.Size)!.Value;
        var entry = (await files.ReadBundleAsync(bundle, cancel))[(int)(index % TileId.FullWidth)];
        var proof = await new TileTree(files, head.Size).InclusionAsync(index, cancel);
        var steps = new List<InclusionStep>();
        var leaf = Hash.OfLeaf(entry);
        var computed = MerkleProof.RootFromInclusion(leaf, index, head.Size, proof, steps);
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(head.Note));
        return new EntryAnswer.Shown(
            index, entry, leaf, steps, computed, Checkpoint.Parse(note.Text), note.Open([logs.OwnKey]).Accepted);
    }

    async Task<(long Index, Refusal? Why)> IndexOfAsync(IRecordReader reader, string id, CancellationToken cancel)
    {
        var own = await reader.QueryAsync<long>(
            "select log_index from log_entry where origin = @origin and event_id = @id",
            new { origin = settings.Origin, id }, cancel);
        if (own.Count > 0) return (own[0], null);
        var imported = await reader.QueryAsync<Imported>(
            "select origin, log_index from imported_entry where event_id in @keys",
            new { keys = settings.Peers.Select(p => ImportedEntries.KeyOf(p.Administration, id)).Append(id).ToArray() },
            cancel);
        if (imported.Count > 0)
            return (0, new Refusal("log-entry-of-peer")
                .With("origin", imported[0].Origin).With("index", imported[0].LogIndex));
        var recorded = await reader.QueryAsync<string>(
            "select event_id from event where event_id = @id", new { id }, cancel);
        return (0, new Refusal(recorded.Count > 0 ? "log-entry-waits" : "log-entry-unknown"));
    }

    static EntryAnswer No(string code) => new EntryAnswer.Refused(new Refusal(code));
}
