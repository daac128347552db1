using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Hosting;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Movements.Declaring;

/// <summary><c>POST /api/v1/movements</c>: one declaration, one MRN, 1 to n units.</summary>
static class DeclareMovementEndpoint
{
    /// <summary>
    /// Names and references as common transit has them: an..70, an..22; registrations and routes as long.
    /// </summary>
    const int MaxName = 70, MaxReference = 22, MaxVehicle = 40, MaxRoute = 60, MaxDescription = 512, MaxHsCode = 10;

    public static void MapDeclareMovement(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/movements", (
                HttpContext context, Posting posting, NodeSettings node, CorridorPack pack, CorridorClock clock) =>
            posting.RunAsync(context, (input, entropy) => Read(input, entropy, node, pack, clock), Answer))
        .WithName("declareMovement").WithSummary("Declare a movement of 1 to n units; accepted under one MRN")
        .Takes(input => ReadForm(input)).Answers<DeclaredAnswer>();

    /// <summary>Reads the form and draws the number the MRN is made of.</summary>
    public static DeclareMovementOperation Read(
        JsonInput input, Entropy entropy, NodeSettings node, CorridorPack pack, CorridorClock clock)
    {
        var form = ReadForm(input);
        var zone = pack.FindOffice(form.OfficeOfDeparture) is { } office
            ? TimeZoneInfo.FindSystemTimeZoneById(office.Zone)
            : TimeZoneInfo.Utc;
        return new(form, MrnIssue.Make(node.Administration, clock.Now, zone, entropy.Below(MrnIssue.Numbers)));
    }

    static DeclareMovement ReadForm(JsonInput input) => new(
        Reference(input), input.Id<Parties.OfficeId>("officeOfDeparture"), input.Id<Parties.OfficeId>("officeOfExit"),
        input.Id<Parties.OfficeId>("officeOfEntry"), input.Text("routeId", MaxRoute), input.Text("holder", MaxName),
        input.Text("consignor", MaxName), input.Text("consignee", MaxName), input.Text("carrier", MaxName),
        input.List("units", Movement.MaxUnits, ReadUnit), input.List("goods", Movement.MaxGoods, ReadItem));

    static string Reference(JsonInput input)
    {
        var reference = input.Text("localReference", MaxReference);
        if (reference.Any(c => c is <= ' ' or >= '\u007F')) input.Wrong("localReference", "input-malformed", reference);
        return reference;
    }

    static UnitToDeclare ReadUnit(JsonInput unit) => new(
        unit.Choice<UnitKind>("kind"), unit.OptionalId<ContainerNumber>("container"),
        new Grams(unit.Whole("grossMassGrams")),
        unit.Text("vehicle", MaxVehicle));

    static GoodsItem ReadItem(JsonInput item) => new(
        item.Text("hsCode", MaxHsCode), item.Text("description", MaxDescription), item.Money("value"),
        item.Money("dutyAtRisk"));

    static PostAnswer Answer(IReadOnlyList<Recorded> events)
    {
        var declared = events.Select(e => e.Body).OfType<DeclarationAccepted>().Single();
        var fee = events.Select(e => e.Body).OfType<FeeAssessed>().Single();
        return new(
            new DeclaredAnswer(
                declared.Mrn, [.. declared.Units.Select(u => new UnitId(declared.Mrn, u.Number))],
                new FeeAnswer(fee.FeeId, fee.Amount, fee.Source)),
            $"/api/v1/movements/{declared.Mrn}");
    }

    sealed record DeclaredAnswer(Mrn Mrn, IReadOnlyList<UnitId> Units, FeeAnswer Fee);

    sealed record FeeAnswer(string? FeeId, Money Amount, string Source);
}
