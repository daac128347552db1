using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Movements.Views;

/// <summary>
/// Tables <c>movement_board</c> (one row a declaration) and <c>unit_board</c> (one row a unit). A unit's row keeps its
/// facts as JSON and applies each event to them with the code of the fold, so that board and fold cannot differ.
/// </summary>
sealed class MovementBoard : IProjection
{
    static readonly JsonSerializerOptions Facts = new(EventCodec.Options) { IgnoreReadOnlyProperties = true };

    public string Schema =>
        """
        create table if not exists movement_board (
            mrn text primary key, administration text not null, local_reference text not null,
            office_of_departure text not null, office_of_exit text not null, office_of_entry text not null,
            route_id text not null, recorded_micros bigint not null, fee_id text, fee_minor bigint, fee_currency text,
            grn text, guarantor_rating text, declarant text);
        create index if not exists movement_board_recorded on movement_board (recorded_micros, mrn);
        create table if not exists unit_board (
            mrn text not null, unit integer not null, administration text, state text not null, container text,
            lane text, examined integer not null, covered integer not null, covered_micros bigint,
            selected_micros bigint, released_micros bigint, gated_out_micros bigint, time_limit_micros bigint,
            both_devices integer not null, crossed_micros bigint,
            exited_micros bigint, entered_micros bigint, discharged_micros bigint,
            grade text not null, unreconciled integer not null, irregularities text not null, facts text not null,
            primary key (mrn, unit));
        create index if not exists unit_board_state on unit_board (state, crossed_micros);
        create index if not exists unit_board_limit on unit_board (state, time_limit_micros);
        create index if not exists unit_board_container on unit_board (container);
        create index if not exists unit_board_open on unit_board (mrn, unit) where state <> 'discharged';
        """;

