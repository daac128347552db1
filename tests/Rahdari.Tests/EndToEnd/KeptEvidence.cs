using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Storage.Cluster;
using Rahdari.Storage.Embedded;
using Rahdari.Telemetry.Segmenting;

namespace Rahdari.Tests.EndToEnd;

/// <summary>What a node nobody serves any more has kept, looked at beside its own checks.</summary>
static class KeptEvidence
{
    sealed record AlertEvent(string Type, long? LogIndex, byte[]? Leaf);

    /// <summary>Every event of every alert is a leaf, and the published tree proves it.</summary>
    /// <returns>The types there were.</returns>
    public static async Task<IReadOnlyList<string>> AlertsAreProvenAsync(NodeSettings node)
    {
        await using var store = await OpenAsync(node);
        var events = await store.Record.ReadAsync(r => r.QueryAsync<AlertEvent>(
            """
            select e.type, l.log_index, e.leaf from event e left join log_entry l on l.event_id = e.event_id
            where e.stream like 'pk/alert:%'
            """, null, default), default);
        var log = new LogDirectory(node.LogDirectory);
        var head = Checkpoint.Parse(SignedNote.Parse(await log.ReadAsync("checkpoint", default)).Text);
        var tree = new TileTree(log, head.Size);
        foreach (var one in events)
        {
            Assert.True(one.LogIndex < head.Size, $"{one.Type} is not published");
            var proof = await tree.InclusionAsync(one.LogIndex!.Value, default);
            Assert.True(
                MerkleProof.VerifyInclusion(Hash.OfLeaf(one.Leaf!), one.LogIndex.Value, head.Size, proof, head.Root),
                $"{one.Type} is not proven");
        }
        return [.. events.Select(e => e.Type).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Up to where a unit's segments reach, each of its rows is in exactly one of them; and their roots are those of
    /// the rows.
    /// </summary>
    /// <returns>How many segments there were.</returns>
    public static async Task<int> SegmentsHoldAsync(NodeSettings node)
    {
        await using var store = await OpenAsync(node);
        var segments = await store.Record.ReadAsync(
            r => SegmentTables.PageAsync(r, "", 100_000, default), default);
        var report = await SegmentCheck.CheckAsync(store.Record, () => store.Journal.ReadAsync, 10, default);
        Assert.Empty(report.Findings);
        Assert.Equal((segments.Count, 0), ((int)report.Verified, (int)report.Dropped));
        foreach (var stream in segments.GroupBy(s => s.Stream))
        {
            var reach = stream.GroupBy(s => $"{s.Mrn}/{s.Unit}").ToDictionary(g => g.Key, g => g.Max(s => s.LastRow));
            var rows = new List<(long, string)>();
            for (long after = 0; ;)
            {
                var page = await store.Journal.ReadAsync(stream.Key, after, 2000, default);
                foreach (var row in page)
                    if (SegmentRows.TryRead(row, out var fix)
                        && row.Number <= reach.GetValueOrDefault(fix.Unit!.Value.ToString()))
                        rows.Add((row.Number, fix.Unit.Value.ToString()));
                if (page.Count < 2000) break;
                after = page[^1].Number;
            }
            var covered = new List<(long, string)>();
            foreach (var segment in stream)
                covered.AddRange((await SegmentRows.ReadAsync(store.Journal, segment, default))
                    .Select(r => (r.Row.Number, $"{segment.Mrn}/{segment.Unit}")));
            Assert.Equal(rows, covered.Order());
        }
        return segments.Count;
    }

    static async Task<Store> OpenAsync(NodeSettings node)
    {
        var settings = new StoreSettings
        {
            Time = TimeProvider.System,
            OnFatal = e => throw new IOException(e.Message, e),
        };
        return node.Cluster is { } cluster
            ? await ClusterStore.OpenAsync(cluster.Connection, cluster.Schema, settings, default)
            : await EmbeddedStore.OpenAsync(node.DataDirectory, settings, default);
    }
}
