using Rahdari.Movements;
using Rahdari.Movements.Guaranteeing;
using Rahdari.Movements.Selecting;

namespace Rahdari.Tests.Movements.Selecting;

public sealed class SelectUnitsTests
{
    [Theory]
    [InlineData(0, SelectionLane.Examination)]
    [InlineData(49_999, SelectionLane.Examination)]
    [InlineData(50_000, SelectionLane.Scan)]
    [InlineData(249_999, SelectionLane.Scan)]
    [InlineData(250_000, SelectionLane.Green)]
    [InlineData(999_999, SelectionLane.Green)]
    public void Profile_draw_and_reason_are_recorded_with_the_lane(int draw, SelectionLane lane)
    {
        var scene = Covered(out var mrn);
        scene.Accept(new SelectUnits(mrn, Forms.Draws(draw)), Scene.Karachi);
        Assert.Equal(new UnitSelection(1, "random", draw, lane, "reason.random"), scene.Unit(new(mrn, 1)).Selection);
    }

    [Fact]
    public void The_profile_that_matches_first_decides()
    {
        var scene = new Scene();
        scene.Register();
        var form = Forms.Declaration();
        var mrn = scene.Declare(form with { Goods = [.. form.Goods, form.Goods[0] with { HsCode = "240220" }] });
        scene.Accept(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.Karachi);
        scene.Accept(new SelectUnits(mrn, Forms.Draws(999_999)), Scene.Karachi);
        Assert.Equal(("tobacco", SelectionLane.Scan),
            (scene.Unit(new(mrn, 1)).Selection!.Profile, scene.Unit(new(mrn, 1)).Selection!.Lane));
    }

    [Fact]
    public void It_is_decided_once_after_the_guarantee()
    {
        var scene = Covered(out var mrn);
        var uncovered = scene.Declare();
        Assert.Equal("guarantee-missing", scene.Refuse(new SelectUnits(uncovered, Forms.Draws(0)), Scene.Karachi).Code);
        scene.Accept(new SelectUnits(mrn, Forms.Draws(0)), Scene.Karachi);
        Assert.Equal("already-selected", scene.Refuse(new SelectUnits(mrn, Forms.Draws(999_999)), Scene.Karachi).Code);
    }

    static Scene Covered(out Mrn mrn)
    {
        var scene = new Scene();
        scene.Register();
        mrn = scene.Declare();
        scene.Accept(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.Karachi);
        return scene;
    }
}
