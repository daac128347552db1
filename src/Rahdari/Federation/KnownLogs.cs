using System.Text;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;
using Rahdari.Transparency.Sequencing;

namespace Rahdari.Federation;

/// <summary>A log as this node knows it: its own as signed, another side's as last read and believed.</summary>
/// <param name="Address">Where the node is that publishes it; null for the own log, which is here.</param>
/// <param name="Key">The verifier key (vkey) its heads are signed with.</param>
/// <param name="Head">Null before the first.</param>
/// <param name="NewestAt">
/// Corridor time of the newest entry under the head that is known here. A head itself carries no time.
/// </param>
/// <param name="Cosigners">Who else has a line under the head.</param>
/// <param name="ReadAt">When the other side's was last read; null for the own.</param>
/// <param name="Fault">Why the other side's is not believed any further; null while all is well.</param>
sealed record KnownLog(
    AdministrationId Administration, string Origin, string? Address, string Key, Checkpoint? Head,
    DateTimeOffset? NewestAt, IReadOnlyList<string> Cosigners, DateTimeOffset? ReadAt, string? Fault)
{
    public bool IsOwn => Address is null;
}

/// <summary>Every log this node has something of, the own one first.</summary>
sealed class KnownLogs(NodeSettings settings, IRecordStore store, KeyRing keys)
{
    public NoteKey OwnKey { get; } =
        NoteKey.Of(settings.Origin, NoteAlgorithm.Ed25519, Ed25519.PublicKeyOf(keys.LogSeed));

    public Task<IReadOnlyList<KnownLog>> ListAsync(CancellationToken cancel) =>
        store.ReadAsync<IReadOnlyList<KnownLog>>(async r =>
        {
            var logs = new List<KnownLog> { await OwnAsync(r, cancel) };
            foreach (var peer in settings.Peers) logs.Add(await PeerAsync(r, peer, cancel));
            return logs;
        }, cancel);

    async Task<KnownLog> OwnAsync(IRecordReader reader, CancellationToken cancel)
    {
        var head = await reader.LogHeadAsync(settings.Origin, cancel);
        var (checkpoint, cosigners) = Read(head is null ? [] : Encoding.UTF8.GetBytes(head.Note), settings.Origin);
        var newest = await reader.QueryAsync<long>(
            """
            select e.at_micros from log_entry l join event e on e.event_id = l.event_id
            where l.origin = @origin and l.log_index = @last
            """, new { origin = settings.Origin, last = (head?.Size ?? 0) - 1 }, cancel);
        return new(
            settings.Administration, settings.Origin, null, OwnKey.ToString(), checkpoint,
            newest.Count == 0 ? null : CorridorTime.FromMicros(newest[0]), cosigners, null, null);
    }

    static async Task<KnownLog> PeerAsync(IRecordReader reader, PeerSettings peer, CancellationToken cancel)
    {
        var log = await PeerLog.LoadAsync(reader, peer.Origin, cancel);
        var (checkpoint, cosigners) = Read(log.HeadNote, peer.Origin);
        var newest = await reader.QueryAsync<long>(
            """
            select coalesce(max(e.at_micros), 0) from imported_entry i join event e on e.event_id = i.event_id
            where i.origin = @origin
            """, new { origin = peer.Origin }, cancel);
        return new(
            peer.Administration, peer.Origin, peer.Url.TrimEnd('/'), peer.LogKey, checkpoint, Time(newest[0]),
            cosigners, Time(log.ReadMicros), log.FaultCode);
    }

    static DateTimeOffset? Time(long micros) => micros == 0 ? null : CorridorTime.FromMicros(micros);

    /// <summary>A head that is kept here was parsed and believed before.</summary>
    static (Checkpoint? Head, IReadOnlyList<string> Cosigners) Read(byte[] bytes, string origin)
    {
        if (bytes.Length == 0) return (null, []);
        var note = SignedNote.Parse(bytes);
        return (
            Checkpoint.Parse(note.Text),
            [.. note.Signatures.Select(s => s.Name).Where(n => n != origin).Distinct(StringComparer.Ordinal)]);
    }
}
