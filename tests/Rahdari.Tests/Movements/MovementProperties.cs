using FsCheck;
using FsCheck.Fluent;
using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Movements.Correcting;
using Rahdari.Movements.Crossing;
using Rahdari.Movements.Discharging;
using Rahdari.Movements.Examining;
using Rahdari.Movements.Guaranteeing;
using Rahdari.Movements.Sealing;
using Rahdari.Movements.Selecting;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Tests.Movements;

/// <summary>What holds after any sequence of requests and observations by either side, in order or not.</summary>
public sealed class MovementProperties
{
    /// <summary>
    /// Numbers of the whole range: the usual generator draws small ones, and every step would be alike.
    /// </summary>
    public static readonly Arbitrary<int[]> Steps = Arb.From(
        Gen.Choose(0, int.MaxValue).ArrayOf(), ArbMap.Default.ArbFor<int[]>().Shrinker);

    static void ForAnySequence(Action<Scene, IReadOnlyList<Mrn>> holds) =>
        Prop.ForAll(Steps, steps =>
        {
            var scene = new Scene();
            scene.Register(limit: 8_000_000);
            // One to be brought on its way by chance, one that is released already.
            var mrns = new[] { scene.Declare(units: 2), scene.Release() };
            foreach (var step in steps) Take(scene, mrns, (uint)step);
            holds(scene, mrns);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(40));

    /// <summary>One number picks what is done, to which unit, where.</summary>
    static Decision Take(Scene scene, IReadOnlyList<Mrn> mrns, uint step)
    {
        var mrn = mrns[(int)(step % 2)];
        var unit = new UnitId(mrn, 1 + (int)(step / 2 % 3));
        var office = new[] { Scene.Karachi, Scene.Torkham, Scene.AfTorkham, Scene.Chaman }[step / 6 % 4];
        scene.Now = scene.Now.AddHours(step % 30);
        return scene.Run(OperationOf(scene, step / 24, unit), office);
    }

    static IOperation OperationOf(Scene scene, uint kind, UnitId unit) => (kind % 16) switch
    {
        0 or 1 => new ReserveGuarantee(unit.Mrn, Scene.Grn, Scene.Code),
        2 or 3 => new SelectUnits(unit.Mrn, Forms.Draws((int)(kind * 7919 % 1_000_000))),
        4 => new RecordExamination(unit, kind % 3 == 0 ? "30" : "40", kind % 5 == 0 ? "B1" : "A1", null),
        5 => new FitSeal(unit, new($"PKC-{kind % 7:0000}"), SealClass.High),
        6 => new FitDevice(unit, new("jt600", $"{kind % 4}"), (DeviceRole)(kind % 2)),
        7 => new RecordGateOut(unit, "TLA-001", "D"),
        8 or 9 => new RecordExit(unit, null, (SealCondition)(kind % 4)),
        10 => new RecordEntry(unit, null, SealCondition.Intact),
        11 => new RecordTurnBack(unit, "papers"),
        12 => new RecordWeight(unit, new(kind % 40_000_000)),
        13 => new CorrectObservation(unit.Mrn, $"e-{kind % (scene.All.Count + 1)}", "wrong"),
        14 when kind % 5 == 0 => new CallGuarantee(Scene.Grn, unit, "late"),
        _ => new DischargeUnit(unit),
    };

    [Fact]
    public void The_books_balance_and_fit_the_movements() => ForAnySequence((scene, mrns) =>
    {
        var account = scene.Account(Scene.Grn);
        Assert.True(account.IsBalanced && account.LocksAddUp);
        Assert.Equal(0, account.Misfits);
        foreach (var unit in mrns.SelectMany(m =>
            scene.Movement(m).Units.Values.Select(u => (Id: new UnitId(m, u.Number), u))))
        {
            var held = account.Locks.GetValueOrDefault(unit.Id);
            Assert.Equal(unit.u.Cover, held?.Amount);
            if (held is { State: LockState.Locked }) Assert.Null(unit.u.Discharge);
            if (held is { State: LockState.Credited }) Assert.Equal(held.Amount, unit.u.Discharge!.Credited);
        }
    });

    [Fact]
    public void No_unit_is_discharged_twice_and_no_lock_credited_twice()
    {
        // Few random sequences come as far as a discharge: more are drawn until one has.
        const int MaxRounds = 20;
        var discharged = 0;
        for (var round = 0; round < MaxRounds && discharged == 0; round++) ForAnySequence((scene, _) =>
        {
            var bodies = scene.All.Select(r => r.Body).ToList();
            discharged += bodies.OfType<UnitDischarged>().Count();
            Assert.All(bodies.OfType<UnitDischarged>().GroupBy(d => (d.Mrn, d.Unit)), g => Assert.Single(g));
            Assert.All(bodies.OfType<LockCredited>().GroupBy(d => (d.Mrn, d.Unit)), g => Assert.Single(g));
        });
        Assert.True(discharged > 0, "no sequence came as far as a discharge: nothing was tried");
    }

    [Fact]
    public void A_device_speaks_for_one_unit_at_a_time() => ForAnySequence((scene, mrns) =>
    {
        var live = mrns.SelectMany(m =>
            scene.Movement(m).Units.Values.SelectMany(u => u.LiveDevices.Select(d => (d.Side, d.Device))));
        Assert.All(live.GroupBy(d => d), g => Assert.Single(g));
    });

    [Fact]
    public void Observations_are_never_refused_to_the_side_whose_part_they_are()
    {
        (IOperation, OfficeId)[] Observations(UnitId unit) =>
        [
            (new RecordExamination(unit, "40", "B1", null), Scene.Karachi),
            (new RecordGateOut(unit, "TLA-001", "D"), Scene.Karachi),
            (new RecordWeight(unit, new(0)), Scene.Torkham),
            (new RecordExit(unit, null, SealCondition.Missing), Scene.Torkham),
            (new RecordEntry(unit, null, SealCondition.Intact), Scene.AfTorkham),
            (new RecordTurnBack(unit, "papers"), Scene.AfTorkham),
            (new RecordTranscription(unit, Scene.AfTorkham, "T1", Scene.Start, null), Scene.Torkham),
        ];

        ForAnySequence((scene, mrns) =>
        {
            foreach (
                var unit in new[] { new UnitId(mrns[0], 1), new UnitId(mrns[1], 9), new UnitId(scene.NextMrn(), 1) })
            {
                foreach (var (operation, office) in Observations(unit))
                {
                    var events = scene.Accept(operation, office);
                    Assert.IsNotType<IrregularityOpened>(events[0]);
                }
            }
        });
    }

    [Fact]
    public void The_fold_of_a_prefix_and_the_rest_is_the_fold_of_all() => ForAnySequence((scene, mrns) =>
    {
        var history = scene.History(mrns[0].Value);
        var whole = history.Aggregate(MovementState.Empty, (s, r) => s.Apply(r));
        var half = history.Take(history.Count / 2).Aggregate(MovementState.Empty, (s, r) => s.Apply(r));
        var rest = history.Skip(history.Count / 2).Aggregate(half, (s, r) => s.Apply(r));
        Assert.Equal(Told(whole), Told(rest));
    });

    [Fact]
    public void What_is_concluded_does_not_depend_on_the_order_in_which_the_sides_were_read() =>
        ForAnySequence((scene, mrns) =>
    {
        var bySide = scene.History(mrns[0].Value)
            .OrderByDescending(r => r.Header.Stream.Administration.Value, StringComparer.Ordinal)
            .ThenBy(r => r.Header.Version);
        Assert.Equal(
            Told(scene.Movement(mrns[0])), Told(bySide.Aggregate(MovementState.Empty, (s, r) => s.Apply(r))));
    });

    [Fact]
    public void Erased_and_unknown_events_fold_and_conclude_the_same() => ForAnySequence((scene, mrns) =>
    {
        var state = MovementState.Empty;
        foreach (var recorded in scene.History(mrns[0].Value))
        {
            state = state.Apply(recorded with { Body = Forms.Erase(recorded.Body) });
            state = state.Apply(recorded with { Body = new UnknownEvent("seal-x-rayed", 3, "{}") });
        }
        Assert.Equal(Told(scene.Movement(mrns[0])), Told(state));
        Assert.True(state.Parties!.Holder.IsErased);
        Assert.Empty(state.Parties.Goods.Or([]));
    });

    /// <summary>Everything a page would say about the movement.</summary>
    static string Told(MovementState state) => string.Join('\n', state.Units.Values.Select(u => string.Join(
        '|', u.Number, u.Phase, u.Grade, u.IsUnreconciled, u.IsReleased, u.TimeLimit, u.Cover, u.Selection,
        string.Join(',', u.LiveDevices.Select(d => d.Device).OrderBy(d => d.ToString(), StringComparer.Ordinal)),
        string.Join(',', u.Seals.Select(s => s.Seal.Value).Order(StringComparer.Ordinal)),
        string.Join(',', u.Irregularities.Select(i => i.EventId + i.Code).Order(StringComparer.Ordinal)),
        u.Exit?.EventId, u.Entry?.EventId, u.GateOut?.EventId, u.TurnBack?.EventId)));
}
