using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>
/// How far this node has read another administration's log: the newest head it believed and, up to
/// <paramref name="Next"/>, every leaf, reduced to the tree's right edge.
/// </summary>
/// <param name="Frontier">The complete subtrees' hashes, largest first, 32 bytes each.</param>
/// <param name="FaultCode">Why reading stopped; null while all is well.</param>
/// <param name="ReadMicros">Corridor time of the last successful reading.</param>
sealed record PeerLog(
    string Origin, long Next, byte[] Frontier, long HeadSize, byte[] HeadRoot, byte[] HeadNote, string? FaultCode,
    long FaultIndex, string? FaultDetail, long ReadMicros)
{
    /// <summary>No projection: no event says what a node has read and believed, so nothing could fill it again.
    /// </summary>
    public static readonly NodeTables Tables = new("peers",
    [
        """
        create table if not exists peer_log (
            origin text not null primary key, next bigint not null, frontier {bytes} not null,
            head_size bigint not null, head_root {bytes} not null, head_note {bytes} not null,
            fault_code text, fault_index bigint not null, fault_detail text, read_micros bigint not null);
        delete from projection_schema where name = 'PeerLogTable';
        """,
    ]);

    public static PeerLog Fresh(string origin) => new(origin, 0, [], 0, Hash.EmptyTree.ToArray(), [], null, 0, null, 0);

    public static async Task<PeerLog> LoadAsync(IRecordReader reader, string origin, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<PeerLog>(
            """
            select origin, next, frontier, head_size, head_root, head_note, fault_code, fault_index, fault_detail,
                   read_micros
            from peer_log where origin = @origin
            """, new { origin }, cancel);
        return rows.Count == 0 ? Fresh(origin) : rows[0];
    }

    /// <summary>
    /// The newest head believed of any log: with several peers, of the one that was read last. A lower bound for what
    /// is recorded now.
    /// </summary>
    public static async Task<PeerHead?> NewestHeadAsync(IRecordReader reader, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<HeadRow>(
            """
            select origin, head_size, head_root from peer_log where head_size > 0
            order by read_micros desc, origin limit 1
            """, null, cancel);
        return rows is [var row] ? new(row.Origin, row.HeadSize, Convert.ToBase64String(row.HeadRoot)) : null;
    }

    sealed record HeadRow(string Origin, long HeadSize, byte[] HeadRoot);

    public Task SaveAsync(IRecordTransaction transaction, CancellationToken cancel) => transaction.ExecuteAsync(
        """
        insert into peer_log (origin, next, frontier, head_size, head_root, head_note, fault_code, fault_index,
                              fault_detail, read_micros)
        values (@Origin, @Next, @Frontier, @HeadSize, @HeadRoot, @HeadNote, @FaultCode, @FaultIndex, @FaultDetail,
                @ReadMicros)
        on conflict (origin) do update set next = excluded.next, frontier = excluded.frontier,
            head_size = excluded.head_size, head_root = excluded.head_root, head_note = excluded.head_note,
            fault_code = excluded.fault_code, fault_index = excluded.fault_index,
            fault_detail = excluded.fault_detail, read_micros = excluded.read_micros
        """, this, cancel);
}
