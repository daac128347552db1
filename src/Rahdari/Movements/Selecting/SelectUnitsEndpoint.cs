using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Movements.Selecting;

/// <summary><c>POST /api/v1/movements/{mrn}/selection</c> {}.</summary>
static class SelectUnitsEndpoint
{
    public static void MapSelectUnits(this IEndpointRouteBuilder routes) =>
        routes.MapMovementPost("selection", (_, mrn, entropy) => Draw(mrn, entropy), Answer)
        .Answers<SelectionAnswer>().WithName("selectUnits")
        .WithSummary("Decide by profile and draw which units are scanned or examined");

    public static SelectUnits Draw(Mrn mrn, Entropy entropy) =>
        new(mrn, [.. Enumerable.Range(0, Movement.MaxUnits).Select(_ => (int)entropy.Below(SelectUnits.Million))]);

    static PostAnswer Answer(IReadOnlyList<Recorded> events)
    {
        var selection = events.Select(e => e.Body).OfType<SelectionMade>().Single();
        return new(new SelectionAnswer([.. selection.Units.Select(u => new SelectedUnit(
            new UnitId(selection.Mrn, u.Unit), u.Profile, u.DrawPerMillion, u.Lane, u.ReasonKey))]));
    }

    sealed record SelectionAnswer(IReadOnlyList<SelectedUnit> Units);

    sealed record SelectedUnit(UnitId Unit, string Profile, int DrawPerMillion, SelectionLane Lane, string Reason);
}
