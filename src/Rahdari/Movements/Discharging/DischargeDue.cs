using Rahdari.Hosting;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Discharging;

/// <summary>
/// The timer's part of discharging: what has crossed and was not discharged by an officer is discharged once the wait
/// of its grade is over. It makes the same request an officer makes; a refusal means that it is not due yet.
/// </summary>
sealed class DischargeDue(IDesk desk, NodeSettings node, IUnitFixes? fixes = null)
{
    /// <summary>Units looked at a page; each is one small transaction.</summary>
    const int Page = 200;

    sealed record Row(string Mrn, int Unit, long CrossedMicros, string OfficeOfDeparture);

    /// <summary>Looks once at everything that crossed.</summary>
    /// <returns>The units discharged.</returns>
    public async Task<IReadOnlyList<UnitId>> RunOnceAsync(CancellationToken cancel)
    {
        var discharged = new List<UnitId>();
        for (var (crossed, mrn, unit) = (long.MinValue, "", 0); ;)
        {
            var rows = await desk.QueryAsync<Row>(
                """
                select u.mrn, u.unit, u.crossed_micros, m.office_of_departure
                from unit_board u join movement_board m on m.mrn = u.mrn
                where u.state in ('exited', 'entered') and u.administration = @own and u.crossed_micros is not null
                    and (u.crossed_micros > @crossed or (u.crossed_micros = @crossed
                        and (u.mrn > @mrn or (u.mrn = @mrn and u.unit > @unit))))
                order by u.crossed_micros, u.mrn, u.unit limit @rows
                """, new { own = node.Administration.Value, crossed, mrn, unit, rows = Page }, cancel);
            foreach (var row in rows)
                if (await TryAsync(row, cancel) is { } done) discharged.Add(done);
            if (rows.Count < Page) return discharged;
            (crossed, mrn, unit) = (rows[^1].CrossedMicros, rows[^1].Mrn, rows[^1].Unit);
        }
    }

    async Task<UnitId?> TryAsync(Row row, CancellationToken cancel)
    {
        var id = new UnitId(new Mrn(row.Mrn), row.Unit);
        var actor = new Actor(OfficerId.Node, OfficeId.Parse(row.OfficeOfDeparture), Role.Officer);
        var outcome = await desk.RunAsync(new DischargeUnit(id, fixes), actor, RequestStamp.None, cancel);
        return outcome is Outcome.Done ? id : null;
    }
}
