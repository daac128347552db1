using Rahdari.Ledger;
using Rahdari.Storage;

namespace Rahdari.Transparency.Sequencing;

/// <summary>What one step did.</summary>
/// <param name="Assigned">Entries that got their index.</param>
/// <param name="Size">The size of the signed head.</param>
/// <param name="Signed">A new head was signed and published.</param>
sealed record SequencerStep(int Assigned, long Size, bool Signed);

/// <summary>
/// The one writer of a log. Each step: (1) pending leaves get dense indices in a transaction of their own, fenced by
/// the lease; (2) the files are written, a pure function of those rows; (3) they are read back and root and consistency
/// computed from them by a second path; (4) the head is signed and kept in the record, fenced again; (5) the checkpoint
/// is published; (6) partial tiles that have filled up are deleted. A step that ends anywhere is done again by the
/// next, on this machine or another, with the same bytes. Not for use from several threads.
/// </summary>
sealed class Sequencer(IRecordStore store, ILogStore files, NoteSigner signer)
{
    /// <summary>Entries of one transaction and one round of files: 16 full bundles, about 150 kB of entries.</summary>
    public const int MaxBatch = 4096;

    /// <summary>Batches between two heads: 65 k entries, six beats' worth at the 10,000 entries/s aimed at.</summary>
    const int MaxBatchesPerHead = 16;

    const string CheckpointFile = "checkpoint", KeysFile = "keys";

    /// <summary>What the files hold; null before the first step and after a failed one.</summary>
    LogTail? written;
    LogHead? head;

    string Origin => signer.Key.Name;

    /// <exception cref="LogHaltedException">Nothing may be signed any more.</exception>
    /// <exception cref="FencedException">Somebody else has the lease.</exception>
    /// <exception cref="IOException">The disk failed; the process stops.</exception>
    public async Task<SequencerStep> StepAsync(Lease lease, CancellationToken cancel)
    {
        // Whatever happens below, the next step looks at record and files afresh unless this one came through.
        var tail = written ?? await ResumeAsync(cancel);
        written = null;
        try
        {
            var (assigned, batches) = (0, 0);
            for (var last = MaxBatch; last == MaxBatch && batches < MaxBatchesPerHead; batches++)
            {
                assigned += last = await AssignAsync(lease, cancel);
                tail = await GrowAsync(tail, cancel);
            }
            var signed = head?.Size != tail.Size;
            if (signed) await AdvanceAsync(lease, tail, cancel);
            written = tail;
            return new(assigned, tail.Size, signed);
        }
        catch (LedgerFormatException e)
        {
            throw Differ(e.Message);
        }
    }

    /// <summary>(3) to (6).</summary>
    async Task AdvanceAsync(Lease lease, LogTail tail, CancellationToken cancel)
    {
        var older = head?.Size ?? 0;
        await CheckAsync(head, tail, cancel);
        head = await SignAsync(lease, tail, cancel);
        await PublishAsync(older, cancel);
    }

    /// <summary>(1) Gives indices to what waits.</summary>
    async Task<int> AssignAsync(Lease lease, CancellationToken cancel)
    {
        var waiting = await store.ReadAsync(
            r => r.QueryAsync<long>("select count(*) from (select 1 as one from pending_leaf limit 1) p", null, cancel),
            cancel);
        if (waiting[0] == 0) return 0;
        return await store.WriteAsync(async t =>
        {
            await t.FenceAsync(lease, cancel);
            var next = await t.LogSizeAsync(Origin, cancel);
            var leaves = await t.PendingLeavesAsync(MaxBatch, cancel);
            foreach (var leaf in leaves)
                await t.ExecuteAsync(
                    "insert into log_entry (origin, log_index, event_id) values (@Origin, @Index, @EventId)",
                    new { Origin, Index = next++, leaf.EventId }, cancel);
            await t.RemovePendingAsync(leaves, cancel);
            return leaves.Count;
        }, cancel);
    }

