namespace Rahdari.Parties;

/// <summary>Whose movements a role may reach by a route: those declared here, those declared at the other
/// side.</summary>
[Flags]
enum Reach
{
    None = 0,
    Own = 1,
    Other = 2,
    Both = Own | Other,
}

/// <summary>
/// One route and who may use it. A role that is not named may not. Routes without a movement in their path know
/// no other side: there any reach lets a role in.
/// </summary>
/// <param name="Method">The HTTP method, upper case.</param>
/// <param name="Route">The route's pattern without constraints, for example <c>/movements/{mrn}</c>.</param>
/// <param name="Open">Everybody may, signed in or not.</param>
sealed record AccessRow(string Method, string Route, bool Open, IReadOnlyDictionary<Role, Reach> Roles)
{
    public bool NamesMovement => Route.Contains("{mrn}", StringComparison.Ordinal);

    public bool IsApi => Route.StartsWith("/api/", StringComparison.Ordinal);

    public Reach ReachOf(Role role) => Roles.GetValueOrDefault(role, Reach.None);

    /// <param name="own">Whether the movement named was declared here; ignored where the route names none.</param>
    public bool Allows(Role role, bool own) => Open
        || (NamesMovement ? (ReachOf(role) & (own ? Reach.Own : Reach.Other)) != 0 : ReachOf(role) != Reach.None);
}
