using Rahdari.Devices;
using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>Carries out what goes wrong on one trip, where the driver is when its turn comes.</summary>
sealed class Doings(Driver driver, RoadRules rules, SealLife seal, List<Fault> faults)
{
    /// <summary>Speed on lesser roads.</summary>
    const double LesserKmh = 42;

    readonly Dice dice = driver.Dice;

    /// <summary>The other vehicle, once container and prime mover have parted.</summary>
    public Driver? PrimeMover { get; private set; }

    /// <summary>When the prime mover's device is taken off; infinity while it stays.</summary>
    public double PrimeMoverOff { get; private set; } = double.PositiveInfinity;

    Polyline Road => driver.Country.Road.Line;

    public void Do(Misdeed misdeed)
    {
        switch (misdeed)
        {
            case Misdeed.ParallelRoad:
                Beside(dice.Between(300.0, 800.0), dice.Between(9_000.0, 24_000.0), dice.Between(400.0, 900.0));
                break;
            case Misdeed.Deviation:
                if (dice.NextDouble() < 0.5) Village();
                else Beside(dice.Between(1_000.0, 5_000.0), dice.Between(14_000.0, 30_000.0), 4_000);
                break;
            case Misdeed.FarDeviation:
                var away = driver.Country.Road.HalfWidthAt(driver.Here) + dice.Between(1_200.0, 5_000.0);
                Beside(away, away * 1.8 + dice.Between(12_000.0, 24_000.0), away * 0.9);
                break;
            case Misdeed.LongStop:
                driver.Stand(StopSeconds(), null);
                break;
            case Misdeed.HotSpotStop or Misdeed.NightStop:
                driver.Stand(ShortStopSeconds(misdeed), null);
                break;
            case Misdeed.WrongWay:
                WrongWay();
                break;
            case Misdeed.Battery:
                BatteryLow();
                break;
            case Misdeed.Separated:
                Part(authorised: false);
                break;
            case Misdeed.SealOpened or Misdeed.RopeCut or Misdeed.CoverOpened or Misdeed.Unlocked:
                Tamper(misdeed);
                break;
            default:
                Trouble(misdeed);
                break;
        }
    }

    /// <summary>The container stays behind, or follows on another truck.</summary>
    public void Part(bool authorised)
    {
        if (PrimeMover is not null) return;
        driver.Stand(dice.Between(8.0, 16.0) * 60, authorised ? "permit:stop" : null);
        PrimeMover = driver.Fork(Dice.For(dice.Next(), "prime mover"));
        var parted = driver.Time;
        var wait = (dice.NextDouble() < 0.4 ? dice.Between(12.0, 30.0) : dice.Between(50.0, 190.0)) * 60;
        driver.Stand(wait, authorised ? "permit:stop" : null);
        if (!authorised)
        {
            PrimeMover.DriveTo(driver.Country.End);
            PrimeMover.Stay();
            return;
        }
        // The tractor goes home; its device is taken off on the way.
        PrimeMover.DriveBack(Math.Min(60_000, driver.At * 0.8));
        PrimeMoverOff = parted + dice.Between(20.0, 70.0) * 60;
        driver.Truth.Add(new("permit:detach", parted - 600, Math.Max(PrimeMoverOff, driver.Time) + 600));
    }

    double StopSeconds() => 60 * (dice.NextDouble() < 0.5
        ? dice.Between(4.0, 60.0) : rules.StopMinutes + dice.Between(8.0, 150.0));

    /// <summary>Longer than the special limit, mostly shorter than the general one.</summary>
    double ShortStopSeconds(Misdeed misdeed)
    {
        var limit = misdeed == Misdeed.NightStop
            ? rules.NightStopMinutes
            : driver.Country.HotSpotAt(driver.Here)?.LimitMinutes ?? rules.StopMinutes;
        return 60 * (limit + dice.Between(8.0, Math.Max(20, rules.StopMinutes - limit - 12)));
    }

    void Beside(double metres, double length, double ramp)
    {
        var to = Math.Min(driver.At + length, driver.Country.End - 2_000);
        if (to - driver.At < 2.2 * ramp) return;
        var side = dice.NextDouble() < 0.5 ? metres : -metres;
        var path = Asides.Parallel(Road, driver.At, to, side, ramp);
        driver.DriveAside(path, 0, path.Length, to, LesserKmh * dice.Between(0.8, 1.25));
    }

