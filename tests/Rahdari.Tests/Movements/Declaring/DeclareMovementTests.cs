using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Movements.Declaring;

namespace Rahdari.Tests.Movements.Declaring;

public sealed class DeclareMovementTests
{
    static string? FieldOf(DeclareMovement form)
    {
        var scene = new Scene();
        return scene.Refuse(new DeclareMovementOperation(form, scene.NextMrn()), Scene.Karachi).Field;
    }

    static string CodeOf(DeclareMovement form)
    {
        var scene = new Scene();
        return scene.Refuse(new DeclareMovementOperation(form, scene.NextMrn()), Scene.Karachi).Code;
    }

    static DeclareMovement With(UnitToDeclare unit) => Forms.Declaration() with { Units = [unit] };

    static DeclareMovement With(GoodsItem item) => Forms.Declaration() with { Goods = [item] };

    [Fact]
    public void A_declaration_is_accepted_under_one_mrn_with_its_units_numbered_from_one()
    {
        var scene = new Scene();
        var mrn = scene.Declare(units: 3);
        var state = scene.Movement(mrn);
        Assert.Equal([1, 2, 3], state.Units.Keys);
        Assert.All(state.Units.Values, u => Assert.Equal(UnitPhase.Declared, u.Phase));
        Assert.Equal("CSQU3054383", state.Find(1)!.Container.ToString());
        Assert.Null(state.Find(3)!.Container);
        Assert.Equal("Holder", state.Parties!.Holder.Or("?"));
    }

    [Fact]
    public void Unknown_offices_and_routes_are_named()
    {
        var form = Forms.Declaration();
        Assert.Equal("officeOfDeparture", FieldOf(form with { OfficeOfDeparture = new(Scene.Pk, "LASBELA") }));
        Assert.Equal("officeOfExit", FieldOf(form with { OfficeOfExit = new(Scene.Pk, "NOWHERE") }));
        Assert.Equal("officeOfEntry", FieldOf(form with { OfficeOfEntry = new(Scene.Af, "NOWHERE") }));
        Assert.Equal("routeId", FieldOf(form with { RouteId = "silk" }));
        Assert.Equal("office-not-own", CodeOf(form with { OfficeOfDeparture = Scene.AfTorkham }));
        Assert.Equal("office-role", CodeOf(form with { OfficeOfExit = Scene.Karachi }));
        Assert.Equal("crossing-unknown", CodeOf(form with { OfficeOfEntry = Scene.AfBoldak }));
        Assert.Equal("route-elsewhere", CodeOf(form with { RouteId = "n25" }));
    }

    [Fact]
    public void Masses_containers_and_numbers_of_units_are_checked()
    {
        var unit = Forms.Declaration().Units[0];
        Assert.Equal("units[0].grossMassGrams", FieldOf(With(unit with { GrossMass = new(-1) })));
        Assert.Equal("input-negative", CodeOf(With(unit with { GrossMass = new(-1) })));
        Assert.Equal("input-out-of-range", CodeOf(With(unit with { GrossMass = new(0) })));
        Assert.Equal("input-out-of-range",
            CodeOf(With(unit with { GrossMass = new(DeclareMovement.MaxGrossMassGrams + 1) })));
        Assert.Equal("units[0].container", FieldOf(With(unit with { Container = null })));
        Assert.Equal("units[1].container", FieldOf(Forms.Declaration() with { Units = [unit, unit] }));
        Assert.Equal("units", FieldOf(Forms.Declaration() with { Units = [] }));
        Assert.Equal("input-too-many", CodeOf(
            Forms.Declaration() with { Units =
                [.. Enumerable.Repeat(unit, Rahdari.Movements.Movement.MaxUnits + 1)] }));
    }

    [Theory]
    [InlineData("1006")]
    [InlineData("1006301")]
    [InlineData("10063O")]
    [InlineData("")]
    public void Codes_that_are_no_hs_codes_are_named(string code) =>
        Assert.Equal("goods[0].hsCode", FieldOf(With(Forms.Declaration().Goods[0] with { HsCode = code })));

