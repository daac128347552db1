using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Views;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Telemetry.Raising;

/// <summary>Reads from the board of movements what judging has to know of units.</summary>
sealed class FollowedUnits(NodeSettings settings, CorridorPack pack)
{
    /// <summary>Rows fetched by one query.</summary>
    const int MostUnits = 500;

    sealed record Row(
        string Mrn, int Unit, string? RouteId, string? OfficeOfDeparture, string? OfficeOfExit, string? OfficeOfEntry,
        string Facts);

    const string Select =
        """
        select u.mrn, u.unit, m.route_id, m.office_of_departure, m.office_of_exit, m.office_of_entry, u.facts
        from unit_board u left join movement_board m on m.mrn = u.mrn
        """;

    public async Task<Dictionary<UnitId, FollowedUnit>> FindAsync(
        IRecordReader reader, IEnumerable<UnitId> units, CancellationToken cancel)
    {
        var found = new Dictionary<UnitId, FollowedUnit>();
        foreach (var some in units.Chunk(MostUnits))
        {
            var rows = await reader.QueryAsync<Row>(
                $"""
                {Select}
                where u.mrn in @mrns
                """, new { mrns = some.Select(u => u.Mrn.Value).Distinct().ToArray() }, cancel);
            foreach (var unit in await ReadAsync(reader, rows, cancel)) found[unit.Unit] = unit;
        }
        return found;
    }

    /// <summary>
    /// Units that bear an own device, left the gate before a time; judging has heard nothing of them yet. Those that
    /// bear none, and the other side's, would be all that is looked at some day.
    /// </summary>
    public async Task<IReadOnlyList<FollowedUnit>> NeverHeardAsync(
        IRecordReader reader, DateTimeOffset gatedOutBefore, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            $"""
            {Select}
            left join judging_state s on s.mrn = u.mrn and s.unit = u.unit
            where u.state in ('under-way', 'turned-back') and u.gated_out_micros < @before and s.mrn is null
                and exists (select 1 from fitted_device f where f.mrn = u.mrn and f.unit = u.unit
                    and (f.until_micros is null or f.until_micros > u.gated_out_micros))
            order by u.gated_out_micros limit @most
            """, new { before = gatedOutBefore.ToMicros(), most = MostUnits }, cancel);
        return [.. (await ReadAsync(reader, rows, cancel)).Where(u => u.Devices.Count > 0)];
    }

    /// <summary>Every unit between gate-out and its end.</summary>
    public async Task<IReadOnlyList<FollowedUnit>> UnderWayAsync(IRecordReader reader, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            $"""
            {Select}
            where u.state in ('under-way', 'turned-back', 'exited')
            """, null, cancel);
        return await ReadAsync(reader, rows, cancel);
    }

    async Task<IReadOnlyList<FollowedUnit>> ReadAsync(
        IRecordReader reader, IReadOnlyList<Row> rows, CancellationToken cancel)
    {
        if (rows.Count == 0) return [];
        var closures = (await ClosureTable.AllAsync(reader, cancel)).ToLookup(c => c.Crossing, StringComparer.Ordinal);
        var units = rows.Select(r =>
        {
            var state = MovementBoard.Read(r.Facts);
            var unit = Of(new(new(r.Mrn), r.Unit), r.RouteId ?? "", state, settings.Administration);
            return unit with { Plan = PlanOf(r, state, closures) };
        }).ToList();
        var permissions = await OfficeActs.PermissionsAsync(reader, units.Select(u => u.Unit), pack, cancel);
        return
        [
            .. units.Select(u => u with
            {
                Permissions = [.. permissions[u.Unit].Select(p => p.UpToGate(u.GatedOutAt))], HasOfficeRecord = true,
            }),
        ];
    }

    /// <summary>Null while the declaration is not known here.</summary>
    MovementPlan? PlanOf(Row row, UnitState unit, ILookup<string, Closure> closures)
    {
        if (row is not { OfficeOfDeparture: { } departure, OfficeOfExit: { } exit, OfficeOfEntry: { } entry })
            return null;
        var crossing = pack.Crossings.FirstOrDefault(
            c => c.ExitOffice.ToString() == exit && c.EntryOffice.ToString() == entry)?.Code ?? "";
        return new(
            OfficeId.Parse(departure), OfficeId.Parse(exit), OfficeId.Parse(entry), unit.TimeLimit, unit.TurnBack?.At,
            [
                .. closures[crossing].Where(c => !(c.End <= unit.GateOut?.At)).OrderBy(c => c.From)
                    // Its words are no part of what is kept beside the watermark.
                    .Select(c => c with { Reason = "" }),
            ]);
    }

    /// <param name="own">Devices of the other side speak to its node.</param>
    public static FollowedUnit Of(UnitId id, string routeId, UnitState unit, AdministrationId own)
    {
        DateTimeOffset?[] done = [unit.Entry?.At, unit.Discharge?.At];
        DateTimeOffset?[] ends = [.. done, unit.FollowingEndedBy(own)?.AddMicroseconds(1)];
        return new(
            id, routeId, unit.GateOut?.At, unit.Exit?.At, ends.Min(),
            [
                .. unit.Devices.Where(d => d.Side == own)
                    .Select(d => new FollowedDevice(d.Device, d.Role, d.At, d.Until)),
            ])
        { DoneAt = done.Min() };
    }
}
