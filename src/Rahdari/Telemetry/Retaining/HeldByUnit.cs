using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Retaining;

/// <summary>
/// A unit that nobody has discharged, and that alone keeps days of the journal which are older than every day is kept.
/// </summary>
/// <param name="Since">Rows received since then are kept for it.</param>
sealed record HeldByUnit(UnitId Unit, DateTimeOffset Since)
{
    sealed record Row(string Mrn, int Unit, long FromMicros);

    /// <summary>The one that keeps the oldest; null where none keeps more than its days.</summary>
    /// <param name="days">As <see cref="JournalDays.Of"/> has them.</param>
    public static async Task<HeldByUnit?> FindAsync(
        IDesk desk, DateTimeOffset now, int days, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<Row>(
            """
            select f.mrn, f.unit, f.from_micros from unit_board u
                join fitted_device f on f.mrn = u.mrn and f.unit = u.unit
            where u.state <> 'discharged' order by f.from_micros, f.mrn, f.unit limit 1
            """, null, cancel);
        return rows is [var row] && JournalCut.NeededFrom(row.FromMicros) is var since
            && since < JournalCut.AgedMicros(now.ToMicros(), days)
            ? new(new(new(row.Mrn), row.Unit), CorridorTime.FromMicros(since))
            : null;
    }
}
