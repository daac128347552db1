using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>What one step of reading did.</summary>
/// <param name="Unplaced">Events passed over because something before them in their stream is kept back.</param>
/// <param name="More">There is more to read at once.</param>
sealed record PeerProgress(IReadOnlyList<Recorded> Imported, IReadOnlyList<EventHeader> Unplaced, bool More,
    PeerFault? Fault)
{
    public static readonly PeerProgress Nothing = new([], [], false, null);
}

/// <summary>
/// Learns what another administration did, only by reading its log: believes a head only when the agreed key signed it
/// and it grew out of the last one, an entry only when it is in that tree and passes <see cref="PeerChecks"/>.
/// One step a call, over a link and a store; a step that is repeated after a crash does nothing twice, because what it
/// imports and how far it came are one transaction.
/// </summary>
/// <param name="node">Who says that a declaration of the other side was read.</param>
sealed class PeerReader(
    PeerSettings peer, IPeerLink link, IRecordStore store, Recorder recorder, CorridorClock clock, Actor node)
{
    /// <summary>Answers of 256 looked through for the beginning of one stream; a movement has tens of events, a
    /// crossing some hundred a year.</summary>
    const int MaxAnswers = 40;

    readonly NoteKey logKey = NoteKey.Parse(peer.LogKey);

    public async Task<PeerProgress> StepAsync(CancellationToken cancel)
    {
        var kept = await store.ReadAsync(r => PeerLog.LoadAsync(r, peer.Origin, cancel), cancel);
        var log = kept;
        try
        {
            log = await AdvanceHeadAsync(kept, cancel);
            if (log.Next < log.HeadSize) return await ReadBundleAsync(log, cancel);
            if (log != kept || kept.FaultCode is not null) await SaveAsync(log, cancel);
            return PeerProgress.Nothing;
        }
        catch (PeerFaultException e)
        {
            return await StopAsync(log, e.Fault, cancel);
        }
        catch (Exception e) when (e is LedgerFormatException or JsonException)
        {
            return await StopAsync(log, new PeerFault("log-malformed", log.Next, e.Message), cancel);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException
            or OverflowException or NullReferenceException)
        {
            // Whatever another administration signs, this node stays up: the doubt is recorded like any other.
            return await StopAsync(log, new PeerFault("event-undigestible", log.Next, e.Message), cancel);
        }
    }

    /// <summary>Takes the newest head if it is signed, no smaller, and consistent with the last one.</summary>
    async Task<PeerLog> AdvanceHeadAsync(PeerLog log, CancellationToken cancel)
    {
        var bytes = await link.ReadAsync("checkpoint", cancel);
        if (bytes is null) return log;
        if (bytes.AsSpan().SequenceEqual(log.HeadNote)) return log;
        var note = SignedNote.Parse(bytes);
        if (!note.Open([logKey]).Accepted) throw Fault("checkpoint-unsigned", log.HeadSize,
            "not signed by the agreed key");
        var head = Checkpoint.Parse(note.Text);
        if (head.Origin != peer.Origin) throw Fault("checkpoint-origin", log.HeadSize, head.Origin);
        if (head.Size < log.HeadSize) throw Fault("log-shrank", head.Size,
            $"{log.HeadSize} entries were signed before");
        var older = new Hash(log.HeadRoot);
        if (head.Size == log.HeadSize && head.Root != older)
            throw Fault("split-view", head.Size, "two heads of one size were signed");
        if (log.HeadSize > 0 && head.Size > log.HeadSize)
        {
            var proof = await new TileTree(link, head.Size).ConsistencyAsync(log.HeadSize, cancel);
            if (!MerkleProof.VerifyConsistency(log.HeadSize, head.Size, proof, older, head.Root))
                throw Fault("split-view", head.Size, "the new head does not contain the last one");
        }
        return log with { HeadSize = head.Size, HeadRoot = head.Root.ToArray(), HeadNote = bytes };
    }

    /// <summary>Reads to the end of one entry bundle, 256 entries at most.</summary>
    async Task<PeerProgress> ReadBundleAsync(PeerLog log, CancellationToken cancel)
    {
        var bundle = TileId.At(TileId.EntriesLevel, log.Next / TileId.FullWidth, log.HeadSize)
            ?? throw Fault("tile-missing", log.Next, "the head promises more than there is");
        var skip = (int)(log.Next % TileId.FullWidth);
        var leaves = (await link.ReadBundleAsync(bundle, cancel)).Skip(skip).ToList();
        var frontier = await ExtendAsync(log, leaves, cancel);
        var entries = await link.EntriesAsync(log.Next, leaves.Count, null, cancel);
        if (entries.Count != leaves.Count || entries.Where((e, i) => e.Index != log.Next + i).Any())
            throw Fault("entries-missing", log.Next, $"{entries.Count} of {leaves.Count} entries");
        var next = log with { Next = log.Next + leaves.Count, Frontier = frontier };
        return await ImportAsync(next, log, entries, leaves, cancel);
    }

    /// <summary>The right edge after these leaves; refuses leaves that are not the signed tree's.</summary>
    async Task<byte[]> ExtendAsync(PeerLog log, List<byte[]> leaves, CancellationToken cancel)
    {
        var frontier = TreeFrontier.Restore(log.Next, log.Frontier);
        foreach (var leaf in leaves) frontier.Append(Hash.OfLeaf(leaf));
        var root = new Hash(log.HeadRoot);
        var holds = frontier.Size == log.HeadSize
            ? frontier.Root == root
            : MerkleProof.VerifyConsistency(frontier.Size, log.HeadSize,
                await new TileTree(link, log.HeadSize).ConsistencyAsync(frontier.Size, cancel), frontier.Root, root);
        return holds
            ? frontier.Save() : throw Fault("entries-not-in-tree", log.Next, "the entries do not make the root");
    }

    async Task<PeerProgress> ImportAsync(
        PeerLog next, PeerLog before, IReadOnlyList<PeerEntry> entries, List<byte[]> leaves, CancellationToken cancel)
    {
        var earlier = await EarlierAsync(before, entries, cancel);
        var batch = earlier.Concat(entries.Zip(leaves)).ToList();
        return await store.WriteAsync(async t =>
        {
            var current = await PeerLog.LoadAsync(t, peer.Origin, cancel);
            if (current.Next != before.Next) return PeerProgress.Nothing;
            var keys = await OfficeKeysAsync(t, cancel);
            var (events, unplaced) = (new List<Recorded>(), new List<EventHeader>());
            foreach (var (entry, leaf) in batch)
            {
                var (found, fault) = PeerChecks.Check(
                    entry, leaf, peer.Administration, logKey.PublicKey.ToArray(), keys);
                if (fault is not null) throw new PeerFaultException(fault);
                if (found is null) continue;
                var place = await PeerChain.FindAsync(t, found, cancel);
                if (place == ChainPlace.AfterGap) unplaced.Add(found.Header);
                if (place == ChainPlace.Next) events.Add(await ImportAsync(t, found, keys, cancel));
            }
            await Read(next).SaveAsync(t, cancel);
            return new PeerProgress(events, unplaced, next.Next < next.HeadSize, null);
        }, cancel);
    }

    async Task<Recorded> ImportAsync(
        IRecordTransaction transaction, CheckedEntry found, Dictionary<OfficeId, byte[]> keys, CancellationToken cancel)
    {
        var recorded = await recorder.ImportAsync(transaction, found.Event, cancel);
        if (recorded.Body is KeysPublished published)
            foreach (var (office, key) in PeerChecks.KeysOf(published)) keys[office] = key;
        if (recorded.Body is DeclarationAccepted declared && declared.Mrn.Value == recorded.Header.Stream.Subject)
        {
            // Signed, so that the other side holds our word for what we were shown.
            var leaf = EventCodec.LeafOf(found.Event.LeafSalt, found.Event.Canonical);
            await recorder.RecordAsync(transaction, node,
                [new(declared.Mrn.Value, new DeclarationRead(
                    declared.Mrn, new(peer.Origin, found.Event.LogIndex, Convert.ToBase64String(leaf)),
                    AgreedFields.AreOpen(recorded.Body)))], cancel);
        }
        return recorded;
    }

    /// <summary>
    /// What this side may see of a stream by now and was not shown when its place in the log came by: the other side
    /// may have spoken of a movement before it knew that we are part of it.
    /// </summary>
    async Task<IReadOnlyList<(PeerEntry, byte[])>> EarlierAsync(
        PeerLog before, IReadOnlyList<PeerEntry> entries, CancellationToken cancel)
    {
        var gaps = await store.ReadAsync(r => PeerChain.GapsAsync(r, entries, cancel), cancel);
        var found = new List<(PeerEntry, byte[])>();
        foreach (var subject in gaps)
        {
            for (var (from, answers) = (0L, 0); answers < MaxAnswers && from < before.Next; answers++)
            {
                var some = await link.EntriesAsync(from, TileId.FullWidth, subject, cancel);
                foreach (var entry in some.Where(e => e.Index < before.Next))
                {
                    if (PeerChain.HeaderOf(entry)?.Stream.Subject == subject)
                        found.Add((entry, await ProvenLeafAsync(before, entry, cancel)));
                }
                if (some.Count == 0 || some[^1].Index < from) break;
                from = some[^1].Index + 1;
            }
        }
        return [.. found.OrderBy(f => f.Item1.Index)];
    }

    /// <summary>The leaf an old entry makes, which must be in the tree that was read.</summary>
    async Task<byte[]> ProvenLeafAsync(PeerLog log, PeerEntry entry, CancellationToken cancel)
    {
        if (entry.LeafSalt is null) throw Fault("leaf-differs", entry.Index, "an event without its salt");
        var leaf = EventCodec.LeafOf(entry.LeafSalt, entry.Canonical);
        var proof = await new TileTree(link, log.HeadSize).InclusionAsync(entry.Index, cancel);
        return MerkleProof.VerifyInclusion(
            Hash.OfLeaf(leaf), entry.Index, log.HeadSize, proof, new Hash(log.HeadRoot))
            ? leaf
            : throw Fault("leaf-differs", entry.Index, "salt and event do not make the leaf in the log");
    }

    /// <summary>The office keys published in the part of the log that was read.</summary>
    async Task<Dictionary<OfficeId, byte[]>> OfficeKeysAsync(IRecordReader reader, CancellationToken cancel)
    {
        var keys = new Dictionary<OfficeId, byte[]>();
        var stream = new StreamName(peer.Administration, Node.Subject).ToString();
        await foreach (var row in reader.StreamAsync(stream, cancel))
            if ((await recorder.ReadAsync(reader, row, cancel)).Body is KeysPublished published)
                foreach (var (office, key) in PeerChecks.KeysOf(published)) keys[office] = key;
        return keys;
    }

    Task SaveAsync(PeerLog log, CancellationToken cancel) => store.WriteAsync(async t =>
    {
        await Read(log).SaveAsync(t, cancel);
        return 0;
    }, cancel);

    /// <summary>Nothing of a doubtful answer is kept but the doubt, which pages show.</summary>
    async Task<PeerProgress> StopAsync(PeerLog log, PeerFault fault, CancellationToken cancel)
    {
        await store.WriteAsync(async t =>
        {
            var kept = await PeerLog.LoadAsync(t, peer.Origin, cancel);
            await (kept with { FaultCode = fault.Code, FaultIndex = fault.Index, FaultDetail = fault.Detail })
                .SaveAsync(t, cancel);
            return 0;
        }, cancel);
        return PeerProgress.Nothing with { Fault = fault };
    }

    PeerLog Read(PeerLog log) =>
        log with { FaultCode = null, FaultIndex = 0, FaultDetail = null, ReadMicros = clock.Now.ToMicros() };

    static PeerFaultException Fault(string code, long index, string detail) => new(new PeerFault(code, index, detail));
}

/// <summary>Ends a step of reading; never leaves <see cref="PeerReader"/>.</summary>
sealed class PeerFaultException(PeerFault fault) : Exception($"{fault.Code} at {fault.Index}: {fault.Detail}")
{
    public PeerFault Fault => fault;
}
