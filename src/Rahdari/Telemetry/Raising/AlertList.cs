using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Transparency;
using Rahdari.Web;

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

/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record AlertPage(IReadOnlyList<AlertRow> Items, string? Next);

/// <summary>The alert board: escalated ones that nobody acknowledged first, then the newest.</summary>
/// <remarks>
/// What counts as escalated is fixed before the first page, by the order of commits and not by a clock, and the cursor
/// carries it. So over pages an alert only ever moves to a later place: one that is acknowledged does, and one that is
/// escalated meanwhile stands among those that were not. None is passed over while officers and the clock go on; only
/// one that changed meanwhile may be told twice. A cursor does not outlive a rebuild of the board, which numbers anew.
/// </remarks>
static class AlertList
{
    /// <summary>Whoever asks for no number gets all a day of a corridor brings (some hundred); half a megabyte at most.
    /// </summary>
    public const int DefaultLimit = 500;

    /// <summary>About a megabyte of text.</summary>
    public const int MaxLimit = 1_000;

    /// <summary>Of one movement: more than this nobody reads through.</summary>
    const int MostOfMovement = 500;

    sealed record Row(
        string AlertId, string Administration, string Mrn, int Unit, string Kind, string Severity, long FromMicros,
        long UntilMicros, int Late, string? Device, string SentenceKey, string SentenceArgs, string? CutFrom,
        string Status, long RaisedMicros, string? AcknowledgedBy, long? AcknowledgedMicros, string? ResolvedBy,
        long? ResolvedMicros, string? Finding, string? Identity, string? Relay, string? Explained,
        string? OtherMrn, int? OtherUnit, int Escalation, long? EscalatedMicros, int Level);

    /// <param name="level">The column of the order: escalations that nobody answered, 0 mostly.</param>
    static string Columns(string level) =>
        $"""
        select alert_id, administration, mrn, unit, kind, severity, from_micros, until_micros, late, device,
            sentence_key, sentence_args, cut_from, status, raised_micros, acknowledged_by, acknowledged_micros,
            resolved_by, resolved_micros, finding, identity, relay, explained, other_mrn, other_unit,
            escalation, escalated_micros, {level} as level
        from alert_board
        """;

    /// <param name="open">Only those that are not resolved.</param>
    /// <param name="cursor">The last page's <see cref="AlertPage.Next"/>.</param>
    /// <returns>Null where the cursor is none of ours.</returns>
    public static async Task<AlertPage?> ListAsync(
        IDesk desk, bool open, string? cursor, int limit, CancellationToken cancel)
    {
        if (ReadPlace(cursor) is not { } place) return null;
        var (_, level, raised, id) = place;
        var since = place.Since ?? (await desk.QueryAsync<long>(AlertBoard.LastEscalated, null, cancel))[0];
        var among = level > 0;
        var rows = await desk.QueryAsync<Row>(
            $"""
            select * from (
                {Columns("escalation")} where status = 'raised' and escalation > 0 and escalated_order <= @since
                    and escalation <= @level
                    and (escalation < @level or raised_micros < @raised or (raised_micros = @raised and alert_id > @id))
                order by escalation desc, raised_micros desc, alert_id limit @rows) as escalated
            union all select * from (
                {Columns("0")} where {(open ? "status in ('raised', 'acknowledged') and" : "")}
                    not (status = 'raised' and escalation > 0 and escalated_order <= @since)
                    and raised_micros <= @before and (raised_micros < @before or alert_id > @after)
                order by raised_micros desc, alert_id limit @rows) as others
            order by level desc, raised_micros desc, alert_id limit @rows
            """,
            new
            {
                since, level, raised, id, rows = limit + 1,
                before = among ? long.MaxValue : raised, after = among ? "" : id,
            }, cancel);
        var shown = rows.Take(limit).ToList();
        return new(
            Read(shown),
            rows.Count > limit
                ? Paging.CursorOf(shown[^1].AlertId, since, shown[^1].Level, shown[^1].RaisedMicros)
                : null);
    }

    /// <param name="Since">The last escalation that counts; null before the first page.</param>
    /// <param name="Level">Of the last row told, as are the others.</param>
    readonly record struct Place(long? Since, long Level, long Raised, string Id);

    public static bool IsCursor(string text) => ReadPlace(text) is not null;

    static Place? ReadPlace(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor)) return new(null, int.MaxValue, long.MaxValue, "");
        Span<long> place = [0, 0, 0];
        return Paging.TryReadCursor(cursor, place, out var id) ? new(place[0], place[1], place[2], id) : null;
    }

    /// <summary>How many wait for an officer.</summary>
    public static async Task<long> CountOpenAsync(IDesk desk, CancellationToken cancel) =>
        (await desk.QueryAsync<long>(
            "select count(*) from alert_board where status in ('raised', 'acknowledged')", null, cancel))[0];

    /// <summary>
    /// What to look at first: escalated, then unseen before seen, critical before others, silence before the rest of
    /// its kind, the oldest first.
    /// </summary>
    public static async Task<IReadOnlyList<AlertRow>> MostUrgentAsync(IDesk desk, int most, CancellationToken cancel) =>
        Read(await desk.QueryAsync<Row>(
            $"""
            {Columns("0")} where status in ('raised', 'acknowledged')
            order by case when status = 'raised' then escalation else 0 end desc,
                case when status = 'raised' then 0 else 1 end, case when severity = 'critical' then 0 else 1 end,
                case when kind = 'silence' then 0 else 1 end, raised_micros, alert_id limit @most
            """, new { most }, cancel));

    /// <summary>Every alert of one movement's units, also where another's was named first.</summary>
    public static async Task<IReadOnlyList<AlertRow>> OfMovementAsync(IDesk desk, Mrn mrn, CancellationToken cancel) =>
        Read(await desk.QueryAsync<Row>(
            $"""
            {Columns("0")} where mrn = @mrn or other_mrn = @mrn order by raised_micros desc, alert_id limit @most
            """, new { mrn = mrn.Value, most = MostOfMovement }, cancel));

    /// <summary>Null where the board has no such alert.</summary>
    public static async Task<AlertRow?> FindAsync(IDesk desk, string id, CancellationToken cancel) =>
        Read(await desk.QueryAsync<Row>($"{Columns("0")} where alert_id = @id", new { id }, cancel)).FirstOrDefault();

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
