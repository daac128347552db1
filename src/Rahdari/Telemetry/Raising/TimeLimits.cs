using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// Looks which own units are past their time limit, and whether those told of still are. What was told is the board:
/// nothing is remembered but where the last look ended. Used by judging, one caller at a time.
/// </summary>
sealed class TimeLimits(AdministrationId own, FollowedUnits followedUnits)
{
    /// <summary>
    /// Units of one look, and alerts: the next look goes on behind them. While a crossing is shut many are past the
    /// limit that was written when they left, and in time all the same.
    /// </summary>
    public const int Most = 200;

    sealed record Row(string Mrn, int Unit);

    sealed record ToldRow(string Mrn, int Unit, string AlertId, long FromMicros, long UntilMicros);

    sealed record PlaceRow(string Mrn, int Unit, int LatitudeE7, int LongitudeE7, long? AlongMetres);

    /// <summary>Where the last look ended: the units that may have to be told of, and those told of.</summary>
    (string Mrn, int Unit) looked = ("", 0), followed = ("", 0);

    public async Task<List<Finding>> LookAsync(
        IRecordReader reader, DateTimeOffset now, Func<string, Surroundings> around, CancellationToken cancel)
    {
        var findings = new List<Finding>();
        var overdue = await RowsAsync<Row>(
            """
            select u.mrn, u.unit from unit_board u
            where u.state = 'under-way' and u.time_limit_micros <= @now and u.administration = @own
                and (u.mrn > @mrn or (u.mrn = @mrn and u.unit > @unit))
                and not exists (select 1 from alert_board a where a.mrn = u.mrn and a.unit = u.unit and a.kind = @kind
                    and a.administration = @own and a.status <> 'refuted' and a.from_micros > u.gated_out_micros)
            order by u.mrn, u.unit limit @most
            """, looked);
        await RaiseAsync(reader, [.. overdue.Select(r => IdOf(r.Mrn, r.Unit))], now, around, findings, cancel);
        looked = overdue.Count < Most ? ("", 0) : (overdue[^1].Mrn, overdue[^1].Unit);
        var told = await RowsAsync<ToldRow>(
            """
            select a.mrn, a.unit, a.alert_id, a.from_micros, a.until_micros from alert_board a
            where a.status in ('raised', 'acknowledged') and a.kind = @kind and a.administration = @own
                and (a.mrn > @mrn or (a.mrn = @mrn and a.unit > @unit))
            order by a.mrn, a.unit limit @most
            """, followed);
        await FollowAsync(reader, told, now, findings, cancel);
        followed = told.Count < Most ? ("", 0) : (told[^1].Mrn, told[^1].Unit);
        return findings;

        Task<IReadOnlyList<T>> RowsAsync<T>(string sql, (string Mrn, int Unit) after) => reader.QueryAsync<T>(
            sql, new
            {
                own = own.Value, kind = AlertKind.PastTimeLimit.Slug(), now = now.ToMicros(), mrn = after.Mrn,
                unit = after.Unit, most = Most,
            }, cancel);
    }

    async Task RaiseAsync(
        IRecordReader reader, HashSet<UnitId> wanted, DateTimeOffset now, Func<string, Surroundings> around,
        List<Finding> findings, CancellationToken cancel)
    {
        var units = await UnitsAsync(reader, wanted, cancel);
        var late = units.Select(u => (Unit: u, Overdue: PastTimeLimit.Look(u, now)))
            .Where(u => u.Overdue is { IsOver: false }).ToList();
        if (late.Count == 0) return;
        var mrns = late.Select(l => l.Unit.Unit.Mrn.Value).Distinct().ToArray();
        var refuted = (await reader.QueryAsync<string>(
            """
            select alert_id from alert_board where mrn in @mrns and kind = @kind and status = 'refuted'
            """, new { mrns, kind = AlertKind.PastTimeLimit.Slug() }, cancel)).ToHashSet(StringComparer.Ordinal);
        var places = (await reader.QueryAsync<PlaceRow>(
            "select mrn, unit, latitude_e7, longitude_e7, along_metres from unit_position where mrn in @mrns",
            new { mrns }, cancel)).ToDictionary(p => new UnitId(new(p.Mrn), p.Unit));
        foreach (var (unit, overdue) in late)
        {
            var place = places.GetValueOrDefault(unit.Unit);
            findings.Add(new Finding.Raise(
                IdOf(unit.Unit, overdue!.From, refuted), unit.Unit, AlertKind.PastTimeLimit, AlertSeverity.Warning,
                overdue.From, overdue.Until, Late: false, Device: null,
                place is null ? null : new GeoPosition(place.LatitudeE7, place.LongitudeE7),
                PastTimeLimit.Explain(unit, now, place?.AlongMetres, around(unit.RouteId).LengthMetres),
                CutFrom: null));
        }
    }

    /// <summary>A closure that came to be known late moves the limit; an exit ends it.</summary>
    async Task FollowAsync(
        IRecordReader reader, IReadOnlyList<ToldRow> told, DateTimeOffset now, List<Finding> findings,
        CancellationToken cancel)
    {
        var units = (await UnitsAsync(reader, [.. told.Select(r => IdOf(r.Mrn, r.Unit))], cancel))
            .ToDictionary(u => u.Unit);
        foreach (var row in told)
        {
            if (!units.TryGetValue(IdOf(row.Mrn, row.Unit), out var unit)) continue;
            var (from, until) = (
                CorridorTime.FromMicros(row.FromMicros), CorridorTime.FromMicros(row.UntilMicros));
            // Of a way before it left the gate again.
            if (!(unit.GatedOutAt < from)) continue;
            if (PastTimeLimit.Look(unit, now) is not { } overdue)
                findings.Add(new Finding.Refute(row.AlertId, from, until, JoinedTo: null));
            else if (overdue.From > from)
                findings.Add(new Finding.Narrow(row.AlertId, overdue.From, overdue.Until));
            else if (overdue.From < from || (overdue.IsOver && overdue.Until != until))
                findings.Add(new Finding.Extend(row.AlertId, overdue.From, overdue.Until, Late: false));
        }
    }

    async Task<IReadOnlyList<FollowedUnit>> UnitsAsync(
        IRecordReader reader, HashSet<UnitId> wanted, CancellationToken cancel)
    {
        if (wanted.Count == 0) return [];
        var found = await followedUnits.FindAsync(reader, wanted, cancel);
        return [.. found.Values.Where(u => wanted.Contains(u.Unit))];
    }

    /// <summary>The same limit told again after it was refuted is another alert.</summary>
    static string IdOf(UnitId unit, DateTimeOffset limit, HashSet<string> refuted)
    {
        for (var again = 0; ; again++)
        {
            var id = AlertIds.Of(unit, AlertKind.PastTimeLimit, limit, device: null, again);
            if (!refuted.Contains(id)) return id;
        }
    }

    static UnitId IdOf(string mrn, int unit) => new(new(mrn), unit);
}
