using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Hosting;
using Rahdari.Movements.Crossing;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Movements.Views;

/// <param name="Lane">Null before the selection.</param>
/// <param name="Grade">E1 to E4; null while nothing is known of a crossing.</param>
/// <param name="TimeLimit">As it stands now, closures of the crossing counted.</param>
sealed record UnitItem(
    UnitId Unit, UnitPhase State, ContainerNumber? Container, SelectionLane? Lane, string? Grade, bool Unreconciled,
    IReadOnlyList<string> Irregularities, DateTimeOffset? TimeLimit)
{
    /// <summary>The last fix kept, where the departure side follows it no farther; null while it does.</summary>
    public DateTimeOffset? FollowingEnded { get; init; }
}

/// <summary>One row of the board. Everything but MRN and units is null while the declaration was not read.</summary>
sealed record MovementItem(
    Mrn Mrn, string? Administration, string? LocalReference, string? OfficeOfDeparture, string? OfficeOfExit,
    string? OfficeOfEntry, string? RouteId, DateTimeOffset? RecordedAt, IReadOnlyList<UnitItem> Units);

/// <param name="Next">Where the next page begins; null on the last.</param>
sealed record MovementPage(IReadOnlyList<MovementItem> Items, string? Next);

/// <summary>The board of movements, newest first.</summary>
static class MovementQuery
{
    /// <summary>A page on a slow line shows 40; programs may ask for more.</summary>
    public const int DefaultLimit = 40, MaxLimit = 200;

    sealed record Row(
        string Mrn, string Administration, string LocalReference, string OfficeOfDeparture, string OfficeOfExit,
        string OfficeOfEntry, string RouteId, long RecordedMicros);

    sealed record UnitRow(string Mrn, string Facts);

    public static bool IsCursor(string text) => TryReadCursor(text, out var _, out var _);

    static bool TryReadCursor(string cursor, out long micros, out string mrn)
    {
        Span<long> place = [0];
        var isOurs = Paging.TryReadCursor(cursor, place, out mrn) && Mrn.TryParse(mrn, null, out _);
        micros = place[0];
        return isOurs;
    }

    /// <param name="sight">Whose list it is.</param>
    /// <param name="cursor">The last page's <see cref="MovementPage.Next"/>.</param>
    /// <param name="state">Only movements with a unit in this state.</param>
    /// <returns>Null where the cursor is none of ours.</returns>
    public static async Task<MovementPage?> ListAsync(
        IDesk desk, CorridorPack pack, DateTimeOffset now, Sight sight, string? cursor, int limit, UnitPhase? state,
        CancellationToken cancel)
    {
        var (micros, mrn) = (long.MaxValue, "");
        if (!string.IsNullOrEmpty(cursor) && !TryReadCursor(cursor, out micros, out mrn)) return null;
        var rows = await desk.QueryAsync<Row>(
            $"""
            select mrn, administration, local_reference, office_of_departure, office_of_exit, office_of_entry, route_id,
                recorded_micros
            from movement_board m
            where (recorded_micros < @micros or (recorded_micros = @micros and mrn < @mrn))
                and {Sight.Sql}
                and (@any = 1 or exists (select 1 from unit_board u where u.mrn = m.mrn and u.state = @state))
            order by recorded_micros desc, mrn desc limit @rows
            """,
            new
            {
                micros, mrn, any = state is null, state = state is { } s ? MovementBoard.StateSlug(s) : "",
                rows = limit + 1, everything = sight.Everything, own = sight.Own.Value, party = sight.Party.Value,
            }, cancel);
        var shown = rows.Take(limit).ToList();
        var units = await desk.QueryAsync<UnitRow>(
            "select mrn, facts from unit_board where mrn in @mrns order by mrn, unit",
            new { mrns = shown.Select(r => r.Mrn).ToArray() }, cancel);
        var byMrn = units.ToLookup(u => u.Mrn, u => MovementBoard.Read(u.Facts), StringComparer.Ordinal);
        var closures = (await ClosureTable.AllAsync(desk, cancel)).ToLookup(c => c.Crossing, StringComparer.Ordinal);
        return new(
            [.. shown.Select(r => Item(r, byMrn[r.Mrn], closures[CrossingOf(r, pack)], now))],
            rows.Count > limit ? Paging.CursorOf(shown[^1].Mrn, shown[^1].RecordedMicros) : null);
    }

    public static UnitItem Item(Mrn mrn, UnitState unit, IEnumerable<Closure> closures, DateTimeOffset now) => new(
        new(mrn, unit.Number), unit.Phase, unit.Container, unit.Selection?.Lane,
        unit.Grade == EvidenceGrade.None ? null : unit.Grade.ToString(), unit.IsUnreconciled,
        [.. unit.Irregularities.Select(i => i.Code)], ClosuresOf.TimeLimit(unit, closures, now))
    {
        FollowingEnded = unit.Sides is { } sides ? unit.FollowingEndedBy(sides.Departure) : null,
    };

    static MovementItem Item(Row row, IEnumerable<UnitState> units, IEnumerable<Closure> closures, DateTimeOffset now)
    {
        var (mrn, shut) = (new Mrn(row.Mrn), closures.ToList());
        return new(
            mrn, row.Administration, row.LocalReference, row.OfficeOfDeparture, row.OfficeOfExit, row.OfficeOfEntry,
            row.RouteId, CorridorTime.FromMicros(row.RecordedMicros), [.. units.Select(u => Item(mrn, u, shut, now))]);
    }

    static string CrossingOf(Row row, CorridorPack pack) => pack.Crossings.FirstOrDefault(
        c => c.ExitOffice.ToString() == row.OfficeOfExit && c.EntryOffice.ToString() == row.OfficeOfEntry)?.Code ?? "";
}