    /// <summary>Off the road to a place some kilometres away, a while there, and back.</summary>
    void Village()
    {
        var side = dice.NextDouble() < 0.5 ? 1 : -1;
        var metres = side * dice.Between(1_500.0, 5_000.0);
        var path = Asides.Away(Road, driver.At, metres, dice.Between(-0.4, 0.4) * side);
        driver.DriveAside(path, 0, path.Length, driver.At, 30);
        driver.Stand(60 * dice.Between(6.0, 50.0), null);
        driver.DriveAside(path, path.Length, 0, driver.At, 30);
    }

    void WrongWay()
    {
        var began = driver.Time;
        driver.DriveBack(dice.Between(4_000.0, 16_000.0));
        if (driver.Time - began < 60) return;
        driver.Truth.Add(new("wrong-direction", began, driver.Time));
        driver.Stand(60 * dice.Between(2.0, 12.0), null);
    }

    void Tamper(Misdeed misdeed)
    {
        var stands = dice.NextDouble() < 0.7;
        if (stands) driver.Stand(60 * dice.Between(1.0, 4.0), null);
        var at = driver.Time + 5;
        var open = 60 * dice.Between(4.0, 45.0);
        var mended = misdeed != Misdeed.RopeCut || dice.NextDouble() < 0.5;
        seal.Tamper(misdeed, at, mended ? at + open : double.PositiveInfinity);
        if (stands) driver.Stand(Math.Max(60, open), null);
    }

    void BatteryLow()
    {
        var role = dice.NextDouble() < 0.7 ? DeviceRole.Container : DeviceRole.PrimeMover;
        var (low, dead) = (driver.Time, driver.Time + dice.Between(90.0, 240.0) * 60);
        driver.Truth.Add(new("battery", low, dead));
        seal.Tell(low, DeviceEvent.BatteryLow, role);
        seal.Tell(low + 1_800, DeviceEvent.BatteryLow, role);
        seal.Tell(dead - 5, DeviceEvent.GoingOffline, role);
        var back = dead + SilenceSeconds();
        faults.Add(new(FaultKind.Silent, role, dead, back));
    }

    double SilenceSeconds() => 60 * (rules.SilenceMinutes * dice.Between(1.3, 4.5) + 8);

    /// <summary>What befalls receivers and senders; the truck drives on.</summary>
    void Trouble(Misdeed misdeed)
    {
        var role = dice.NextDouble() < 0.55 ? DeviceRole.Container : DeviceRole.PrimeMover;
        var both = dice.NextDouble() < (misdeed == Misdeed.Jamming ? 0.8 : 0.35);
        DeviceRole[] roles = both ? [DeviceRole.Container, DeviceRole.PrimeMover] : [role];
        if (misdeed is Misdeed.Jump or Misdeed.Frozen) roles = [role];
        var from = driver.Time + 1;
        var until = from + 60 * (misdeed switch
        {
            Misdeed.Silence => SilenceSeconds() / 60,
            Misdeed.Jamming => dice.Between(8.0, 45.0),
            Misdeed.Jump => dice.Between(2.0, 7.0),
            Misdeed.Frozen => dice.Between(25.0, 90.0),
            _ => dice.Between(35.0, 80.0),
        });
        var (course, size) = (dice.Between(0.0, 2 * Math.PI), misdeed == Misdeed.Jump
            ? dice.Between(4_000.0, 150_000.0) : dice.Between(1_200.0, 4_500.0));
        var ramp = misdeed == Misdeed.Drift ? Math.Min(until - from - 300, size / dice.Between(0.8, 4.0)) : 0;
        var tells = misdeed == Misdeed.Jamming && dice.NextDouble() < 0.7;
        foreach (var one in roles)
            faults.Add(new(
                KindOf(misdeed), one, from, until, size * Math.Sin(course), size * Math.Cos(course), ramp, tells));
    }

    static FaultKind KindOf(Misdeed misdeed) => misdeed switch
    {
        Misdeed.Silence => FaultKind.Silent,
        Misdeed.Jamming => FaultKind.Jammed,
        Misdeed.Jump => FaultKind.Jumping,
        Misdeed.Frozen => FaultKind.Frozen,
        _ => FaultKind.Drifting,
    };
}
