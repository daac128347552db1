using System.Globalization;
using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Officiating;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>What is the same for every truck of one run.</summary>
sealed record TripWorld(TrackOptions Options, IReadOnlyList<Country> Countries, IReadOnlyList<RoadTrouble> Troubles);

/// <summary>Plans one trip: the driver's day, what is honest about it and what is not. A pure function of the seed.
/// </summary>
sealed class TripPlanner
{
    /// <summary>Two things out of the ordinary lie at least this far apart, so that each has a cause of its own.
    /// </summary>
    const double BetweenMisdeedsMetres = 45_000, BetweenHaltsMetres = 3_500;

    const double Minute = 60, Hour = 3_600;

    // Habits assumed of a driver alone in the cab.
    const double DriveBeforeBreakSeconds = 3 * Hour, LatestHour = 22.5, EarliestHour = 4;

    /// <summary>Of the tampering, this share is done where nobody hears of it at once.</summary>
    const double TamperingInGaps = 0.35;

    readonly TripWorld world;
    readonly Country country;
    readonly Dice dice;
    readonly Driver driver;
    readonly SealLife seal;
    readonly LockKind lockKind;
    readonly List<Fault> faults = [];
    readonly Doings doings;
    readonly int number;
    bool nightStopDue;

    TripPlanner(TripWorld world, int number, double from)
    {
        (this.world, this.number) = (world, number);
        dice = Dice.For(world.Options.Seed, $"trip {number.ToString(CultureInfo.InvariantCulture)}");
        country = world.Countries[dice.NextDouble() < 0.6 ? 0 : dice.Between(0, world.Countries.Count - 1)];
        lockKind = dice.NextDouble() switch { < 0.5 => LockKind.Rope, < 0.8 => LockKind.Padlock, _ => LockKind.Door };
        driver = new(country, world.Options.Rules, world.Options.Start, from, dice);
        seal = new(lockKind, dice);
        doings = new(driver, world.Options.Rules, seal, faults);
    }

    /// <param name="number">Counts the trips of the run.</param>
    /// <param name="from">When it stands in its yard, in seconds from the window's start.</param>
    public static UnitTrip Drive(TripWorld world, int number, double from)
    {
        var planner = new TripPlanner(world, number, from);
        planner.Drive();
        return planner.Result(from);
    }

    /// <summary>A unit that stands in a yard for the whole window.</summary>
    public static UnitTrip Park(TripWorld world, int number)
    {
        var planner = new TripPlanner(world, number, 0);
        planner.seal.Sealed(-1);
        planner.driver.BeginAt(planner.country.End);
        planner.driver.StartStanding(planner.country.Exit.Place);
        planner.driver.Park(world.Options.Hours * Hour, "parked", planner.dice.Between(8.0, 60.0));
        return planner.Result(0);
    }

    void Drive()
    {
        var yard = dice.Pick(country.Yards);
        var loads = dice.Between(40.0, 150.0) * Minute;
        seal.Seal(driver.Time - 1, driver.Time + loads - dice.Between(15.0, 35.0) * Minute);
        driver.LeaveYard(yard.Office, yard.Along, loads);
        var start = yard.Along;
        foreach (var (along, halt, stands) in Halts(start))
        {
            // Two stops in one place would be one stop with two names.
            var there = Math.Max(along, stands ? Math.Max(driver.At, driver.StoodAt + BetweenHaltsMetres) : driver.At);
            if (there > country.End - 4_000) break;
            driver.DriveTo(there);
            halt();
        }
        driver.DriveTo(country.End);
        driver.Park(dice.Between(1.0, 9.0) * Hour, "yard", 2);
        driver.Cross();
        seal.Unseal(driver.Time - 20 * Minute, driver.Time + Hour);
    }