    [Fact]
    public void Amounts_are_checked()
    {
        var item = Forms.Declaration().Goods[0];
        Assert.Equal("goods[0].value.minor", FieldOf(With(item with { Value = new(-1, "PKR") })));
        Assert.Equal("goods[0].dutyAtRisk.minor", FieldOf(With(item with { DutyAtRisk = new(long.MaxValue, "PKR") })));
        Assert.Equal("goods[0].value.currency", FieldOf(With(item with { Value = new(1, "USD") })));
        Assert.Equal("goods", FieldOf(Forms.Declaration() with { Goods = [] }));
    }

    [Fact]
    public void No_fee_rule_in_force_assesses_zero_and_says_so()
    {
        var scene = new Scene();
        var fee = scene.Accept(new DeclareMovementOperation(Forms.Declaration(), scene.NextMrn()), Scene.Karachi)
            .OfType<FeeAssessed>().Single();
        Assert.Equal((null, new Money(0, "PKR"), FeeLine.NoRule), (fee.FeeId, fee.Amount, fee.Source));
    }

    [Fact]
    public void A_fee_rule_is_charged_on_the_goods_it_covers_by_the_rules_of_the_date()
    {
        var rule = new FeeRules("PROC_FEE_10", 100_000, ["1006"], "PKR");
        var scene = new Scene();
        scene.Pack = scene.Pack with
        {
            Fee = new([new(rule, Scene.Start, Scene.Start.AddDays(1), "SRO 1380(I)/2023")]),
        };
        var form = Forms.Declaration();
        form = form with { Goods = [.. form.Goods, form.Goods[0] with { HsCode = "252329" }] };
        var during = scene.Movement(scene.Declare(form)).Fee!;
        scene.Now = Scene.Start.AddDays(1);
        var after = scene.Movement(scene.Declare(form)).Fee!;
        Assert.Equal(("PROC_FEE_10", 1_000_000L, "SRO 1380(I)/2023"),
            (during.FeeId, during.Amount.Minor, during.Source));
        Assert.Equal((null, 0L), (after.FeeId, after.Amount.Minor));
    }

    [Fact]
    public void A_taken_mrn_is_not_given_twice()
    {
        var scene = new Scene();
        var mrn = scene.Declare();
        Assert.Equal("mrn-taken",
            scene.Refuse(new DeclareMovementOperation(Forms.Declaration(), mrn), Scene.Karachi).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(35)]
    [InlineData(123_456_789)]
    [InlineData(MrnIssue.Numbers - 1)]
    public void An_mrn_carries_year_letters_number_procedure_and_check_digit(long number)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Karachi");
        var mrn = MrnIssue.Make(Scene.Pk, new(2026, 12, 31, 20, 0, 0, TimeSpan.Zero), zone, number);
        Assert.StartsWith("27PK", mrn.Value, StringComparison.Ordinal);
        Assert.Equal('J', mrn.Value[16]);
        Assert.True(Mrn.TryParse(mrn.Value, null, out _));
        Assert.True(mrn.IsOf(Scene.Pk));
        Assert.False(mrn.IsOf(Scene.Af));
    }

    [Fact]
    public void A_declaration_counts_only_from_the_administration_it_departs_from()
    {
        var scene = new Scene();
        var mrn = scene.NextMrn();
        var body = new DeclarationAccepted(
            mrn, "X", Scene.Karachi, Scene.Torkham, Scene.AfTorkham, "indus", Scene.Af, [], "h", "c", "c", "c",
            new Rahdari.Transparency.Sealed<IReadOnlyList<GoodsItem>>([]));
        scene.Add(Scene.AfTorkham, mrn.Value, body);
        Assert.False(scene.Movement(mrn).IsKnown);
        scene.Add(Scene.Karachi, mrn.Value, body);
        Assert.True(scene.Movement(mrn).IsKnown);
    }
}
