using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Movements.Sealing;

namespace Rahdari.Tests.Movements;

/// <summary>A single unit brought to a stage in order, without anything out of place.</summary>
static class Journey
{
    public static readonly DeviceId Lock = new("jt600", "8000620099"), Tracker = new("teltonika", "352093081452299");
    public static readonly SealNumber Seal = new("PKC-000999");

    public static UnitId Sealed(this Scene scene)
    {
        var unit = new UnitId(scene.Release(), 1);
        scene.Accept(new FitSeal(unit, Seal, SealClass.High), Scene.Karachi);
        scene.Accept(new FitDevice(unit, Lock, DeviceRole.Container), Scene.Karachi);
        scene.Accept(new FitDevice(unit, Tracker, DeviceRole.PrimeMover), Scene.Karachi);
        return unit;
    }

    public static UnitId GatedOut(this Scene scene)
    {
        var unit = scene.Sealed();
        Assert.Empty(scene.Observe(new RecordGateOut(unit, "TLA-001", "A. Driver"), Scene.Karachi));
        return unit;
    }

    public static UnitId Exited(this Scene scene)
    {
        var unit = scene.GatedOut();
        Assert.Empty(scene.Observe(new RecordExit(unit, Seal, SealCondition.Intact), Scene.Torkham));
        return unit;
    }

    public static UnitId Entered(this Scene scene)
    {
        var unit = scene.Exited();
        Assert.Empty(scene.Observe(new RecordEntry(unit, Seal, SealCondition.Intact), Scene.AfTorkham));
        return unit;
    }
}
