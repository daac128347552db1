using System.Text.Json.Nodes;
using Rahdari.Corridors;
using Rahdari.Web;

namespace Rahdari.Movements.Declaring;

/// <summary>The declaration form. Exit and entry office follow from the route.</summary>
static class DeclarationForm
{
    public static readonly FormField[] Unit =
    [
        new("units[].kind", FieldKind.Choice, true, "container", "bulk-truck", "wagon"),
        new("units[].container", FieldKind.Container, false), new("units[].grossMassGrams", FieldKind.Kilograms),
        new("units[].vehicle", FieldKind.Text),
    ];

    public static readonly FormField[] Item =
    [
        new("goods[].hsCode", FieldKind.Code), new("goods[].description", FieldKind.Text),
        new("goods[].value", FieldKind.Amount), new("goods[].dutyAtRisk", FieldKind.Amount),
    ];

    public static readonly FormField[] Head =
    [
        new("localReference", FieldKind.Code), new("officeOfDeparture", FieldKind.Choice),
        new("routeId", FieldKind.Choice), new("holder", FieldKind.Text), new("consignor", FieldKind.Text),
        new("consignee", FieldKind.Text), new("carrier", FieldKind.Text),
    ];

    public static readonly PageForm Form = new(
        "/movements", "/movements/new", "declare", new FormShape([.. Head, .. Unit, .. Item]))
    {
        Complete = Complete,
        Follows = new Dictionary<string, string> { ["officeOfExit"] = "routeId", ["officeOfEntry"] = "routeId" },
        Then = answer => answer?["mrn"] is { } mrn ? $"/movements/{mrn.GetValue<string>()}" : null,
    };

    static void Complete(JsonObject body, CorridorPack pack)
    {
        // The first row stands on the form: left empty, it is its fields that are missing.
        foreach (var list in new[] { "units", "goods" }) body[list] ??= new JsonArray(new JsonObject());
        if (pack.FindRoute(body["routeId"]?.GetValue<string>() ?? "") is not { } route) return;
        body["officeOfExit"] = route.ExitOffice.ToString();
        if (pack.FindCrossing(route.CrossingCode) is { } crossing) body["officeOfEntry"] =
            crossing.EntryOffice.ToString();
    }
}