    /// <summary>(2) Writes the files of all rows beyond the tail.</summary>
    async Task<LogTail> GrowAsync(LogTail tail, CancellationToken cancel)
    {
        while (true)
        {
            var next = await WriteOnAsync(tail, MaxBatch, cancel);
            if (next == tail) return tail;
            tail = next;
        }
    }

    /// <summary>Writes the files of the next rows; answers the same tail where there are none.</summary>
    async Task<LogTail> WriteOnAsync(LogTail tail, int limit, CancellationToken cancel)
    {
        var rows = await store.ReadAsync(r => r.LogRowsAsync(Origin, tail.Size, limit, cancel), cancel);
        if (rows.Count == 0) return tail;
        if (rows[0].LogIndex != tail.Size || rows[^1].LogIndex != tail.Size + rows.Count - 1)
            throw new LogHaltedException("record-differs", $"the record lacks entries of {Origin} from {tail.Size} on");
        var (next, output) = tail.Append([.. rows.Select(r => r.Leaf)]);
        await files.WriteAsync(output, cancel);
        return next;
    }

    /// <summary>
    /// (3) The files as read back must extend the head signed before and lead to the root computed while writing: the
    /// old part from the tiles' subtrees, the new part from the entries themselves.
    /// </summary>
    async Task CheckAsync(LogHead? before, LogTail tail, CancellationToken cancel)
    {
        var older = before?.Size ?? 0;
        var tree = new TileTree(files, tail.Size);
        var frontier = await tree.FrontierAsync(older, cancel);
        if (frontier.Root != (before?.Root ?? Hash.EmptyTree)) throw Differ("the files do not extend the signed head");
        foreach (var bundle in TileId.GrownBundles(older, tail.Size))
        {
            var first = bundle.Index << TileId.LogHeight;
            var entries = await files.ReadBundleAsync(bundle, cancel);
            foreach (var entry in entries.Skip((int)Math.Max(0, older - first))) frontier.Append(Hash.OfLeaf(entry));
        }
        if (frontier.Root != tail.Root || await tree.RootAsync(cancel) != tail.Root)
            throw Differ("the files read back have another root than the one written");
    }

    /// <summary>(4) Signs, and keeps the head in the record before anybody sees it.</summary>
    async Task<LogHead> SignAsync(Lease lease, LogTail tail, CancellationToken cancel)
    {
        var text = new Checkpoint(Origin, tail.Size, tail.Root).ToString();
        var note = new SignedNote(text, [await signer.SignAsync(text, cancel)]);
        var signed = new LogHead(tail.Size, tail.Root, note.ToString());
        return await store.WriteAsync(async t =>
        {
            await t.FenceAsync(lease, cancel);
            if (await t.LogHeadAsync(Origin, cancel) != head)
                throw new LogHaltedException("record-differs", $"another writer signed a head of {Origin} meanwhile");
            await t.PutLogHeadAsync(Origin, signed, cancel);
            return signed;
        }, cancel);
    }

    /// <summary>(5) and (6): the checkpoint appears, then what it made superfluous goes.</summary>
    async Task PublishAsync(long older, CancellationToken cancel)
    {
        await files.WriteAsync([new(CheckpointFile, StrictText.Utf8.GetBytes(head!.Note))], cancel);
        await DropFilledAsync(TileId.Grown(older, head.Size).Concat(TileId.GrownBundles(older, head.Size)), cancel);
    }

    async Task DropFilledAsync(IEnumerable<TileId> tiles, CancellationToken cancel)
    {
        foreach (var tile in tiles.Where(t => t.IsFull))
            await files.DeleteAsync(await files.ListAsync($"{TilePath.Format(tile)}.p", cancel), cancel);
    }

