namespace Rahdari.Parties;

/// <summary>
/// Who may do what: one row a route, the only place. The middleware looks up the row of the endpoint a request
/// matched; an endpoint without a row stops the start-up. A test requests every cell.
/// </summary>
/// <remarks>
/// Observations are open to officers of both sides, each into the own stream. What only the departure side decides
/// (guarantee, selection, gate-out, exit, discharge) reaches own movements; an entry is recorded only by the side
/// entered. The administrator keeps users, reads, and erases; nobody who keeps the users acts on goods. A vendor's
/// platform passes on what its devices send and is told nothing else.
/// </remarks>
static class AccessTable
{
    static readonly Role[] Everyone = [.. Enum.GetValues<Role>().Where(r => r != Role.Vendor)];

    static readonly Role[] Readers =
        [Role.Administrator, Role.Declarant, Role.Officer, Role.ControlRoom, Role.Auditor];

    static readonly Role[] Watchers = [Role.Administrator, Role.Officer, Role.ControlRoom, Role.Auditor];
    static readonly Role[] Accounts = [Role.Administrator, Role.Declarant, Role.Officer, Role.Auditor, Role.Insurer];
    static readonly Role[] Acting = [Role.Officer];

    public static IReadOnlyList<AccessRow> Rows { get; } =
    [
        Open("GET", "/healthz"),
        Open("GET", "/readyz"),
        Open("GET", "/metrics"),
        Open("GET", "/openapi/{documentName}.json"),
        Open("GET", "/log/{**path}"),
        Open("GET", "/assets/{**path}"),
        Open("GET", "/language/{tag}"),
        Open("GET", "/sign-in"),
        Open("POST", "/sign-in"),
        Open("POST", "/sign-out"),
        Open("GET", "/measures"),
        Open("GET", "/log"),
        Open("GET", "/api/v1/measures"),

        .. Shared("GET", "/corridor", Readers),
        Api("GET", "/clock", Everyone),
        Api("GET", "/positions", Watchers),
        Api("GET", "/live", Watchers),
        Api("GET", "/entries/{origin}", [Role.Peer, Role.Auditor]),

        .. Shared("GET", "/guarantees", Accounts),
        .. Shared("POST", "/guarantees", [Role.Officer, Role.Insurer]),
        .. Shared("GET", "/guarantees/{grn}", Accounts),
        .. Shared("POST", "/guarantees/{grn}/calls", Acting),

        Page("GET", "/", [.. Readers, Role.Insurer]),
        Api("GET", "/movements", Readers),
        Page("GET", "/movements/new", [Role.Declarant, Role.Officer]),
        .. Shared("POST", "/movements", [Role.Declarant, Role.Officer]),
        .. Shared("GET", "/movements/{mrn}", Watchers, own: [Role.Declarant]),
        .. Shared("POST", "/movements/{mrn}/guarantee", [], own: [Role.Declarant, Role.Officer]),
        .. Shared("POST", "/movements/{mrn}/selection", [], own: Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/examinations", Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/seals", Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/devices", Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/detachments", Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/commands", [Role.Officer, Role.ControlRoom]),
        .. Shared("POST", "/movements/{mrn}/units/{n}/commands/{id}/approval", Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/weights", Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/gate-out", [], own: Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/exit", [], own: Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/entry", [], other: Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/turn-back", Acting),
        .. Shared("POST", "/movements/{mrn}/units/{n}/discharge", [], own: Acting),

        Api("GET", "/movements/{mrn}/openings", Watchers),
        Api("GET", "/movements/{mrn}/units/{n}/segments", Watchers),
        Api("GET", "/movements/{mrn}/units/{n}/segments/{id}", Watchers),
        Api("GET", "/movements/{mrn}/units/{n}/segments/{id}/records/{row}", Watchers),
        .. Shared("POST", "/movements/{mrn}/units/{n}/transcription", [], own: Acting),
        .. Shared("POST", "/movements/{mrn}/corrections", Acting),
        .. Shared("POST", "/movements/{mrn}/erasure", [Role.Administrator]),

        .. Shared("GET", "/alerts", Watchers),
        .. Shared("POST", "/alerts/{id}/acknowledge", [Role.Officer, Role.ControlRoom]),
        .. Shared("POST", "/alerts/{id}/resolve", [Role.Officer, Role.ControlRoom]),

        .. Shared("GET", "/stock", Watchers),
        .. Shared("GET", "/stock/vendors", Watchers),
        Api("GET", "/stock/devices", Watchers),
        .. Shared("POST", "/stock/devices", Acting),
        .. Shared("GET", "/stock/devices/{device}", Watchers),
        .. Shared("POST", "/stock/devices/{device}/card", Acting),
        .. Shared("POST", "/stock/devices/{device}/booking", Acting),
        .. Shared("POST", "/stock/devices/{device}/booking-release", Acting),
        .. Shared("POST", "/stock/devices/{device}/return", Acting),
        .. Shared("POST", "/stock/devices/{device}/transfer", Acting),
        .. Shared("POST", "/stock/devices/{device}/repair", Acting),
        .. Shared("POST", "/stock/devices/{device}/loss", Acting),
        .. Shared("POST", "/stock/devices/{device}/retirement", Acting),
        Api("GET", "/devices/{device}/quarantine", Watchers),
        .. Shared("POST", "/devices/{device}/quarantine-end", Acting),

        Api("GET", "/journal/held", [Role.Administrator, Role.ControlRoom, Role.Auditor]),
        .. Shared("GET", "/relay", Watchers),
        Api("POST", "/relay/frames", [Role.Vendor]),
        Api("POST", "/relay/counts", [Role.Vendor]),

        .. Shared("GET", "/closures", [.. Readers, Role.Peer]),
        .. Shared("POST", "/closures", [Role.Officer]),
        .. Shared("POST", "/closures/{noticeId}/reopening", [Role.Officer]),
    ];

    static readonly Dictionary<(string, string), AccessRow> ByRoute =
        Rows.ToDictionary(r => (r.Method, r.Route));

    /// <summary>The row of a route; null where the table has none.</summary>
    public static AccessRow? Find(string method, string route) => ByRoute.GetValueOrDefault((method, route));

    static AccessRow Open(string method, string route) => new(method, route, true, new Dictionary<Role, Reach>());

    /// <param name="both">May reach movements of both sides.</param>
    /// <param name="own">May reach own movements only.</param>
    /// <param name="other">May reach the other side's movements only.</param>
    static AccessRow Page(string method, string route, Role[] both, Role[]? own = null, Role[]? other = null)
    {
        var roles = both.ToDictionary(r => r, _ => Reach.Both);
        foreach (var role in own ?? []) roles[role] = Reach.Own;
        foreach (var role in other ?? []) roles[role] = Reach.Other;
        return new(method, route, false, roles);
    }

    static AccessRow Api(string method, string route, Role[] both, Role[]? own = null, Role[]? other = null) =>
        Page(method, $"/api/v1{route}", both, own, other);

    /// <summary>The same rights on the API's route and on the page's.</summary>
    static IEnumerable<AccessRow> Shared(
        string method, string route, Role[] both, Role[]? own = null, Role[]? other = null) =>
        [Api(method, route, both, own, other), Page(method, route, both, own, other)];
}
