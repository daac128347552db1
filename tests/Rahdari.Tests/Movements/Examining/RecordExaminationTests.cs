using Rahdari.Movements;
using Rahdari.Movements.Examining;
using Rahdari.Movements.Guaranteeing;
using Rahdari.Movements.Selecting;

namespace Rahdari.Tests.Movements.Examining;

public sealed class RecordExaminationTests
{
    [Theory]
    [InlineData(0, "30", "A1", false)]
    [InlineData(0, "40", "A1", true)]
    [InlineData(0, "40", "B1", false)]
    [InlineData(100_000, "30", "A2", true)]
    [InlineData(100_000, "40", "A1", true)]
    [InlineData(100_000, "30", "B1", false)]
    public void A_selected_unit_is_released_by_a_satisfactory_control(int draw, string kind, string result,
        bool released)
    {
        var scene = Selected(draw, out var unit);
        Assert.False(scene.Unit(unit).IsReleased);
        scene.Observe(new RecordExamination(unit, kind, result, null), Scene.Karachi);
        Assert.Equal(released, scene.Unit(unit).IsReleased);
    }

    [Fact]
    public void An_unsatisfactory_result_is_an_irregularity_and_holds_a_green_unit_too()
    {
        var scene = Selected(999_999, out var unit);
        Assert.Equal(
            ["examination-not-satisfactory", "examined-without-selection"],
            scene.Observe(new RecordExamination(unit, "40", "B1", null), Scene.Karachi));
        Assert.False(scene.Unit(unit).IsReleased);
        scene.Observe(new RecordExamination(unit, "40", "A1", null), Scene.Karachi);
        Assert.True(scene.Unit(unit).IsReleased);
    }

    [Fact]
    public void The_other_sides_examination_does_not_release()
    {
        var scene = Selected(0, out var unit);
        Assert.Empty(scene.Observe(new RecordExamination(unit, "40", "A1", null), Scene.AfTorkham));
        Assert.False(scene.Unit(unit).IsReleased);
    }

    static Scene Selected(int draw, out UnitId unit)
    {
        var scene = new Scene();
        scene.Register();
        unit = new(scene.Declare(), 1);
        scene.Accept(new ReserveGuarantee(unit.Mrn, Scene.Grn, Scene.Code), Scene.Karachi);
        scene.Accept(new SelectUnits(unit.Mrn, Forms.Draws(draw)), Scene.Karachi);
        return scene;
    }
}
