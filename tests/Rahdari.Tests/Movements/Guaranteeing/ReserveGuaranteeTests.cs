using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Movements.Discharging;
using Rahdari.Movements.Guaranteeing;

namespace Rahdari.Tests.Movements.Guaranteeing;

public sealed class ReserveGuaranteeTests
{
    [Fact]
    public void The_cover_is_locked_and_split_exactly_over_the_units()
    {
        var scene = new Scene();
        scene.Register();
        var mrn = scene.Declare(units: 3);
        var events = scene.Accept(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.Karachi);
        var reserved = Assert.Single(events.OfType<GuaranteeReserved>());
        Assert.Equal(3_000_001, reserved.Amount.Minor);
        Assert.Equal([1_000_001L, 1_000_000, 1_000_000], reserved.Units.Select(u => u.Amount.Minor));
        var account = scene.Account(Scene.Grn);
        Assert.Equal((3_000_001L, 1_000_000_000L - 3_000_001), (account.Locked.Minor, account.Free.Minor));
        Assert.True(account is { IsBalanced: true, LocksAddUp: true, Misfits: 0 });
    }

    [Fact]
    public void What_was_discharged_before_anything_covered_it_locks_nothing()
    {
        var scene = new Scene();
        scene.Register();
        var mrn = scene.Declare(units: 2);
        // The other side may see a unit come that this side never covered, and that is its own signed word.
        scene.Observe(new RecordEntry(new(mrn, 1), null, SealCondition.Intact), Scene.AfTorkham);
        scene.Accept(new DischargeUnit(new(mrn, 1)), Scene.Karachi);
        var reserved = scene.Accept(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.Karachi)
            .OfType<GuaranteeReserved>().Single();
        Assert.Equal((2, 1_500_000L), (Assert.Single(reserved.Units).Unit, reserved.Amount.Minor));
        Assert.Equal(1_500_000, scene.Account(Scene.Grn).Locked.Minor);
        var alone = scene.Declare();
        scene.Observe(new RecordEntry(new(alone, 1), null, SealCondition.Intact), Scene.AfTorkham);
        scene.Accept(new DischargeUnit(new(alone, 1)), Scene.Karachi);
        Assert.Equal("unit-discharged",
            scene.Refuse(new ReserveGuarantee(alone, Scene.Grn, Scene.Code), Scene.Karachi).Code);
    }

    [Fact]
    public void Only_the_rules_part_of_the_duty_is_covered()
    {
        var scene = new Scene { Pack =
            TestPack.Make() with { Guarantee = TestPack.Always(new GuaranteeRules(["1"], 500_000, [], 365, "PKR")) } };
        scene.Register();
        var mrn = scene.Declare();
        scene.Accept(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.Karachi);
        Assert.Equal(1_500_001, scene.Unit(new(mrn, 1)).Cover!.Value.Minor);
    }

    [Fact]
    public void An_unknown_number_and_a_wrong_code_have_one_answer()
    {
        var scene = new Scene();
        scene.Register();
        var mrn = scene.Declare();
        var unknown =
            scene.Refuse(new ReserveGuarantee(mrn, Scene.GrnOf("26PKIN0000000002"), Scene.Code), Scene.Karachi);
        var wrong = scene.Refuse(new ReserveGuarantee(mrn, Scene.Grn, "WRONG"), Scene.Karachi);
        Assert.Equal((wrong.Code, wrong.Field, wrong.Args.Count), (unknown.Code, unknown.Field, unknown.Args.Count));
        Assert.Equal("guarantee-unknown-or-code", wrong.Code);
    }

    [Fact]
    public void Terms_that_do_not_fit_are_named()
    {
        Assert.Equal("guarantee-too-small", With(scene => scene.Register(limit: 3_000_000)));
        Assert.Equal("guarantee-type-not-accepted", With(scene => scene.Register(type: "3", rating: null)));
        Assert.Equal("guarantor-rating-not-accepted", With(scene => scene.Register(rating: "B")));
        Assert.Equal("guarantee-expired", With(scene =>
        {
            scene.Register();
            scene.Now = Scene.Start.AddDays(401);
        }));

        static string With(Action<Scene> prepare)
        {
            var scene = new Scene();
            prepare(scene);
            var mrn = scene.Declare();
            return scene.Refuse(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.Karachi).Code;
        }
    }

    [Fact]
    public void It_is_reserved_once_and_only_by_the_departure_side()
    {
        var scene = new Scene();
        var mrn = scene.Release();
        Assert.Equal("guarantee-already-reserved",
            scene.Refuse(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.Karachi).Code);
        Assert.Equal("not-departure-administration",
            scene.Refuse(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.AfTorkham).Code);
        Assert.Equal("movement-unknown",
            scene.Refuse(new ReserveGuarantee(scene.NextMrn(), Scene.Grn, Scene.Code), Scene.Karachi).Code);
    }

    [Fact]
    public void Erased_goods_cannot_be_covered()
    {
        var scene = new Scene();
        scene.Register();
        var mrn = scene.NextMrn();
        var declared = new Scene();
        declared.Declare();
        scene.Add(Scene.Karachi, mrn.Value,
            Forms.Erase(((DeclarationAccepted)declared.All[0].Body) with { Mrn = mrn }));
        Assert.Equal("movement-erased",
            scene.Refuse(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.Karachi).Code);
    }

    [Fact]
    public void Another_administration_cannot_move_the_account()
    {
        var scene = new Scene();
        var mrn = scene.Release();
        var held = scene.Account(Scene.Grn).Locks[new(mrn, 1)];
        scene.Add(Scene.AfTorkham, GuaranteeAccounts.Subject(Scene.Grn),
            new LockCredited(Scene.Grn, mrn, 1, held.Amount, "not theirs to credit"));
        Assert.Equal(LockState.Locked, scene.Account(Scene.Grn).Locks[new(mrn, 1)].State);
    }
}