    /// <summary>
    /// Finds out where the last step, perhaps of a process that was killed, stopped. The record is the truth about rows
    /// and heads; the disk's checkpoint may be one behind, never ahead.
    /// </summary>
    async Task<LogTail> ResumeAsync(CancellationToken cancel)
    {
        var (kept, committed) = await store.ReadAsync(
            async r => (await r.LogHeadAsync(Origin, cancel), await r.LogSizeAsync(Origin, cancel)), cancel);
        if (committed < (kept?.Size ?? 0))
            throw new LogHaltedException("record-rolled-back",
                $"{kept!.Size} entries of {Origin} were signed, the record has {committed}. Restore the newer record");
        var published = await PublishedAsync(cancel);
        Compare(kept, published);
        await WriteKeysAsync(cancel);
        var tail = await TailAsync(kept, cancel);
        if (published is not null && published.Size > 0)
        {
            var before = await new TileTree(files, tail.Size).FrontierAsync(published.Size, cancel);
            if (before.Root != published.Root) throw Differ("the checkpoint published before is not part of this log");
        }
        head = kept;
        if (kept is not null) await RepublishAsync(kept, cancel);
        return tail;
    }

    /// <summary>The checkpoint on disk, if it is one this log signed; a damaged one is written again from the record.
    /// </summary>
    async Task<Checkpoint?> PublishedAsync(CancellationToken cancel)
    {
        if (await files.ReadAsync(CheckpointFile, cancel) is not { } bytes) return null;
        try
        {
            var note = SignedNote.Parse(bytes);
            var opening = note.Open([signer.Key]);
            if (opening.Accepted) return Checkpoint.Parse(note.Text);
            if (opening.Failed.Count > 0) return null;
            throw new LogHaltedException("log-of-another-key",
                $"the published checkpoint is not signed by {signer.Key}: the log's key was changed or lost");
        }
        catch (LedgerFormatException)
        {
            return null;
        }
    }

    void Compare(LogHead? kept, Checkpoint? published)
    {
        if (published is null) return;
        if (published.Size > (kept?.Size ?? -1))
            throw new LogHaltedException("record-rolled-back",
                $"{Origin} published {published.Size} entries, the record knows a head of {kept?.Size ?? 0}: "
                + "it was restored from an old copy. Restore the newer record");
        if (published.Size == kept!.Size && published.Root != kept.Root)
            throw Differ("the published checkpoint and the record's head have one size and two roots");
    }

    /// <summary>
    /// The tail of the signed part from the files; where they are damaged or gone, again from the rows.
    /// </summary>
    async Task<LogTail> TailAsync(LogHead? kept, CancellationToken cancel)
    {
        if (kept is null) return LogTail.Empty;
        try
        {
            var read = await LogTail.ReadAsync(files, kept.Size, cancel);
            if (read.Root == kept.Root) return read;
        }
        catch (LedgerFormatException)
        {
            // Written again below.
        }
        var tail = LogTail.Empty;
        while (tail.Size < kept.Size)
        {
            var next = await WriteOnAsync(tail, (int)Math.Min(MaxBatch, kept.Size - tail.Size), cancel);
            if (next == tail)
                throw new LogHaltedException("record-differs", $"the record lacks entry {tail.Size} of {Origin}");
            tail = next;
        }
        return tail.Root == kept.Root ? tail : throw Differ("the record's rows do not make the root that was signed");
    }

    async Task RepublishAsync(LogHead kept, CancellationToken cancel)
    {
        var bytes = StrictText.Utf8.GetBytes(kept.Note);
        if (await files.ReadAsync(CheckpointFile, cancel) is not { } now || !now.AsSpan().SequenceEqual(bytes))
            await files.WriteAsync([new(CheckpointFile, bytes)], cancel);
        // A process killed before (6) left at most the partial tiles of the newest full tile of each level.
        var newest = TileId.Grown(0, kept.Size).Concat(TileId.GrownBundles(0, kept.Size)).Where(t => t.IsFull)
            .GroupBy(t => t.Level).Select(level => level.Last());
        await DropFilledAsync(newest, cancel);
    }

    async Task WriteKeysAsync(CancellationToken cancel)
    {
        var bytes = StrictText.Utf8.GetBytes($"{signer.Key}\n");
        if (await files.ReadAsync(KeysFile, cancel) is not { } now || !now.AsSpan().SequenceEqual(bytes))
            await files.WriteAsync([new(KeysFile, bytes)], cancel);
    }

    LogHaltedException Differ(string what) => new("files-differ", $"{Origin}: {what}; nothing is signed any more");
}
