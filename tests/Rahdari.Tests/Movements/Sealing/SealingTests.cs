using Rahdari.Movements;
using Rahdari.Movements.Discharging;
using Rahdari.Movements.Sealing;
using Rahdari.Movements.Selecting;

namespace Rahdari.Tests.Movements.Sealing;

public sealed class SealingTests
{
    static readonly SealNumber Seal = new("PKC-000123");
    static readonly DeviceId Lock = new("jt600", "8000620011"), Tracker = new("teltonika", "352093081452251");

    [Fact]
    public void A_released_unit_takes_a_seal_once()
    {
        var scene = new Scene();
        var unit = new UnitId(scene.Release(units: 2), 1);
        scene.Accept(new FitSeal(unit, Seal, SealClass.High), Scene.Karachi);
        Assert.Equal(UnitPhase.Sealed, scene.Unit(unit).Phase);
        Assert.Equal(UnitPhase.Released, scene.Unit(unit with { Number = 2 }).Phase);
        Assert.Equal("seal-already-fitted",
            scene.Refuse(new FitSeal(unit with { Number = 2 }, Seal, SealClass.High), Scene.Karachi).Code);
    }

    [Fact]
    public void Seals_wait_for_the_release_and_for_the_entry_on_the_other_side()
    {
        var scene = new Scene();
        var unit = new UnitId(scene.Declare(), 1);
        Assert.Equal("unit-not-released", scene.Refuse(new FitSeal(unit, Seal, SealClass.High), Scene.Karachi).Code);
        Assert.Equal("unit-not-entered", scene.Refuse(new FitSeal(unit, Seal, SealClass.High), Scene.AfTorkham).Code);
        Assert.Equal("unit-unknown",
            scene.Refuse(new FitSeal(unit with { Number = 9 }, Seal, SealClass.High), Scene.Karachi).Code);
        Assert.Equal("movement-unknown",
            scene.Refuse(new FitSeal(new(scene.NextMrn(), 1), Seal, SealClass.High), Scene.Karachi).Code);
    }

    [Fact]
    public void A_device_put_on_a_second_live_unit_is_off_the_first_and_both_units_say_so()
    {
        var scene = new Scene();
        var (first, second) = (scene.GatedOut(), new UnitId(scene.Release(), 1));
        var opened = scene.Accept(new FitDevice(second, Journey.Lock, DeviceRole.PrimeMover), Scene.Torkham)
            .OfType<IrregularityOpened>().ToList();
        Assert.Equal(
            [(first.Mrn, "device-taken-away", second.ToString()), (second.Mrn, "device-reused", first.ToString())],
            opened.Select(i => (i.Mrn, i.Code, i.Details[1])));
        Assert.All(opened, i => Assert.Equal(("device-fitted", Journey.Lock.ToString()), (i.Cause, i.Details[0])));
        Assert.Equal(Journey.Tracker, Assert.Single(scene.Unit(first).LiveDevices).Device);
        Assert.Equal(Journey.Lock, Assert.Single(scene.Unit(second).LiveDevices).Device);
        // The intervals meet: no moment is in both.
        Assert.Equal(
            scene.Unit(first).Devices.Single(d => d.Device == Journey.Lock).Until,
            scene.Unit(second).Devices.Single().At);
        var again = scene.Refuse(new FitDevice(second, Journey.Lock, DeviceRole.PrimeMover), Scene.Torkham);
        Assert.Equal(("device-already-fitted", second.ToString()), (again.Code, again.Args["unit"]));
        // Back to where it belongs: it takes two fittings and no discharge.
        Assert.Equal(
            ["device-taken-away", "device-reused"],
            scene.Observe(new FitDevice(first, Journey.Lock, DeviceRole.Container), Scene.Torkham));
    }

    [Fact]
    public void A_device_goes_from_one_unit_of_a_movement_to_another()
    {
        var scene = new Scene();
        var first = new UnitId(scene.Release(units: 2), 1);
        var second = first with { Number = 2 };
        scene.Accept(new FitDevice(first, Lock, DeviceRole.Container), Scene.Karachi);
        Assert.Equal(
            ["device-taken-away", "device-reused"],
            scene.Observe(new FitDevice(second, Lock, DeviceRole.Container), Scene.Karachi));
        Assert.Equal("device-taken-away", Assert.Single(scene.Unit(first).Irregularities).Code);
        Assert.Equal("device-reused", Assert.Single(scene.Unit(second).Irregularities).Code);
    }

    [Fact]
    public void A_device_in_the_same_role_replaces_the_one_before_and_frees_it()
    {
        var scene = new Scene();
        var (first, second) = (new UnitId(scene.Release(), 1), new UnitId(scene.Release(), 1));
        scene.Accept(new FitDevice(first, Lock, DeviceRole.Container), Scene.Karachi);
        scene.Accept(new FitDevice(first, Tracker, DeviceRole.Container), Scene.Karachi);
        Assert.Equal(Tracker, Assert.Single(scene.Unit(first).LiveDevices).Device);
        scene.Accept(new FitDevice(second, Lock, DeviceRole.Container), Scene.Karachi);
    }

