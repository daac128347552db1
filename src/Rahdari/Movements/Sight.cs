using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements;

/// <summary>
/// Which movements somebody may see: whoever works for customs every one the node knows, a declarant those declared by
/// the own firm, anybody else none. The one answer for pages, the API, guarantees and live feeds; what the other
/// administration may read is said by its entitlements.
/// </summary>
/// <param name="Everything">Nothing is hidden.</param>
sealed record Sight(bool Everything, AdministrationId Own, PartyId Party)
{
    /// <summary>
    /// The condition of a query over <c>movement_board m</c>, with <see cref="Everything"/>, <see cref="Own"/> and
    /// <see cref="Party"/> as the arguments <c>@everything</c>, <c>@own</c> and <c>@party</c>.
    /// </summary>
    public const string Sql = "(@everything = 1 or (m.administration = @own and m.declarant = @party))";

    sealed record Row(string Administration, string? Declarant);

    public static Sight Of(Actor actor) => new(
        actor.Role is Role.Administrator or Role.Officer or Role.ControlRoom or Role.Auditor,
        actor.Office.Administration, actor.Belongs);

    /// <summary>The node's own, for what no person looks at.</summary>
    public static Sight OfNode(AdministrationId own) => new(true, own, new(OfficerId.Node.Value));

    /// <summary>A party's id means nothing outside of the administration that gave it.</summary>
    public bool MaySee(AdministrationId administration, PartyId? declarant) =>
        Everything || (administration == Own && declarant == Party);

    /// <summary>False also for a movement nobody declared here.</summary>
    public async Task<bool> MaySeeAsync(IDesk desk, Mrn mrn, CancellationToken cancel)
    {
        if (Everything) return true;
        var rows = await desk.QueryAsync<Row>(
            "select administration, declarant from movement_board where mrn = @mrn", new { mrn = mrn.Value }, cancel);
        return rows is [var row]
            && MaySee(new(row.Administration), row.Declarant is { } declarant ? new PartyId(declarant) : null);
    }
}
