using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Hosting;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Movements.Discharging;

/// <summary>What one round of the timer did.</summary>
/// <param name="Discharged">By the node.</param>
/// <param name="Failed">A fault of their own kept these from being decided; the next round tries them again.</param>
sealed record DischargeRound(
    IReadOnlyList<UnitId> Discharged, IReadOnlyList<(UnitId Unit, Exception Why)> Failed);

/// <summary>
/// The timer's part of discharging: what crossed and was not discharged by the office within the time the rules leave
/// it, the node discharges, so that silence locks a guarantee for nobody for ever. It makes the request an officer
/// makes, in the node's own name, and only while it holds the lease.
/// </summary>
sealed class DischargeDue(
    IDesk desk, NodeSettings node, CorridorPack pack, CorridorClock clock, IUnitFixes? fixes = null)
{
    /// <summary>Units looked at a page; each is a fold of tens of events.</summary>
    const int Page = 200;

    /// <summary>Pages a round: 10,000 units, ten days of a corridor of 1,000 a day. The next round goes on from there.
    /// </summary>
    const int MaxPages = 50;

    Row from = Row.First;

    sealed record Row(string Mrn, int Unit, long CrossedMicros, string OfficeOfDeparture)
    {
        public static readonly Row First = new("", 0, long.MinValue, "");
    }

    /// <summary>Looks once at what crossed long enough ago. Not for use from several threads.</summary>
    /// <exception cref="FencedException">Another process has the lease.</exception>
    /// <exception cref="StorageOutageException">The store cannot be used now.</exception>
    public async Task<DischargeRound> RunOnceAsync(Lease lease, CancellationToken cancel)
    {
        var (discharged, failed) = (new List<UnitId>(), new List<(UnitId, Exception)>());
        if (Latest() is not { } latest) return new(discharged, failed);
        for (var page = 0; page < MaxPages; page++)
        {
            var rows = await PageAsync(latest, cancel);
            foreach (var row in rows)
            {
                var id = new UnitId(new Mrn(row.Mrn), row.Unit);
                try
                {
                    if (await TryAsync(id, row, lease, cancel)) discharged.Add(id);
                }
                catch (Exception e) when (!EndsTheRound(e))
                {
                    failed.Add((id, e));
                }
            }
            from = rows.Count < Page ? Row.First : rows[^1];
            if (rows.Count < Page) break;
        }
        return new(discharged, failed);
    }

    /// <summary>What crossed later than this cannot be due at any grade; null where the rules never let the node.
    /// </summary>
    long? Latest() => pack.Discharge.At(clock.Now)?.Value is { NodeAfterHours: { } after, WaitHours.Count: > 0 } rules
        ? clock.Now.AddHours(-after - rules.WaitHours.Values.Min()).ToMicros()
        : null;

    Task<IReadOnlyList<Row>> PageAsync(long latest, CancellationToken cancel) => desk.QueryAsync<Row>(
        """
        select u.mrn, u.unit, u.crossed_micros, m.office_of_departure
        from unit_board u join movement_board m on m.mrn = u.mrn
        where u.state in ('exited', 'entered') and u.administration = @own and u.crossed_micros <= @latest
            and (u.crossed_micros > @crossed or (u.crossed_micros = @crossed
                and (u.mrn > @mrn or (u.mrn = @mrn and u.unit > @unit))))
        order by u.crossed_micros, u.mrn, u.unit limit @rows
        """,
        new
        {
            own = node.Administration.Value, latest, crossed = from.CrossedMicros, mrn = from.Mrn, unit = from.Unit,
            rows = Page,
        }, cancel);

    /// <summary>Looks first without a transaction that writes: most of what waits is not due.</summary>
    async Task<bool> TryAsync(UnitId id, Row row, Lease lease, CancellationToken cancel)
    {
        var movement = await desk.FoldAsync<MovementState>(row.Mrn, cancel);
        if (movement.Find(id.Number) is not { } unit || pack.Discharge.At(clock.Now) is not { } rules) return false;
        var closures = ClosuresOf.CrossingCode(movement.Declaration, pack) is { } crossing
            ? (await desk.FoldAsync<CrossingState>(CrossingState.Subject(crossing), cancel)).Closures
            : [];
        if (!(DischargeUnit.NodeDueAt(unit, rules.Value, clock.Now, closures) <= clock.Now)) return false;
        var actor = new Actor(OfficerId.Node, OfficeId.Parse(row.OfficeOfDeparture), Role.Officer);
        var outcome = await desk.RunAsync(
            new FencedOperation(new DischargeUnit(id, fixes, ByNode: true), lease), actor, RequestStamp.None, cancel);
        return outcome is Outcome.Done;
    }

    static bool EndsTheRound(Exception e) =>
        e is OperationCanceledException or FencedException or StorageOutageException or StorageFatalException;
}
