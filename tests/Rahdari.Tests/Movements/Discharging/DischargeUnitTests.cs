using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Movements.Discharging;

namespace Rahdari.Tests.Movements.Discharging;

public sealed class DischargeUnitTests
{
    [Fact]
    public void The_other_sides_own_word_discharges_at_once_and_credits_the_lock()
    {
        var scene = new Scene();
        var unit = scene.Entered();
        var events = scene.Accept(new DischargeUnit(unit), Scene.Karachi);
        var discharged = Assert.Single(events.OfType<UnitDischarged>());
        Assert.Equal((EvidenceGrade.E4, false, 3_000_001L),
            (discharged.Grade, discharged.Unreconciled, discharged.Credited.Minor));
        Assert.Equal(LockState.Credited, scene.Account(Scene.Grn).Locks[unit].State);
        Assert.Equal(scene.Account(Scene.Grn).Limit, scene.Account(Scene.Grn).Free);
        Assert.Equal("unit-discharged", scene.Refuse(new DischargeUnit(unit), Scene.Karachi).Code);
    }

    [Fact]
    public void A_lower_grade_waits_as_the_rules_say_and_stays_unreconciled_until_the_answer_comes()
    {
        var scene = new Scene();
        var unit = scene.Exited();
        var exited = scene.Now;
        var early = scene.Refuse(new DischargeUnit(unit), Scene.Karachi);
        Assert.Equal(("discharge-too-early", "E1"), (early.Code, early.Args["grade"]));
        Assert.Equal((96 * 60 - 1).ToString(), early.Args["waitMinutes"]);
        scene.Now = exited.AddHours(96).AddMinutes(-1);
        scene.Accept(new DischargeUnit(unit), Scene.Karachi);
        Assert.Equal((UnitPhase.Discharged, EvidenceGrade.E1, true),
            (scene.Unit(unit).Phase, scene.Unit(unit).Grade, scene.Unit(unit).IsUnreconciled));
        scene.Observe(new RecordEntry(unit, null, SealCondition.Intact), Scene.AfTorkham);
        Assert.Equal((UnitPhase.Discharged, false), (scene.Unit(unit).Phase, scene.Unit(unit).IsUnreconciled));
    }

    [Theory]
    [InlineData(EvidenceGrade.E3, 24)]
    [InlineData(EvidenceGrade.E2, 48)]
    public void Each_grade_has_its_own_wait(EvidenceGrade grade, int hours)
    {
        var scene = new Scene();
        var unit = scene.Exited();
        var exited = scene.Now;
        if (grade == EvidenceGrade.E3)
            scene.Observe(new RecordTranscription(unit, Scene.AfTorkham, "T1-778", scene.Now, null), Scene.Torkham);
        var beyond = new UnitSeenBeyond(unit.Mrn, 1, "TORKHAM", Journey.Lock, exited.AddHours(1), 900);
        Assert.Equal("discharge-too-early", Refused(exited.AddHours(hours).AddTicks(-1)));
        Assert.Equal(grade, Assert.IsType<Rahdari.Transparency.Decision.Accepted>(Decide(exited.AddHours(hours))).Events
            .Select(e => e.Body).OfType<UnitDischarged>().Single().Grade);

        string Refused(DateTimeOffset now) =>
            Assert.IsType<Rahdari.Transparency.Decision.Refused>(Decide(now)).Why.Code;

        Rahdari.Transparency.Decision Decide(DateTimeOffset now) => DischargeUnit.Decide(
            scene.Movement(unit.Mrn), new(unit), Scene.Karachi, now, scene.Pack, scene.Account(Scene.Grn),
            grade == EvidenceGrade.E2 ? beyond : null, null);
    }

    [Fact]
    public void A_grade_the_rules_leave_out_frees_nothing()
    {
        var scene = new Scene
        {
            Pack = TestPack.Make() with
            {
                Discharge =
                    TestPack.Always(new DischargeRules(new Dictionary<EvidenceGrade, int> { [EvidenceGrade.E4] = 0 })),
            },
        };
        var unit = scene.Exited();
        scene.Now = scene.Now.AddYears(1);
        Assert.Equal("grade-frees-nothing", scene.Refuse(new DischargeUnit(unit), Scene.Karachi).Code);
    }

    [Fact]
    public void Only_the_departure_side_discharges_and_only_what_has_exited()
    {
        var scene = new Scene();
        var unit = scene.GatedOut();
        Assert.Equal("not-exited", scene.Refuse(new DischargeUnit(unit), Scene.Karachi).Code);
        Assert.Equal("not-departure-administration", scene.Refuse(new DischargeUnit(unit), Scene.AfTorkham).Code);
        Assert.Equal("unit-unknown", scene.Refuse(new DischargeUnit(unit with { Number = 5 }), Scene.Karachi).Code);
    }

    [Fact]
    public void An_entry_without_our_exit_discharges_and_opens_an_irregularity()
    {
        var scene = new Scene();
        var unit = scene.GatedOut();
        scene.Observe(new RecordEntry(unit, Journey.Seal, SealCondition.Intact), Scene.AfTorkham);
        Assert.Equal(["entry-without-exit"], scene.Observe(new DischargeUnit(unit), Scene.Karachi));
        Assert.Equal(EvidenceGrade.E4, scene.Unit(unit).Grade);
    }

    [Fact]
    public void Each_unit_frees_its_own_lock()
    {
        var scene = new Scene();
        var mrn = scene.Release(units: 2);
        var (first, second) = (new UnitId(mrn, 1), new UnitId(mrn, 2));
        scene.Observe(new RecordExit(first, null, SealCondition.Intact), Scene.Torkham);
        scene.Observe(new RecordEntry(first, null, SealCondition.Intact), Scene.AfTorkham);
        scene.Accept(new DischargeUnit(first), Scene.Karachi);
        Assert.Equal(LockState.Credited, scene.Account(Scene.Grn).Locks[first].State);
        Assert.Equal(LockState.Locked, scene.Account(Scene.Grn).Locks[second].State);
    }

    [Fact]
    public void A_called_lock_is_not_credited()
    {
        var scene = new Scene();
        var unit = scene.Entered();
        scene.Accept(new CallGuarantee(Scene.Grn, unit, "not arrived in time"), Scene.Karachi);
        var discharged = scene.Accept(new DischargeUnit(unit), Scene.Karachi).OfType<UnitDischarged>().Single();
        Assert.Equal(0, discharged.Credited.Minor);
        Assert.Equal(3_000_001, scene.Account(Scene.Grn).Called.Minor);
        Assert.Equal(0, scene.Account(Scene.Grn).Misfits);
    }
}
