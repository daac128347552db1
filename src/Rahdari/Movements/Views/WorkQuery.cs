using System.Globalization;
using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Hosting;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Views;

/// <summary>One line of somebody's work list.</summary>
/// <param name="Units">The unit, or all units of a movement where the step is one for them together.</param>
/// <param name="HeardAt">When the unit was last heard; null where it never was.</param>
/// <param name="AheadKilometres">Along the drawn route to the crossing; null where that is not known.</param>
/// <param name="TimeLimit">As it stands now, closures of the crossing counted.</param>
sealed record WorkItem(
    Mrn Mrn, IReadOnlyList<int> Units, string LocalReference, ContainerNumber? Container, Offices Offices,
    UnitPhase Phase, WorkStep Step, DateTimeOffset? HeardAt, int? AheadKilometres, DateTimeOffset? TimeLimit,
    long OpenAlerts, bool Unreconciled, IReadOnlyList<string> Irregularities)
{
    /// <summary>Where on the movement's page the step is done.</summary>
    public string Link => Step.OfMovement
        ? $"/movements/{Mrn}"
        : string.Create(CultureInfo.InvariantCulture, $"/movements/{Mrn}#unit-{Units[0]}");
}

/// <param name="More">There is a next page.</param>
sealed record WorkPage(IReadOnlyList<WorkItem> Items, bool More);

/// <summary>What waits for somebody, by their role and office; most urgent first.</summary>
static class WorkQuery
{
    /// <summary>Units a page, as the list of movements has movements.</summary>
    public const int PageSize = MovementQuery.DefaultLimit;

    /// <summary>Nobody turns more pages of open work; what lies beyond is found by searching.</summary>
    public const int MaxPage = 50;

    sealed record Row(
        string Mrn, int Unit, string LocalReference, string OfficeOfDeparture, string OfficeOfExit,
        string OfficeOfEntry, string RouteId, string Facts, long? HeardMicros, long? AlongMetres, long OpenAlerts);

    const string OfOffice =
        """
        ((m.office_of_departure = @office and u.state in ('declared', 'released', 'sealed', 'exited', 'entered'))
        or (m.office_of_exit = @office and u.state in ('under-way', 'turned-back'))
        or (m.office_of_entry = @office and u.state in ('exited', 'under-way')))
        """;

    /// <summary>What can be done now comes before what is on its way; the nearest to the crossing first.</summary>
    const string OfficeOrder =
        """
        case when u.state = 'under-way' then 1 else 0 end, case when m.office_of_entry = @office then 0 else 1 end,
        case u.state when 'entered' then 0 when 'turned-back' then 1 when 'sealed' then 2 when 'released' then 3
            when 'declared' then 4 else 5 end,
        coalesce(-p.along_metres, 1), coalesce(u.crossed_micros, m.recorded_micros)
        """;

    const string OpenWay = "u.state in ('under-way', 'turned-back') and m.administration = @own";
    const string LongestUnheard = "coalesce(p.at_micros, u.gated_out_micros)";
    const string Contradictions = "(u.unreconciled = 1 or u.irregularities <> '')";
    const string UnansweredFirst = "u.unreconciled desc, coalesce(u.discharged_micros, m.recorded_micros) desc";
    const string NotEnded = "u.state <> 'discharged'";

    const string DeclarantOrder =
        "case when u.state = 'turned-back' then 0 when u.covered = 0 then 1 else 2 end, m.recorded_micros desc";

    /// <param name="page">From 1.</param>
    public static async Task<WorkPage> ListAsync(
        IDesk desk, CorridorPack pack, Actor reader, DateTimeOffset now, int page, CancellationToken cancel)
    {
        var (where, order) = reader.Role switch
        {
            Role.Officer => (OfOffice, OfficeOrder),
            Role.ControlRoom => (OpenWay, LongestUnheard),
            Role.Declarant => (NotEnded, DeclarantOrder),
            _ => (Contradictions, UnansweredFirst),
        };
        var sight = Sight.Of(reader);
        var rows = await desk.QueryAsync<Row>(
            $"""
            select u.mrn, u.unit, m.local_reference, m.office_of_departure, m.office_of_exit, m.office_of_entry,
                m.route_id, u.facts, p.at_micros as heard_micros, p.along_metres,
                (select count(*) from alert_board a
                    where (a.mrn = u.mrn and a.unit = u.unit
                        or a.other_mrn = u.mrn and a.other_unit = u.unit)
                        and a.status not in ('resolved', 'refuted')) as open_alerts
            from unit_board u join movement_board m on m.mrn = u.mrn
            left join unit_position p on p.mrn = u.mrn and p.unit = u.unit
            where {Sight.Sql} and {where} order by {order}, u.mrn, u.unit limit @rows offset @skip
            """,
            new
            {
                everything = sight.Everything, own = sight.Own.Value, party = sight.Party.Value,
                office = reader.Office.ToString(), rows = PageSize + 1, skip = (page - 1) * PageSize,
            }, cancel);
        var closures = (await ClosureTable.AllAsync(desk, cancel)).ToLookup(c => c.Crossing, StringComparer.Ordinal);
        var rules = pack.Discharge.At(now)?.Value;
        var lengths = pack.Routes.Where(r => r.Legs.Count > 0).ToDictionary(
            r => r.Id, r => new CorridorGeometry(r).LengthMetres, StringComparer.Ordinal);
        return new(Together([.. rows.Take(PageSize).Select(Item)]), rows.Count > PageSize);

        WorkItem Item(Row row)
        {
            var unit = MovementBoard.Read(row.Facts);
            var offices = new Offices(OfficeId.Parse(row.OfficeOfDeparture), OfficeId.Parse(row.OfficeOfExit),
                OfficeId.Parse(row.OfficeOfEntry));
            var step = reader.Role switch
            {
                Role.Officer => WorkStep.OfOfficer(unit, offices, reader.Office, rules, now),
                Role.Declarant => WorkStep.OfDeclarant(unit),
                _ => new WorkStep("look"),
            };
            var crossing = pack.Crossings.FirstOrDefault(
                c => c.ExitOffice == offices.Exit && c.EntryOffice == offices.Entry)?.Code ?? "";
            return new(
                new(row.Mrn), [row.Unit], row.LocalReference, unit.Container, offices, unit.Phase, step,
                row.HeardMicros is { } heard ? CorridorTime.FromMicros(heard) : null,
                row.AlongMetres is { } along && lengths.TryGetValue(row.RouteId, out var length)
                    ? (int)Math.Max(0, (length - along) / 1000)
                    : null,
                unit.Exit is null ? ClosuresOf.TimeLimit(unit, closures[crossing], now) : null, row.OpenAlerts,
                unit.IsUnreconciled, [.. unit.Irregularities.Select(i => i.Code).Distinct()]);
        }
    }

    /// <summary>A step done once for a movement is one line, however many units it has on the page.</summary>
    static IReadOnlyList<WorkItem> Together(IReadOnlyList<WorkItem> items) =>
    [
        .. items.GroupBy(i => (i.Mrn, Key: i.Step.OfMovement ? i.Step.Code : $"{i.Step.Code}/{i.Units[0]}"))
            .Select(g => g.First() with { Units = [.. g.SelectMany(i => i.Units)] }),
    ];
}