    /// <summary>Everything on the way that is not plain driving, in driving order.</summary>
    List<(double Along, Action Halt, bool Stands)> Halts(double start)
    {
        var halts = new List<(double Along, Action Halt, bool Stands)>();
        halts.AddRange(country.Stops.Where(s => s.Along > start + 5_000 && s.Along < country.End - 5_000)
            .Select(s => (s.Along, (Action)(() => RestAt(s)), false)));
        halts.AddRange(world.Troubles.Where(t => t.Country == country && t.Along > start + 5_000)
            .Select(t => (t.Along, (Action)(() => t.Meet(driver)), false)));
        AddHonest(halts, start);
        AddMisdeeds(halts, start);
        halts.Sort((a, b) => a.Along.CompareTo(b.Along));
        // Two in one place would be one stop with two names.
        for (var i = 1; i < halts.Count; i++)
            if (halts[i].Along < halts[i - 1].Along + BetweenHaltsMetres)
                halts[i] = halts[i] with { Along = halts[i - 1].Along + BetweenHaltsMetres };
        return halts;
    }

    void AddHonest(List<(double Along, Action Halt, bool Stands)> halts, double start)
    {
        for (var along = start + dice.Between(25_000.0, 110_000.0); along < country.End;
            along += dice.Between(60_000.0, 150_000.0))
            halts.Add((along, HonestPause(), true));
        if (dice.NextDouble() < 0.45)
        {
            var (at, seconds) = (dice.Between(start + 10_000, country.End - 60_000), dice.Between(0.6, 2.2) * Hour);
            halts.Add((at, () => driver.Queue(5_000, seconds, "queue"), true));
        }
        if (dice.NextDouble() < 0.35)
        {
            var waits = dice.Between(1.0, 4.0) * Hour;
            halts.Add((country.End - dice.Between(4_500.0, 9_000.0), () => driver.Queue(3_000, waits, "queue"), true));
        }
        if (dice.NextDouble() < 0.2)
            halts.Add((Somewhere(start), () => driver.DriveBackALittle(dice.Between(300.0, 1_000.0)), false));
        if (dice.NextDouble() < 0.15) halts.Add((Somewhere(start), Inspection, true));
        if (dice.NextDouble() < 0.12)
        {
            var seconds = world.Options.Rules.StopMinutes * Minute + dice.Between(0.3, 3.0) * Hour;
            halts.Add((Somewhere(start), () => driver.Stand(seconds, "permit:stop"), true));
        }
        if (dice.NextDouble() < 0.06) halts.Add((Somewhere(start), () => doings.Part(authorised: true), true));
        if (dice.NextDouble() < 0.2)
            halts.Add((Somewhere(start), () => seal.Refused(driver.Time + 30), false));
    }

    void AddMisdeeds(List<(double Along, Action Halt, bool Stands)> halts, double start)
    {
        var taken = new List<double>();
        foreach (var misdeed in Misdeeds.Draw(dice, lockKind))
        {
            if (misdeed == Misdeed.NightStop)
            {
                nightStopDue = true;
                continue;
            }
            if (PlaceFor(misdeed, start, taken) is not { } along) continue;
            taken.Add(along);
            halts.Add((along, () => doings.Do(misdeed), true));
        }
    }

    /// <summary>Far from the others; null where no such place was found.</summary>
    double? PlaceFor(Misdeed misdeed, double start, List<double> taken)
    {
        var hot = misdeed == Misdeed.HotSpotStop;
        var inGap = misdeed is Misdeed.RopeCut or Misdeed.SealOpened or Misdeed.CoverOpened or Misdeed.Unlocked
            && dice.NextDouble() < TamperingInGaps;
        // Ways with narrow corridors are where a truck can leave one at all.
        var narrow = misdeed == Misdeed.FarDeviation;
        for (var tries = 0; tries < 400; tries++)
        {
            var along = Somewhere(start);
            if (taken.Any(t => Math.Abs(t - along) < BetweenMisdeedsMetres)) continue;
            var place = country.Road.Line.At(along);
            if (country.IsAtOffice(place) || (country.HotSpotAt(place) is not null) != hot
                || country.IsAtHotSpotEdge(place)) continue;
            if (!hot && country.StopAt(place) is not null) continue;
            if (inGap && country.SignalAt(along, DeviceRole.Container) > 0) continue;
            if (narrow && country.Road.HalfWidthAt(place) > 12_000) continue;
            return along;
        }
        return null;
    }

