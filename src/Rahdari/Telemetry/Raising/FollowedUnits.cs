using Rahdari.Corridors;
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

    sealed record Row(string Mrn, int Unit, string? RouteId, string Facts);

    public async Task<Dictionary<UnitId, FollowedUnit>> FindAsync(
        IRecordReader reader, IEnumerable<UnitId> units, CancellationToken cancel)
    {
        var found = new Dictionary<UnitId, FollowedUnit>();
        foreach (var some in units.Chunk(MostUnits))
        {
            var rows = await reader.QueryAsync<Row>(
                """
                select u.mrn, u.unit, m.route_id, u.facts from unit_board u left join movement_board m on m.mrn = u.mrn
                where u.mrn in @mrns
                """, new { mrns = some.Select(u => u.Mrn.Value).Distinct().ToArray() }, cancel);
            foreach (var unit in await ReadAsync(reader, rows, cancel)) found[unit.Unit] = unit;
        }
        return found;
    }

    /// <summary>Units that left the gate before a time and of which judging has heard nothing yet.</summary>
    public async Task<IReadOnlyList<FollowedUnit>> NeverHeardAsync(
        IRecordReader reader, DateTimeOffset gatedOutBefore, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            """
            select u.mrn, u.unit, m.route_id, u.facts from unit_board u left join movement_board m on m.mrn = u.mrn
            left join judging_state s on s.mrn = u.mrn and s.unit = u.unit
            where u.state in ('under-way', 'turned-back') and u.gated_out_micros < @before and s.mrn is null
            order by u.gated_out_micros limit @most
            """, new { before = gatedOutBefore.ToMicros(), most = MostUnits }, cancel);
        return [.. (await ReadAsync(reader, rows, cancel)).Where(u => u.Devices.Count > 0)];
    }

    /// <summary>Every unit between gate-out and its end.</summary>
    public async Task<IReadOnlyList<FollowedUnit>> UnderWayAsync(IRecordReader reader, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            """
            select u.mrn, u.unit, m.route_id, u.facts from unit_board u left join movement_board m on m.mrn = u.mrn
            where u.state in ('under-way', 'turned-back', 'exited')
            """, null, cancel);
        return await ReadAsync(reader, rows, cancel);
    }

    async Task<IReadOnlyList<FollowedUnit>> ReadAsync(
        IRecordReader reader, IReadOnlyList<Row> rows, CancellationToken cancel)
    {
        var units = rows.Select(r => Of(
            new(new(r.Mrn), r.Unit), r.RouteId ?? "", MovementBoard.Read(r.Facts), settings.Administration)).ToList();
        var permissions = await OfficeActs.PermissionsAsync(reader, units.Select(u => u.Unit), pack, cancel);
        return [.. units.Select(u => u with { Permissions = [.. permissions[u.Unit]], HasOfficeRecord = true })];
    }

    /// <param name="own">Devices of the other side speak to its node.</param>
    public static FollowedUnit Of(UnitId id, string routeId, UnitState unit, AdministrationId own)
    {
        DateTimeOffset?[] ends = [unit.Entry?.At, unit.Discharge?.At];
        return new(
            id, routeId, unit.GateOut?.At, unit.Exit?.At, ends.Min(),
            [
                .. unit.Devices.Where(d => d.Side == own)
                    .Select(d => new FollowedDevice(d.Device, d.Role, d.At, d.Until)),
            ]);
    }
}
