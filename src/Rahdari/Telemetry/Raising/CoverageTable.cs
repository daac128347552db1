using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Judging;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Raising;

/// <summary>What is heard of one unit, as pages show it.</summary>
/// <param name="State"><c>full</c>, <c>reduced</c> or <c>none</c>.</param>
public sealed record CoverageRow(string State, IReadOnlyList<string> Silent, DateTimeOffset? Since)
{
    public bool IsFull => State == "full";
}

/// <summary>
/// Table <c>unit_coverage</c>: one row a unit that is listened for, written in the transaction that moves judging's
/// watermark.
/// </summary>
static class CoverageTable
{
    /// <summary>Never changed: a new column or index is a script of <see cref="JudgingTables.Tables"/>.</summary>
    public const string Released =
        """
        create table if not exists unit_coverage (
            mrn text not null, unit integer not null, state text not null, silent text not null, since_micros bigint,
            primary key (mrn, unit));
        """;

    sealed record Row(string Mrn, int Unit, string State, string Silent, long? SinceMicros);

    public static Task PutAsync(
        IRecordTransaction transaction, UnitId unit, UnitCoverage? coverage, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            coverage is null
                ? "delete from unit_coverage where mrn = @mrn and unit = @unit"
                : """
                  insert into unit_coverage (mrn, unit, state, silent, since_micros)
                  values (@mrn, @unit, @state, @silent, @since)
                  on conflict (mrn, unit) do update set state = excluded.state, silent = excluded.silent,
                      since_micros = excluded.since_micros
                  """,
            new
            {
                mrn = unit.Mrn.Value, unit = unit.Number, state = Slug.Of(coverage?.State ?? CoverageState.None),
                silent = coverage?.Silent ?? "", since = coverage?.Since?.ToMicros(),
            }, cancel);

    /// <summary>What was told of every unit.</summary>
    public static async Task<Dictionary<UnitId, UnitCoverage>> AllAsync(IRecordReader reader, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            "select mrn, unit, state, silent, since_micros from unit_coverage", null, cancel);
        return rows.Select(r => new UnitCoverage(
                new(new(r.Mrn), r.Unit), Slug.TryParse<CoverageState>(r.State, out var s) ? s : CoverageState.None,
                r.Silent, Time(r.SinceMicros)))
            .ToDictionary(c => c.Unit);
    }

    /// <summary>Of the units of some movements, as many as a page shows.</summary>
    public static async Task<IReadOnlyDictionary<UnitId, CoverageRow>> ReadAsync(
        IDesk desk, IEnumerable<Mrn> mrns, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<Row>(
            "select mrn, unit, state, silent, since_micros from unit_coverage where mrn in @mrns",
            new { mrns = mrns.Select(m => m.Value).Distinct().ToArray() }, cancel);
        return rows.ToDictionary(r => new UnitId(new(r.Mrn), r.Unit), r => new CoverageRow(
            r.State, r.Silent.Split(' ', StringSplitOptions.RemoveEmptyEntries), Time(r.SinceMicros)));
    }

    static DateTimeOffset? Time(long? micros) => micros is { } m ? CorridorTime.FromMicros(m) : null;
}

/// <summary>Units of which more or less is heard than before, after each commit of judging.</summary>
sealed class CoverageFeed : CommittedFeed<UnitId>;
