using Rahdari.Simulator.Driving;

namespace Rahdari.Simulator.Recording;

/// <summary>
/// Drives one vehicle along its road and writes down what it does. Where it stands, the rules in force tell whether
/// that is an incident; the driver of an honest stop keeps clear of the limits.
/// </summary>
sealed class Driver
{
    /// <summary>No stop is drawn this close to a limit: no report could tell on which side of it it was.</summary>
    const double UnclearBeforeLimit = 120, UnclearAfterLimit = 420;

    // Assumed for a loaded truck; with the stops they give about 28 hours of driving from Karachi to Torkham.
    const double OpenKmh = 50, CityKmh = 28, MountainKmh = 34;

    readonly TimeZoneInfo zone;
    readonly DateTimeOffset start;
    readonly RoadRules rules;

    public Driver(Country country, RoadRules rules, DateTimeOffset start, double time, Dice dice)
    {
        (Country, this.rules, this.start, Time, Dice) = (country, rules, start, time, dice);
        zone = TimeZoneInfo.FindSystemTimeZoneById(country.Exit.Zone);
        Pace = dice.Between(0.92, 1.08);
    }

    Driver(Driver of, Dice dice)
    {
        (Country, rules, start, Time, At, zone) = (of.Country, of.rules, of.start, of.Time, of.At, of.zone);
        (Dice, Pace) = (dice, dice.Between(0.92, 1.08));
        Stretches.AddRange(of.Stretches);
    }

    public Country Country { get; }
    public Dice Dice { get; }
    public double Pace { get; }
    public List<Stretch> Stretches { get; } = [];
    public List<Happening> Truth { get; } = [];

    /// <summary>Every stop nobody allowed, however short.</summary>
    public List<(double From, double Until, SimulatedPlace Place)> Stops { get; } = [];

    /// <summary>Seconds from the window's start; before it where negative.</summary>
    public double Time { get; private set; }

    /// <summary>Metres along the road.</summary>
    public double At { get; private set; }

    public double DrivenSinceBreak { get; private set; }

    /// <summary>Metres along the road where it last stood; far behind before the first time.</summary>
    public double StoodAt { get; private set; } = double.NegativeInfinity;

    public SimulatedPlace Here => Stretches[^1].Path.At(Stretches[^1].ToMetres);

    public double LocalHour => TimeZoneInfo.ConvertTime(start.AddSeconds(Time), zone).TimeOfDay.TotalHours;

    public bool IsNight => IsNightAt(Time);

    public bool IsNightAt(double time)
    {
        var hour = TimeZoneInfo.ConvertTime(start.AddSeconds(time), zone).TimeOfDay.TotalHours;
        return rules.NightFromHour > rules.NightUntilHour
            ? hour >= rules.NightFromHour || hour < rules.NightUntilHour
            : hour >= rules.NightFromHour && hour < rules.NightUntilHour;
    }

    /// <summary>Another vehicle with the same past.</summary>
    public Driver Fork(Dice dice) => new(this, dice);

    /// <summary>From the yard, where it stands until it departs, to the road.</summary>
    public void LeaveYard(SimulatedOffice yard, double along, double seconds)
    {
        var access = new Polyline([yard.Place, Country.Road.Line.At(along)]);
        Add(Doing.Yard, access, 0, 0, along, along, seconds);
        Cover(Doing.Driving, access, 0, access.Length, along, along, 27);
        At = along;
    }

    /// <summary>Begins on the road or in a yard beside it.</summary>
    public void BeginAt(double along) => At = along;

    /// <summary>Begins standing somewhere.</summary>
    public void StartStanding(SimulatedPlace place) =>
        Add(Doing.Yard, new Polyline([place]), 0, 0, At, At, 60);

    /// <summary>Stands where it came to for as long as anybody looks.</summary>
    public void Stay() => Add(Doing.Yard, new Polyline([Here]), 0, 0, At, At, TrackOptions.MostHours * 3_600.0);

