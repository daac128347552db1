using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Movements.Sealing;

namespace Rahdari.Tests.Movements.Crossing;

public sealed class CrossingStageTests
{
    [Fact]
    public void Exit_and_entry_are_separate_facts_by_separate_hands()
    {
        var scene = new Scene();
        var unit = scene.Exited();
        Assert.Equal((UnitPhase.Exited, EvidenceGrade.E1), (scene.Unit(unit).Phase, scene.Unit(unit).Grade));
        Assert.Equal("not-entry-administration",
            scene.Refuse(new RecordEntry(unit, null, SealCondition.Intact), Scene.Torkham).Code);
        Assert.Equal("not-exit-administration",
            scene.Refuse(new RecordExit(unit, null, SealCondition.Intact), Scene.AfTorkham).Code);
        Assert.Empty(scene.Observe(new RecordEntry(unit, Journey.Seal, SealCondition.Intact), Scene.AfTorkham));
        Assert.Equal((UnitPhase.Entered, EvidenceGrade.E4), (scene.Unit(unit).Phase, scene.Unit(unit).Grade));
    }

    [Fact]
    public void An_entry_written_by_the_wrong_side_is_kept_and_not_believed()
    {
        var scene = new Scene();
        var unit = scene.Exited();
        scene.Add(Scene.Torkham, unit.Mrn.Value,
            new UnitEntered(unit.Mrn, 1, Scene.AfTorkham, null, SealCondition.Intact, null));
        Assert.Equal((UnitPhase.Exited, EvidenceGrade.E1), (scene.Unit(unit).Phase, scene.Unit(unit).Grade));
        Assert.Equal(3, scene.Unit(unit).Sightings.Count);
    }

    [Fact]
    public void A_unit_never_released_exits_and_that_is_an_irregularity()
    {
        var scene = new Scene();
        var unit = new UnitId(scene.Declare(), 1);
        Assert.Equal(
            ["exit-without-release", "exit-without-gate-out"],
            scene.Observe(new RecordExit(unit, null, SealCondition.Intact), Scene.Torkham));
        Assert.Equal(UnitPhase.Exited, scene.Unit(unit).Phase);
    }

    [Fact]
    public void What_is_out_of_place_at_the_exit_is_named()
    {
        var scene = new Scene();
        var unit = scene.GatedOut();
        Assert.Equal(["seal-number-differs", "exit-elsewhere"],
            scene.Observe(new RecordExit(unit, new("PKC-OTHER"), SealCondition.Intact), Scene.Chaman));
        Assert.Equal(["seal-broken", "exit-again"],
            scene.Observe(new RecordExit(unit, null, SealCondition.Broken), Scene.Torkham));
    }

    [Fact]
    public void An_exit_after_the_time_limit_is_late_unless_the_crossing_was_shut()
    {
        var scene = new Scene();
        var (first, second) = (scene.GatedOut(), default(UnitId));
        scene.Now = scene.Unit(first).TimeLimit!.Value;
        Assert.Equal(["late"], scene.Observe(new RecordExit(first, null, SealCondition.Intact), Scene.Torkham));

        scene = new Scene();
        second = scene.GatedOut();
        scene.Add(Scene.AfTorkham, CrossingState.Subject("TORKHAM"),
            new CrossingClosed("n-1", "TORKHAM", Scene.AfTorkham, Scene.Start.AddDays(3), Scene.Start.AddDays(5),
                "works"));
        scene.Now = scene.Unit(second).TimeLimit!.Value.AddDays(2).AddMinutes(-2);
        Assert.Empty(scene.Observe(new RecordExit(second, null, SealCondition.Intact), Scene.Torkham));
    }

    [Fact]
    public void A_turn_back_by_either_side_undoes_the_exit()
    {
        var scene = new Scene();
        var unit = scene.Exited();
        Assert.Empty(scene.Observe(new RecordTurnBack(unit, "papers"), Scene.AfTorkham));
        Assert.Equal((UnitPhase.TurnedBack, EvidenceGrade.None), (scene.Unit(unit).Phase, scene.Unit(unit).Grade));
        Assert.Empty(scene.Observe(new RecordExit(unit, null, SealCondition.Intact), Scene.Torkham));
        Assert.Equal(UnitPhase.Exited, scene.Unit(unit).Phase);
    }

    [Fact]
    public void An_entry_of_an_unknown_movement_is_recorded_by_the_side_that_sees_it()
    {
        var scene = new Scene();
        var unit = new UnitId(scene.NextMrn(), 1);
        Assert.Equal(["movement-unknown"],
            scene.Observe(new RecordEntry(unit, null, SealCondition.Intact), Scene.AfTorkham));
        Assert.Equal("not-entry-administration",
            scene.Refuse(new RecordEntry(unit, null, SealCondition.Intact), Scene.Torkham).Code);
    }

    [Theory]
    [InlineData(21_000_000, 22_050_000, false)]
    [InlineData(21_000_000, 22_050_001, true)]
    [InlineData(21_000_000, 19_950_000, false)]
    [InlineData(21_000_000, 19_949_999, true)]
    public void A_weight_beyond_the_tolerance_is_an_irregularity(long first, long second, bool differs)
    {
        var scene = new Scene();
        var unit = scene.GatedOut();
        Assert.Empty(scene.Observe(new RecordWeight(unit, new(first)), Scene.Karachi));
        Assert.Equal(differs ? ["weight-differs"] : Array.Empty<string>(),
            scene.Observe(new RecordWeight(unit, new(second)), Scene.Torkham));
        Assert.Equal(2, scene.Unit(unit).Weights.Count);
    }

    [Fact]
    public void A_transcribed_paper_is_grade_three_and_never_the_other_sides_word()
    {
        var scene = new Scene();
        var unit = scene.Exited();
        Assert.Empty(scene.Observe(
            new RecordTranscription(unit, Scene.AfTorkham, "T1-778", scene.Now, null), Scene.Torkham));
        Assert.Equal(EvidenceGrade.E3, scene.Unit(unit).Grade);
        Assert.Null(scene.Unit(unit).Entry);
    }

    [Fact]
    public void A_second_gate_out_after_a_turn_back_is_in_order()
    {
        var scene = new Scene();
        var unit = scene.GatedOut();
        Assert.Equal(["gate-out-again"], scene.Observe(new RecordGateOut(unit, "TLA-001", "D"), Scene.Karachi));
        scene.Observe(new RecordTurnBack(unit, "shut"), Scene.Torkham);
        Assert.Empty(scene.Observe(new RecordGateOut(unit, "TLA-001", "D"), Scene.Karachi));
        Assert.Equal(UnitPhase.UnderWay, scene.Unit(unit).Phase);
    }
}
