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
    public static Decision Decide(
        MovementState state, DeclareMovement command, AdministrationId own, DateTimeOffset now, CorridorPack pack,
        Mrn mrn)
    {
        if (!state.IsEmpty) return Decision.Refuse("mrn-taken");
        if (CheckWay(command, own, pack) is { } way) return Decision.Refuse(way);
        if (CheckUnits(command.Units) is { } units) return Decision.Refuse(units);
        if (pack.Guarantee.At(now) is not { } guarantee) return Decision.Refuse("rules-unknown");
        if (CheckGoods(command.Goods, guarantee.Value.Currency) is { } goods) return Decision.Refuse(goods);
        var feeRule = pack.Fee.At(now);
        if (feeRule is not null && feeRule.Value.Currency != guarantee.Value.Currency)
            return Decision.Refuse("rules-unknown");
        var fee = FeeLine.Assess(command.Goods, feeRule, guarantee.Value.Currency);
        return Decision.Accept(
            new NewEvent(mrn.Value, Accepted(command, mrn)),
            new NewEvent(mrn.Value, new FeeAssessed(mrn, fee.FeeId, fee.Amount, fee.Source)));
    }

    static DeclarationAccepted Accepted(DeclareMovement command, Mrn mrn) => new(
        mrn, command.LocalReference, command.OfficeOfDeparture, command.OfficeOfExit, command.OfficeOfEntry,
        command.RouteId, command.OfficeOfEntry.Administration,
        [.. command.Units.Select((u, i) => new DeclaredUnit(i + 1, u.Kind, u.Container, u.GrossMass, u.Vehicle))],
        command.Holder, command.Consignor, command.Consignee, command.Carrier,
        new Sealed<IReadOnlyList<GoodsItem>>(command.Goods));

    static Refusal? CheckWay(DeclareMovement command, AdministrationId own, CorridorPack pack)
    {
        var (departure, exit, entry) =
            (pack.FindOffice(command.OfficeOfDeparture), pack.FindOffice(command.OfficeOfExit),
                pack.FindOffice(command.OfficeOfEntry));
        return departure is null ? Unknown("officeOfDeparture", command.OfficeOfDeparture)
            : exit is null ? Unknown("officeOfExit", command.OfficeOfExit)
            : entry is null ? Unknown("officeOfEntry", command.OfficeOfEntry)
            : departure.Id.Administration != own ? new("office-not-own", "officeOfDeparture")
            : !departure.Roles.Contains(OfficeRole.Departure) ? new("office-role", "officeOfDeparture")
            : !exit.Roles.Contains(OfficeRole.Exit) ? new("office-role", "officeOfExit")
            : !entry.Roles.Contains(OfficeRole.Entry) ? new("office-role", "officeOfEntry")
            : CheckRoute(command, pack);
    }

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

    static Refusal? CheckUnits(IReadOnlyList<UnitToDeclare> units)
    {
        if (units.Count == 0) return new("input-missing", "units");
        if (units.Count > Movement.MaxUnits)
            return new Refusal("input-too-many", "units").With("limit", Movement.MaxUnits);
        for (var i = 0; i < units.Count; i++)
        {
            var (unit, field) = (units[i], $"units[{i}]");
            if (unit.GrossMass.Value < 0) return new("input-negative", $"{field}.grossMassGrams");
            if (unit.GrossMass.Value is 0 or > MaxGrossMassGrams)
                return new Refusal("input-out-of-range", $"{field}.grossMassGrams").With("limit", MaxGrossMassGrams);
            if (unit is { Kind: UnitKind.Container, Container: null })
                return new("input-missing", $"{field}.container");
            if (unit.Container is { } container && units.Take(i).Any(u => u.Container == container))
                return new Refusal("container-twice", $"{field}.container").With("value", container);
        }
        return null;
    }

    static Refusal? CheckGoods(IReadOnlyList<GoodsItem> goods, string currency)
    {
        if (goods.Count == 0) return new("input-missing", "goods");
        if (goods.Count > Movement.MaxGoods)
            return new Refusal("input-too-many", "goods").With("limit", Movement.MaxGoods);
        for (var i = 0; i < goods.Count; i++)
        {
            var (item, field) = (goods[i], $"goods[{i}]");
            if (!IsHsCode(item.HsCode))
                return new Refusal("input-malformed", $"{field}.hsCode").With("value", item.HsCode);
            if (CheckAmount(item.Value, currency, $"{field}.value") is { } value) return value;
            if (CheckAmount(item.DutyAtRisk, currency, $"{field}.dutyAtRisk") is { } duty) return duty;
        }
        return null;
    }

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

    static Refusal Unknown(string field, OfficeId office) => new Refusal("office-unknown", field).With("value", office);
}

/// <param name="Mrn">Made from a number drawn once for the request (<see cref="MrnIssue"/>).</param>
sealed record DeclareMovementOperation(DeclareMovement Command, Mrn Mrn) : IOperation
{
    public string Subject => Mrn.Value;

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        DeclareMovement.Decide(
            await reader.FoldAsync<MovementState>(Subject, cancel), Command, reader.Own, reader.Now, reader.Pack, Mrn);
}