    public void DriveTo(double along)
    {
        while (At < along - 1)
        {
            var terrain = Country.TerrainAt(At);
            var to = Math.Min(along, At + Dice.Between(900.0, 3_500.0));
            var kmh = KmhOn(terrain) * Pace * Dice.Between(0.78, 1.15);
            var from = At;
            At = to;
            Cover(Doing.Driving, Country.Road.Line, from, to, from, to, kmh);
        }
    }

    /// <summary>Back the way it came.</summary>
    public void DriveBack(double metres)
    {
        var from = At;
        At = Math.Max(0, At - metres);
        Cover(Doing.Backward, Country.Road.Line, from, At, from, At, KmhOn(Country.TerrainAt(At)) * Pace);
    }

    /// <summary>Turns at a place missed, and again: no wrong way anybody would call one.</summary>
    public void DriveBackALittle(double metres)
    {
        var began = Time;
        DriveBack(metres);
        Truth.Add(new("benign:turn", began, Time));
    }

    /// <summary>Along a path beside the road, which it is back on at <paramref name="returnsAt"/>.</summary>
    public void DriveAside(Polyline path, double from, double to, double returnsAt, double kmh)
    {
        var roadFrom = At;
        At = returnsAt;
        Cover(Doing.Aside, path, from, to, roadFrom, returnsAt, kmh);
    }

    /// <summary>Stands where it is; the rules tell what that is, unless <paramref name="benign"/> does.</summary>
    /// <returns>From when until when.</returns>
    public (double From, double Until) Stand(double seconds, string? benign)
    {
        // What is done to a truck that stands already goes on with the same stop.
        var goesOn = benign is null && Stops.Count > 0 && Stops[^1].Until == Time;
        var (from, began) = (Time, goesOn ? Stops[^1].From : Time);
        if (benign is null) seconds = Clear(began, seconds);
        var last = Stretches[^1];
        Add(last.Doing == Doing.Aside ? Doing.Aside : Doing.Standing, last.Path, last.ToMetres, last.ToMetres, At, At,
            Math.Round(seconds));
        if (benign is not null) Truth.Add(new(benign, from, Time));
        else
        {
            if (goesOn) Stops.RemoveAt(Stops.Count - 1);
            Stops.Add((began, Time, Here));
        }
        (DrivenSinceBreak, StoodAt) = (0, At);
        return (from, Time);
    }

    /// <summary>An honest pause at the roadside: as long as the rules allow at this place and hour.</summary>
    public void Pause(double seconds, string what)
    {
        var limit = LimitHere(Time, Time + seconds) - UnclearBeforeLimit;
        if (Country.HotSpotAt(Here) is null && !Country.IsAtHotSpotEdge(Here) && limit > 60)
            Stand(Math.Min(seconds, limit), $"benign:{what}");
    }

    /// <summary>Stop and go over some length of road: stands for minutes, moves on a little.</summary>
    public void Queue(double metres, double seconds, string what)
    {
        var (began, end, left) = (Time, At + metres, seconds);
        var longest = Math.Min(12 * 60, LimitHere(Time, Time + seconds) - UnclearBeforeLimit);
        while (At < end - 20)
        {
            var wait = Math.Min(longest, Dice.Between(0.4, 1.6) * Math.Max(60, left * 180 / (end - At)));
            Add(Doing.Queueing, Country.Road.Line, At, At, At, At, Math.Round(wait));
            var (from, to) = (At, Math.Min(end, At + Dice.Between(80.0, 280.0)));
            At = to;
            Cover(Doing.Queueing, Country.Road.Line, from, to, from, to, 9);
            left -= wait;
        }
        Truth.Add(new($"benign:{what}", began, Time));
    }

    /// <summary>Over the crossing to the other side's office, at most three kilometres of it.</summary>
    public void Cross()
    {
        const double MostMetres = 3_000;
        var path = new Polyline([Here, Country.Crossing.Place, Country.Entry.Place]);
        Cover(Doing.Beyond, path, 0, Math.Min(MostMetres, path.Length), At, At, 15);
        Add(Doing.Beyond, path, Stretches[^1].ToMetres, Stretches[^1].ToMetres, At, At, 40 * 60);
    }

