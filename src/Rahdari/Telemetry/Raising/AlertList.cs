using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>One alert as the board shows it; the sentence is a catalogue key with its arguments.</summary>
public sealed record AlertRow(
    string Id, string Administration, UnitId Unit, string Kind, string Severity, DateTimeOffset From,
    DateTimeOffset Until, bool Late, string State, string? Device, string SentenceKey,
    IReadOnlyDictionary<string, object> SentenceArgs, string? CutFrom, DateTimeOffset RaisedAt, string? AcknowledgedBy,
    DateTimeOffset? AcknowledgedAt, string? ResolvedBy, DateTimeOffset? ResolvedAt, string? Finding,
    string? Identity = null, string? Relay = null, OfficeAct? Explained = null)
{
    /// <summary>The second unit, where the cause is two units'.</summary>
    public UnitId? OtherUnit { get; init; }

    /// <summary>How often it was escalated while nobody acknowledged it.</summary>
    public int Escalation { get; init; }
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>It was escalated and still waits for an officer.</summary>
    public bool IsEscalated => Escalation > 0 && State == "raised";
}

/// <summary>The alert board: escalated ones that nobody acknowledged first, then the newest.</summary>
static class AlertList
{
    /// <summary>More open alerts than this nobody works through; the oldest are reached by resolving.</summary>
    public const int Most = 500;

    const string Columns =
        """
        select alert_id, administration, mrn, unit, kind, severity, from_micros, until_micros, late, device,
            sentence_key, sentence_args, cut_from, status, raised_micros, acknowledged_by, acknowledged_micros,
            resolved_by, resolved_micros, finding, identity, relay, explained, other_mrn, other_unit,
            escalation, escalated_micros
        from alert_board
        """;

    sealed record Row(
        string AlertId, string Administration, string Mrn, int Unit, string Kind, string Severity, long FromMicros,
        long UntilMicros, int Late, string? Device, string SentenceKey, string SentenceArgs, string? CutFrom,
        string Status, long RaisedMicros, string? AcknowledgedBy, long? AcknowledgedMicros, string? ResolvedBy,
        long? ResolvedMicros, string? Finding, string? Identity, string? Relay, string? Explained,
        string? OtherMrn, int? OtherUnit, int Escalation, long? EscalatedMicros);

    /// <param name="open">Only those that are not resolved.</param>
    public static async Task<IReadOnlyList<AlertRow>> ListAsync(IDesk desk, bool open, CancellationToken cancel) =>
        Read(await desk.QueryAsync<Row>(
            $"""
            {Columns} where (@all = 1 or status not in ('resolved', 'refuted'))
            order by case when status = 'raised' then escalation else 0 end desc, raised_micros desc, alert_id
            limit @most
            """,
            new { all = !open, most = Most }, cancel));

    /// <summary>Every alert of one movement's units, also where another's was named first.</summary>
    public static async Task<IReadOnlyList<AlertRow>> OfMovementAsync(IDesk desk, Mrn mrn, CancellationToken cancel) =>
        Read(await desk.QueryAsync<Row>(
            $"{Columns} where mrn = @mrn or other_mrn = @mrn order by raised_micros desc, alert_id limit @most",
            new { mrn = mrn.Value, most = Most }, cancel));

    /// <summary>Null where the board has no such alert.</summary>
    public static async Task<AlertRow?> FindAsync(IDesk desk, string id, CancellationToken cancel) =>
        Read(await desk.QueryAsync<Row>($"{Columns} where alert_id = @id", new { id }, cancel)).FirstOrDefault();

    static IReadOnlyList<AlertRow> Read(IReadOnlyList<Row> rows) => [.. rows.Select(r => new AlertRow(
        r.AlertId, r.Administration, new(new(r.Mrn), r.Unit), r.Kind, r.Severity, CorridorTime.FromMicros(r.FromMicros),
        CorridorTime.FromMicros(r.UntilMicros), r.Late == 1, r.Status, r.Device, r.SentenceKey, Args(r.SentenceArgs),
        r.CutFrom, CorridorTime.FromMicros(r.RaisedMicros), r.AcknowledgedBy, Time(r.AcknowledgedMicros), r.ResolvedBy,
        Time(r.ResolvedMicros), r.Finding, r.Identity, r.Relay,
        AlertBoard.ReadAct(r.Explained))
        {
            OtherUnit = r.OtherMrn is { } other ? new(new(other), r.OtherUnit!.Value) : null,
            Escalation = r.Escalation, EscalatedAt = Time(r.EscalatedMicros),
        })];

    static DateTimeOffset? Time(long? micros) => micros is { } m ? CorridorTime.FromMicros(m) : null;

    /// <summary>Pairs of name and value; what a newer peer sends otherwise is left out.</summary>
    static IReadOnlyDictionary<string, object> Args(string json)
    {
        var pairs = JsonSerializer.Deserialize<string[]>(json) ?? [];
        var args = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < pairs.Length; i += 2) args[pairs[i]] = pairs[i + 1];
        return args;
    }
}
