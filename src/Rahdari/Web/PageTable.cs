using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Federation;
using Rahdari.Guarantees;
using Rahdari.Measures;
using Rahdari.Movements;
using Rahdari.Movements.Declaring;
using Rahdari.Movements.Views;
using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Telemetry.Quarantining;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Relaying;

namespace Rahdari.Web;

/// <summary>A page: where it is, what draws it, what it is called.</summary>
/// <param name="Navigation">Whether the head of every page links to it, for those who may read it.</param>
sealed record PageRow(string Route, Type Component, string TitleKey, bool Navigation = false)
{
    /// <summary>What may stand in its address, beside <see cref="QueryValue.OfEveryPage"/>. Nothing else of it is
    /// read.</summary>
    public IReadOnlyList<QueryValue> Values { get; init; } = [];
}

/// <summary>Every page and every form, once. Routes, navigation and the browser's tests are made from it.</summary>
/// <remarks>The sign-in page is not here: it is shown in place of others (<see cref="SignInEndpoint"/>).</remarks>
static class PageTable
{
    public static IReadOnlyList<PageRow> Rows { get; } =
    [
        new("/", typeof(WorkListPage), "work.title", Navigation: true)
        {
            Values =
            [
                QueryValue.OneOf<UnitPhase>("state"), QueryValue.OneOf("list", "all"),
                QueryValue.Text("q", WorkListPage.MostSearched), QueryValue.Cursor(MovementQuery.IsCursor),
                QueryValue.Whole("page", WorkQuery.MaxPage),
            ],
        },
        new("/movements/new", typeof(DeclarationPage), "declare.title"),
        new("/movements/{mrn}", typeof(TimelinePage), "movement.title"),
        new("/alerts", typeof(AlertDeskPage), "alerts.title", Navigation: true)
        {
            Values =
            [
                QueryValue.OneOf("state", "open", "all"), QueryValue.Text("alert", AlertDeskPage.LongestId),
                QueryValue.Cursor(AlertList.IsCursor),
            ],
        },
        new("/corridor", typeof(CorridorPage), "corridor.title", Navigation: true),
        new("/guarantees", typeof(GuaranteesPage), "guarantees.title", Navigation: true),
        new("/guarantees/{grn}", typeof(GuaranteePage), "guarantee.title"),
        new("/stock", typeof(StockPage), "stock.title", Navigation: true)
        {
            Values = [QueryValue.Id<OfficeId>("office"), QueryValue.Id<DeviceId>("after")],
        },
        new("/stock/vendors", typeof(VendorsPage), "stock.vendors.title"),
        new("/stock/devices/{device}", typeof(StockDevicePage), "stock.device.title"),
        new("/relay", typeof(RelayPage), "relay.title")
        {
            Values =
            [
                QueryValue.Id<PartyId>("vendor"), QueryValue.Cursor(RelayQuery.IsCursor) with { Needs = "vendor" },
            ],
        },
        new("/closures", typeof(ClosuresPage), "closures.title", Navigation: true),
        new("/measures", typeof(MeasuresPage), "measures.title", Navigation: true),
        new("/log", typeof(LogPage), "log.title", Navigation: true) { Values = [QueryValue.SaidByPage("entry")] },
    ];

    public static IReadOnlyList<PageForm> Forms { get; } =
        [DeclarationForm.Form, .. MovementForms.All, GuaranteeForms.Register, GuaranteeForms.Call,
            .. StockForms.All, ClosureForms.Close, ClosureForms.Reopen, AlertForms.Acknowledge, AlertForms.Resolve,
            QuarantineForms.End, CommandForms.Approve];

    public static PageRow Find(string route) => Rows.Single(r => r.Route == route);

    /// <summary>The pages a reader's role may open, in the table's order.</summary>
    public static IEnumerable<PageRow> NavigationOf(Actor? reader) => Rows.Where(r =>
        r.Navigation && MayOpen(r, reader));

    static bool MayOpen(PageRow page, Actor? reader) => AccessTable.Find("GET", page.Route) is { } row
        && (row.Open || (reader is not null && row.Allows(reader.Role, own: true)));
}