    /// <summary>Stands in a yard and now and then moves up a little.</summary>
    public void Park(double seconds, string what, double shuffleHours)
    {
        var (began, until) = (Time, Time + seconds);
        var path = new Polyline([Here, Geodesy.Move(Here, Dice.Between(-900.0, 900), Dice.Between(-900.0, 900))]);
        var place = 0.0;
        while (Time < until)
        {
            var wait = Math.Min(until - Time, shuffleHours * 3600 * Dice.Between(0.5, 1.5));
            Add(Doing.Yard, path, place, place, At, At, Math.Ceiling(wait));
            if (Time >= until || place + 120 > path.Length) continue;
            var to = Math.Min(path.Length, place + Dice.Between(30.0, 120.0));
            Cover(Doing.Yard, path, place, to, At, At, 8);
            place = to;
        }
        Truth.Add(new($"benign:{what}", began, Time));
    }

    /// <summary>The shortest limit that holds here at that time, in seconds.</summary>
    public double LimitHere(double from, double until)
    {
        if (Country.IsAtOffice(Here)) return double.PositiveInfinity;
        if (Country.StopAt(Here) is { } stop) return stop.LimitMinutes * 60;
        var limit = rules.StopMinutes * 60;
        if (IsNightAt(from) || IsNightAt(until)) limit = Math.Min(limit, rules.NightStopMinutes * 60);
        if (Country.HotSpotAt(Here) is { } hot) limit = Math.Min(limit, hot.LimitMinutes * 60);
        return limit;
    }

    /// <summary>Moves a length that lies too close to any limit of this place to where it is clear.</summary>
    /// <param name="began">When the stop began that goes on for so long from now.</param>
    double Clear(double began, double seconds)
    {
        var limits = new List<double> { rules.StopMinutes * 60, rules.NightStopMinutes * 60 };
        if (Country.HotSpotAt(Here) is { } hot) limits.Add(hot.LimitMinutes * 60);
        if (Country.StopAt(Here) is { } stop) limits.Add(stop.LimitMinutes * 60);
        var stood = Time - began;
        foreach (var limit in limits.Order())
            if (IsUnclear(stood + seconds, limit)) seconds = limit + UnclearAfterLimit - stood;
        var night = rules.NightStopMinutes * 60;
        var (dark, enough) = (0.0, double.PositiveInfinity);
        for (var time = began; time < Time + seconds; time += NightStep)
        {
            if (!IsNightAt(time)) continue;
            dark += NightStep;
            if (dark > night - 2 * UnclearBeforeLimit) enough = Math.Min(enough, time - Time);
        }
        if (!IsUnclear(dark, night)) return seconds;
        // By night it stays on; where the night ends first, it leaves before as much of it has passed.
        return IsNightAt(Time + seconds + UnclearAfterLimit + UnclearBeforeLimit)
            ? seconds + night + UnclearAfterLimit - dark
            : Math.Max(NightStep, enough);
    }

    const double NightStep = 30;

    static bool IsUnclear(double seconds, double limit) =>
        seconds > limit - UnclearBeforeLimit && seconds < limit + UnclearAfterLimit;

    static double KmhOn(Terrain terrain) => terrain switch
    {
        Terrain.City => CityKmh,
        Terrain.Mountain => MountainKmh,
        _ => OpenKmh,
    };

    void Cover(Doing doing, Polyline path, double from, double to, double roadFrom, double roadTo, double kmh)
    {
        if (from == to) return;
        var seconds = Math.Max(1, Math.Round(Math.Abs(to - from) * 3.6 / kmh));
        Add(doing, path, from, to, roadFrom, roadTo, seconds);
        DrivenSinceBreak += seconds;
    }

    void Add(Doing doing, Polyline path, double from, double to, double roadFrom, double roadTo, double seconds)
    {
        Stretches.Add(new(doing, Time, Time + seconds, path, from, to, roadFrom, roadTo));
        Time += seconds;
    }
}