    [Fact]
    public void An_officer_takes_a_device_off_and_says_why()
    {
        var scene = new Scene();
        var unit = scene.GatedOut();
        var taken = scene.Accept(
            new DetachDevice(unit, Journey.Tracker, DetachReason.TractorChange), Scene.Torkham)
            .OfType<DeviceDetached>().Single();
        Assert.Equal((DeviceRole.PrimeMover, DetachReason.TractorChange), (taken.Role, taken.Reason));
        Assert.Equal([Journey.Lock], scene.Unit(unit).LiveDevices.Select(d => d.Device));
        var again = scene.Refuse(new DetachDevice(unit, Journey.Tracker, DetachReason.Other), Scene.Torkham);
        Assert.Equal(("device-not-fitted", "device"), (again.Code, again.Field));
        // Free for the next unit.
        scene.Accept(new FitDevice(unit, Journey.Tracker, DeviceRole.PrimeMover), Scene.Torkham);
    }

    [Fact]
    public void A_discharge_frees_the_devices()
    {
        var scene = new Scene();
        var unit = scene.Entered();
        scene.Accept(new DischargeUnit(unit), Scene.Karachi);
        Assert.Empty(scene.Unit(unit).LiveDevices);
        scene.Accept(new FitDevice(new(scene.Release(), 1), Journey.Lock, DeviceRole.Container), Scene.Karachi);
    }

    [Fact]
    public void A_unit_gated_out_in_order_is_under_way_with_its_time_limit()
    {
        var scene = new Scene();
        var unit = scene.Sealed();
        Assert.Empty(scene.Observe(new RecordGateOut(unit, "TLA-001", "A. Driver"), Scene.Karachi));
        Assert.Equal(UnitPhase.UnderWay, scene.Unit(unit).Phase);
        // Day 0 is 2 March in Karachi (UTC+5); the 14th day ends as the 17th begins there.
        Assert.Equal(new DateTimeOffset(2026, 3, 16, 19, 0, 0, TimeSpan.Zero), scene.Unit(unit).TimeLimit);
    }

    [Fact]
    public void A_unit_never_released_is_under_way_all_the_same_and_that_is_an_irregularity()
    {
        var scene = new Scene();
        var unit = new UnitId(scene.Declare(), 1);
        Assert.Equal(
            ["gate-out-without-release", "gate-out-without-seal", "gate-out-without-devices"],
            scene.Observe(new RecordGateOut(unit, "TLA-001", "A. Driver"), Scene.Karachi));
        Assert.Equal(UnitPhase.UnderWay, scene.Unit(unit).Phase);
        Assert.Equal(3, scene.Unit(unit).Irregularities.Count);
    }

    [Fact]
    public void A_gate_out_of_an_unknown_unit_or_movement_is_recorded()
    {
        var scene = new Scene();
        var mrn = scene.Declare();
        Assert.Contains("unit-not-declared", scene.Observe(new RecordGateOut(new(mrn, 7), "X", "Y"), Scene.Karachi));
        Assert.Contains("movement-unknown",
            scene.Observe(new RecordGateOut(new(scene.NextMrn(), 1), "X", "Y"), Scene.Karachi));
        Assert.Equal("not-departure-administration",
            scene.Refuse(new RecordGateOut(new(mrn, 1), "X", "Y"), Scene.AfTorkham).Code);
    }

    [Fact]
    public void A_gate_out_at_another_office_or_of_a_container_on_the_road_is_recorded_and_irregular()
    {
        var scene = new Scene();
        var (mrn, other) = (scene.Release(), scene.NextMrn());
        Assert.Contains("gate-out-elsewhere",
            scene.Observe(new RecordGateOut(new(mrn, 1), "X", "Y"), Scene.Chaman));
        var decision = RecordGateOut.Decide(
            scene.Movement(mrn), new(new(mrn, 1), "X", "Y"), Scene.Karachi, scene.Now, scene.Pack, other);
        var opened = Assert.IsType<Rahdari.Transparency.Decision.Accepted>(decision).Events.Select(e => e.Body)
            .OfType<IrregularityOpened>().Single(i => i.Code == "container-on-the-road");
        Assert.Equal([other.Value], opened.Details);
    }

    [Fact]
    public void Selection_and_discharge_are_the_departure_offices_to_decide()
    {
        var scene = new Scene();
        var unit = scene.Entered();
        Assert.Equal("not-departure-office", scene.Refuse(new DischargeUnit(unit), Scene.Torkham).Code);
        Assert.Equal("not-departure-office",
            scene.Refuse(new SelectUnits(unit.Mrn, Forms.Draws(1)), Scene.Chaman).Code);
    }
}
