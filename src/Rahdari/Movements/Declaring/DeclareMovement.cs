using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Declaring;

/// <param name="GrossMass">Of goods and packing, without the container.</param>
sealed record UnitToDeclare(UnitKind Kind, ContainerNumber? Container, Grams GrossMass, string Vehicle);

/// <summary>Asks for a movement of 1 to n units to be accepted under one MRN.</summary>
sealed record DeclareMovement(
    string LocalReference, OfficeId OfficeOfDeparture, OfficeId OfficeOfExit, OfficeId OfficeOfEntry, string RouteId,
    string Holder, string Consignor, string Consignee, string Carrier, IReadOnlyList<UnitToDeclare> Units,
    IReadOnlyList<GoodsItem> Goods)
{
    /// <summary>Heaviest unit taken for real: an abnormal load by road stays below 200 t.</summary>
    public const long MaxGrossMassGrams = 200_000_000;

    /// <summary>Zero amounts are allowed: goods may carry no duty.</summary>
    /// <param name="declarant">Whose declaration it is.</param>
    /// <param name="earlier">The movement this reference of the declarant already stands for this year.</param>
    public static Decision Decide(
        MovementState state, DeclareMovement command, AdministrationId own, PartyId declarant, Mrn? earlier,
        DateTimeOffset now, CorridorPack pack, Mrn mrn)
    {
        if (!state.IsEmpty) return Decision.Refuse("mrn-taken");
        if (pack.Guarantee.At(now) is not { } guarantee) return Decision.Refuse("rules-unknown");
        var wrong = Check(command, own, pack, guarantee.Value.Currency);
        if (wrong.Count > 0) return Decision.Refuse(Refusal.Of(wrong));
        if (earlier is { } used)
            return Decision.Refuse(new Refusal("local-reference-used", "localReference").With("mrn", used));
        var feeRule = pack.Fee.At(now);
        if (feeRule is not null && feeRule.Value.Currency != guarantee.Value.Currency)
            return Decision.Refuse("rules-unknown");
        var fee = FeeLine.Assess(command.Goods, feeRule, guarantee.Value.Currency);
        return Decision.Accept(
            new NewEvent(mrn.Value, Accepted(command, mrn, declarant)),
            new NewEvent(mrn.Value, new FeeAssessed(mrn, fee.FeeId, fee.Amount, fee.Source)),
            new NewEvent(
                ReferenceUse.Subject(command.OfficeOfDeparture, mrn, declarant, command.LocalReference),
                new ReferenceUsed(mrn)));
    }

    /// <summary>Everything that is wrong with the form, in its own order.</summary>
    static List<Refusal> Check(DeclareMovement command, AdministrationId own, CorridorPack pack, string currency) =>
    [
        .. CheckWay(command, own, pack), .. CheckUnits(command.Units), .. CheckGoods(command.Goods, currency),
    ];

    static DeclarationAccepted Accepted(DeclareMovement command, Mrn mrn, PartyId declarant) => new(
        mrn, command.LocalReference, command.OfficeOfDeparture, command.OfficeOfExit, command.OfficeOfEntry,
        command.RouteId, command.OfficeOfEntry.Administration,
        [.. command.Units.Select((u, i) => new DeclaredUnit(i + 1, u.Kind, u.Container, u.GrossMass, u.Vehicle))],
        command.Holder, command.Consignor, command.Consignee, command.Carrier,
        new Sealed<IReadOnlyList<GoodsItem>>(command.Goods))
    {
        Declarant = declarant,
    };

    /// <summary>The route is looked at only where all three offices stand.</summary>
    static IEnumerable<Refusal> CheckWay(DeclareMovement command, AdministrationId own, CorridorPack pack)
    {
        Refusal?[] offices =
        [
            CheckOffice(command.OfficeOfDeparture, own, OfficeRole.Departure, "officeOfDeparture", pack),
            CheckOffice(command.OfficeOfExit, null, OfficeRole.Exit, "officeOfExit", pack),
            CheckOffice(command.OfficeOfEntry, null, OfficeRole.Entry, "officeOfEntry", pack),
        ];
        return offices.Any(o => o is not null)
            ? offices.OfType<Refusal>()
            : new[] { CheckRoute(command, pack) }.OfType<Refusal>();
    }

    static Refusal? CheckOffice(
        OfficeId id, AdministrationId? own, OfficeRole role, string field, CorridorPack pack) =>
        pack.FindOffice(id) is not { } office ? new Refusal("office-unknown", field).With("value", id)
        : own is not null && id.Administration != own ? new("office-not-own", field)
        : office.Roles.Contains(role) ? null
        : new("office-role", field);

    static Refusal? CheckRoute(DeclareMovement command, CorridorPack pack)
    {
        var crossing = pack.Crossings.FirstOrDefault(
            c => c.ExitOffice == command.OfficeOfExit && c.EntryOffice == command.OfficeOfEntry);
        if (crossing is null) return new("crossing-unknown", "officeOfEntry");
        if (pack.FindRoute(command.RouteId) is not { } route)
            return new Refusal("route-unknown", "routeId").With("value", command.RouteId);
        return route.DepartureOffices.Contains(command.OfficeOfDeparture) && route.ExitOffice == command.OfficeOfExit
            && route.CrossingCode == crossing.Code
            ? null
            : new("route-elsewhere", "routeId");
    }

    static IEnumerable<Refusal> CheckUnits(IReadOnlyList<UnitToDeclare> units)
    {
        if (units.Count == 0) return [new("input-missing", "units")];
        if (units.Count > Movement.MaxUnits)
            return [new Refusal("input-too-many", "units").With("limit", Movement.MaxUnits)];
        return units.SelectMany((unit, i) => CheckUnit(unit, $"units[{i}]", units.Take(i))).OfType<Refusal>();
    }

    static IEnumerable<Refusal?> CheckUnit(UnitToDeclare unit, string field, IEnumerable<UnitToDeclare> before) =>
    [
        unit is { Kind: UnitKind.Container, Container: null } ? new("input-missing", $"{field}.container")
            : unit.Container is { } container && before.Any(u => u.Container == container)
                ? new Refusal("container-twice", $"{field}.container").With("value", container)
            : null,
        unit.GrossMass.Value < 0 ? new("input-negative", $"{field}.grossMassGrams")
            : unit.GrossMass.Value is 0 or > MaxGrossMassGrams
                ? new Refusal("input-out-of-range", $"{field}.grossMassGrams").With("limit", MaxGrossMassGrams)
            : null,
    ];

    static IEnumerable<Refusal> CheckGoods(IReadOnlyList<GoodsItem> goods, string currency)
    {
        if (goods.Count == 0) return [new("input-missing", "goods")];
        if (goods.Count > Movement.MaxGoods)
            return [new Refusal("input-too-many", "goods").With("limit", Movement.MaxGoods)];
        return goods.SelectMany((item, i) => CheckItem(item, $"goods[{i}]", currency)).OfType<Refusal>();
    }

    static IEnumerable<Refusal?> CheckItem(GoodsItem item, string field, string currency) =>
    [
        IsHsCode(item.HsCode) ? null : new Refusal("input-malformed", $"{field}.hsCode").With("value", item.HsCode),
        CheckAmount(item.Value, currency, $"{field}.value"),
        CheckAmount(item.DutyAtRisk, currency, $"{field}.dutyAtRisk"),
    ];

    /// <summary>
    /// All amounts of a declaration are in the currency the guarantee is reckoned in; none can overflow in sum.
    /// </summary>
    static Refusal? CheckAmount(Money amount, string currency, string field) =>
        amount.Minor < 0 ? new("input-negative", $"{field}.minor")
        : amount.Minor > Movement.MaxExact / Movement.MaxGoods ? new("input-out-of-range", $"{field}.minor")
        : amount.Currency != currency
            ? new Refusal("currency-not-accepted", $"{field}.currency").With("accepted", currency)
        : null;

    /// <summary>Six digits of the Harmonized System, or eight or ten with national ones.</summary>
    static bool IsHsCode(string code) => code is { Length: 6 or 8 or 10 } && code.All(char.IsAsciiDigit);
}

/// <param name="Mrn">Made from a number drawn once for the request (<see cref="MrnIssue"/>).</param>
sealed record DeclareMovementOperation(DeclareMovement Command, Mrn Mrn) : IOperation
{
    public string Subject => Mrn.Value;

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var reference = ReferenceUse.Subject(Command.OfficeOfDeparture, Mrn, actor.Belongs, Command.LocalReference);
        var earlier = (await reader.FoldAsync<ReferenceUse>(reference, cancel)).Mrn;
        return DeclareMovement.Decide(
            await reader.FoldAsync<MovementState>(Subject, cancel), Command, reader.Own, actor.Belongs, earlier,
            reader.Now, reader.Pack, Mrn);
    }
}
