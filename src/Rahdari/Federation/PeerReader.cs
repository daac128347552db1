using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>What one step of reading did.</summary>
/// <param name="More">There is more to read at once.</param>
sealed record PeerProgress(IReadOnlyList<Recorded> Imported, bool More, PeerFault? Fault);

/// <summary>
/// Learns what another administration did, only by reading its log: believes a head only when the agreed key signed it
/// and it grew out of the last one, an entry only when it is in that tree and passes <see cref="PeerChecks"/>.
/// One step a call, over a link and a store; a step that is repeated after a crash does nothing twice, because what it
/// imports and how far it came are one transaction.
/// </summary>
sealed class PeerReader(PeerSettings peer, IPeerLink link, IRecordStore store, Recorder recorder, CorridorClock clock)
{
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
            return new([], false, null);
        }
        catch (PeerFaultException e)
        {
            return await StopAsync(log, e.Fault, cancel);
        }
        catch (Exception e) when (e is LedgerFormatException or JsonException)
        {
            return await StopAsync(log, new PeerFault("log-malformed", log.Next, e.Message), cancel);
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
        var entries = await link.EntriesAsync(log.Next, leaves.Count, cancel);
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
        var imported = await store.WriteAsync(async t =>
        {
            var current = await PeerLog.LoadAsync(t, peer.Origin, cancel);
            if (current.Next != before.Next) return [];
            var keys = await OfficeKeysAsync(t, cancel);
            var events = new List<Recorded>();
            for (var i = 0; i < entries.Count; i++)
            {
                var (checkedEvent, fault) = PeerChecks.Check(
                    entries[i], leaves[i], peer.Administration, logKey.PublicKey.ToArray(), keys);
                if (fault is not null) throw new PeerFaultException(fault);
                if (checkedEvent is null) continue;
                var recorded = await recorder.ImportAsync(t, checkedEvent, cancel);
                if (recorded.Body is KeysPublished published)
                    foreach (var (office, key) in PeerChecks.KeysOf(published)) keys[office] = key;
                events.Add(recorded);
            }
            await Read(next).SaveAsync(t, cancel);
            return events;
        }, cancel);
        return new(imported, next.Next < next.HeadSize, null);
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
        return new([], false, fault);
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