    double Somewhere(double start) => dice.Between(start + 8_000, country.End - 15_000);

    Action HonestPause()
    {
        var (what, minutes) = dice.Between(0, 4) switch
        {
            0 => ("fuel", dice.Between(7.0, 22.0)),
            1 => ("prayer", dice.Between(9.0, 20.0)),
            2 => ("meal", dice.Between(22.0, 50.0)),
            3 => ("check-post", dice.Between(2.0, 12.0)),
            _ => ("tea", dice.Between(5.0, 18.0)),
        };
        return () => driver.Pause(minutes * Minute, what);
    }

    void Inspection()
    {
        var seconds = dice.Between(12.0, 35.0) * Minute;
        var (from, until) = driver.Stand(seconds, "permit:stop");
        seal.Inspect(from + 120, until - 120);
    }

    /// <summary>An allowed stop: for the night, for a break, or passed by.</summary>
    void RestAt(RoadStop stop)
    {
        // Who came back to the road behind it does not turn round for it.
        if (country.StopAt(driver.Here) is null) return;
        var next = country.Stops.Where(s => s.Along > stop.Along + 1).Select(s => s.Along)
            .DefaultIfEmpty(country.End).First();
        var limit = stop.Stop.LimitMinutes * Minute - 20 * Minute;
        var hour = driver.LocalHour;
        var eta = hour + (next - driver.At) / 1000 / 48;
        if (hour >= LatestHour - 2.5 || hour < EarliestHour || eta > LatestHour + 1)
        {
            if (nightStopDue && driver.IsNight)
            {
                // Passes by and sleeps where nobody allowed it.
                nightStopDue = false;
                driver.DriveTo(Math.Min(driver.At + 16_000, next - 8_000));
                if (country.StopAt(driver.Here) is null && !country.IsAtOffice(driver.Here))
                    doings.Do(Misdeed.NightStop);
                return;
            }
            var morning = (EarliestHour - hour + 24) % 24 + dice.Between(0.2, 1.4);
            driver.Stand(Math.Min(limit, morning * Hour), "benign:allowed-stop");
        }
        else if (driver.DrivenSinceBreak > DriveBeforeBreakSeconds)
            driver.Stand(Math.Min(limit, dice.Between(20.0, 55.0) * Minute), "benign:allowed-stop");
    }

    UnitTrip Result(double from)
    {
        var unit = CheckedNumber.WithIso6346(string.Create(
            CultureInfo.InvariantCulture,
            $"{world.Options.Start.Year % 100:00}{country.Exit.Administration.ToUpperInvariant()}SIM"
            + $"{world.Options.Seed % 10_000:0000}{number:00000}J")) + "/1";
        var prime = doings.PrimeMover;
        var off = driver.Time;
        var trip = new UnitTrip(
            unit, country, lockKind, $"{ProtocolOf(lockKind)}:{Invented.Lock(world.Options.Seed, number)}",
            $"teltonika:{Invented.Imei(world.Options.Seed, number)}", driver.Stretches,
            prime?.Stretches ?? driver.Stretches, faults, seal.Changes, [], from, off,
            Math.Min(off, doings.PrimeMoverOff), dice.Next());
        return trip with
        {
            Truth = RecordTelling.Told(trip, new TripTruth(trip, driver, seal, world.Options).Items(), world.Options),
        };
    }

    static string ProtocolOf(LockKind kind) => kind switch
    {
        LockKind.Rope => "jt600",
        LockKind.Padlock => "jt808",
        _ => "eseal",
    };
}