    public async Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        if (!Mrn.TryParse(recorded.Header.Stream.Subject, null, out var mrn)) return;
        var sides = await SidesAsync(transaction, mrn, cancel);
        if (recorded.Body is DeclarationAccepted declaration)
        {
            if (sides is not null || !DeclarationFacts.IsBelievable(recorded, declaration)) return;
            var facts = DeclarationFacts.Of(recorded, declaration);
            await InsertAsync(transaction, facts, declaration.Declarant, cancel);
            sides = facts.Sides;
            foreach (var early in await UnitsAsync(transaction, mrn, cancel))
                await PutAsync(transaction, mrn, early with { Sides = sides }, recorded, cancel);
        }
        foreach (var number in UnitState.Touched(recorded.Body).Distinct())
        {
            var unit = await FindAsync(transaction, mrn, number, cancel) ?? new UnitState(number);
            await PutAsync(transaction, mrn, (unit with { Sides = sides }).Apply(recorded), recorded, cancel);
        }
        if (recorded.Header.Stream.Administration == sides?.Departure)
            await ApplyWholeAsync(transaction, mrn, recorded.Body, cancel);
    }

    public static UnitState Read(string facts) => JsonSerializer.Deserialize<UnitState>(facts, Facts)!;

    static Task ApplyWholeAsync(IRecordTransaction transaction, Mrn mrn, EventBody body, CancellationToken cancel) =>
        body switch
    {
        FeeAssessed e => transaction.ExecuteAsync(
            "update movement_board set fee_id = @id, fee_minor = @minor, fee_currency = @currency where mrn = @mrn",
            new { id = e.FeeId, minor = e.Amount.Minor, currency = e.Amount.Currency, mrn = mrn.Value }, cancel),
        GuaranteeReserved e => transaction.ExecuteAsync(
            "update movement_board set grn = @grn, guarantor_rating = @rating where mrn = @mrn",
            new { grn = e.Grn.Value, rating = e.GuarantorRating, mrn = mrn.Value }, cancel),
        _ => Task.CompletedTask,
    };

    static Task InsertAsync(
        IRecordTransaction transaction, DeclarationFacts facts, PartyId? declarant, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into movement_board (mrn, administration, local_reference, office_of_departure, office_of_exit,
                office_of_entry, route_id, recorded_micros, declarant)
            values (@mrn, @administration, @reference, @departure, @exit, @entry, @route, @recorded, @declarant)
            """,
            new
            {
                mrn = facts.Mrn.Value, administration = facts.Administration.Value,
                reference = facts.LocalReference ?? "", departure = facts.OfficeOfDeparture.ToString(),
                exit = facts.OfficeOfExit.ToString(), entry = facts.OfficeOfEntry.ToString(),
                route = facts.RouteId ?? "", recorded = facts.RecordedAt.ToMicros(), declarant = declarant?.Value,
            }, cancel);

    static Task PutAsync(
        IRecordTransaction transaction, Mrn mrn, UnitState unit, Recorded recorded, CancellationToken cancel)
    {
        var at = recorded.Header.At.ToMicros();
        return transaction.ExecuteAsync(
            """
            insert into unit_board (mrn, unit, administration, state, container, lane, examined, covered,
                covered_micros, selected_micros, released_micros, gated_out_micros, time_limit_micros, both_devices,
                crossed_micros, exited_micros, entered_micros, discharged_micros, grade, unreconciled, irregularities,
                facts)
            values (@mrn, @unit, @administration, @state, @container, @lane, @examined, @covered, @coveredAt,
                @selectedAt, @releasedAt, @gatedOut, @limit, @bothDevices, @crossed, @exited, @entered, @discharged,
                @grade, @unreconciled, @irregularities, @facts)
            on conflict (mrn, unit) do update set administration = excluded.administration, state = excluded.state,
                container = excluded.container, lane = excluded.lane, examined = excluded.examined,
                covered = excluded.covered,
                covered_micros = coalesce(unit_board.covered_micros, excluded.covered_micros),
                selected_micros = coalesce(unit_board.selected_micros, excluded.selected_micros),
                released_micros = coalesce(unit_board.released_micros, excluded.released_micros),
                gated_out_micros = excluded.gated_out_micros,
                time_limit_micros = excluded.time_limit_micros, both_devices = excluded.both_devices,
                crossed_micros = excluded.crossed_micros, exited_micros = excluded.exited_micros,
                entered_micros = excluded.entered_micros, discharged_micros = excluded.discharged_micros,
                grade = excluded.grade, unreconciled = excluded.unreconciled,
                irregularities = excluded.irregularities, facts = excluded.facts
            """,
            new
            {
                mrn = mrn.Value, unit = unit.Number, administration = unit.Sides?.Departure.Value,
                state = StateSlug(unit.Phase), container = unit.Container?.Value,
                lane = unit.Selection is { } s ? LaneSlug(s.Lane) : null, examined = unit.Examinations.Count > 0,
                covered = unit.Cover is not null, coveredAt = unit.Cover is null ? (long?)null : at,
                selectedAt = unit.Selection is null ? (long?)null : at, releasedAt = unit.IsReleased ? at : (long?)null,
                gatedOut = unit.GateOut?.At.ToMicros(), limit = unit.TimeLimit?.ToMicros(),
                exited = unit.Exit?.At.ToMicros(), entered = unit.Entry?.At.ToMicros(),
                discharged = unit.Discharge?.At.ToMicros(),
                bothDevices = LeftWithBothDevices(unit), crossed = (unit.Exit ?? unit.Entry)?.At.ToMicros(),
                grade = unit.Grade.ToString(), unreconciled = unit.IsUnreconciled,
                irregularities = string.Join(' ', unit.Irregularities.Select(i => i.Code)),
                facts = JsonSerializer.Serialize(unit, Facts),
            }, cancel);
    }

    /// <summary>Whether a device of each role spoke for the unit when it left the gate.</summary>
    static bool LeftWithBothDevices(UnitState unit) => unit.GateOut is { } gate
        && unit.Devices.Where(d => d.At <= gate.At && (d.Until is not { } until || until > gate.At))
            .Select(d => d.Role).Distinct().Count() == Enum.GetValues<DeviceRole>().Length;

    public static string StateSlug(UnitPhase phase) => JsonNamingPolicy.KebabCaseLower.ConvertName(phase.ToString());

    static string LaneSlug(SelectionLane lane) => JsonNamingPolicy.KebabCaseLower.ConvertName(lane.ToString());

    sealed record SidesRow(string Administration, string OfficeOfExit, string OfficeOfEntry);

    static async Task<Sides?> SidesAsync(IRecordReader reader, Mrn mrn, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<SidesRow>(
            "select administration, office_of_exit, office_of_entry from movement_board where mrn = @mrn",
            new { mrn = mrn.Value }, cancel);
        return rows.Count == 0
            ? null
            : new(new AdministrationId(rows[0].Administration), OfficeId.Parse(rows[0].OfficeOfExit).Administration,
                OfficeId.Parse(rows[0].OfficeOfEntry).Administration);
    }

    static async Task<UnitState?> FindAsync(IRecordReader reader, Mrn mrn, int unit, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<string>(
            "select facts from unit_board where mrn = @mrn and unit = @unit", new { mrn = mrn.Value, unit }, cancel);
        return rows.Count == 0 ? null : Read(rows[0]);
    }

    static async Task<IReadOnlyList<UnitState>> UnitsAsync(IRecordReader reader, Mrn mrn, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<string>(
            "select facts from unit_board where mrn = @mrn order by unit", new { mrn = mrn.Value }, cancel);
        return [.. rows.Select(Read)];
    }
}
