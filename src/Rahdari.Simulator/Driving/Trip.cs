namespace Rahdari.Simulator.Driving;

/// <summary>An allowed stop the road passes well within its radius.</summary>
sealed record RoadStop(double Along, SimulatedStop Stop)
{
    /// <summary>The stops of a road in driving order.</summary>
    public static IReadOnlyList<RoadStop> On(TrueRoad road, IEnumerable<SimulatedStop> stops) =>
    [
        .. stops.Select(s => (road.Line.Nearest(s.Place), s))
            .Where(p => p.Item1.Distance < p.s.RadiusMetres * 0.7)
            .Select(p => new RoadStop(p.Item1.Along, p.s)).OrderBy(p => p.Along),
    ];
}

/// <summary>One truck's order to drive.</summary>
/// <param name="Yard">Where it is loaded and sealed.</param>
/// <param name="ExitPlace">The exit office.</param>
/// <param name="FromYardSince">When it stands in the yard; before <paramref name="Departs"/>.</param>
/// <param name="Zone">The zone the driver sleeps and prays by.</param>
sealed record TripOrder(
    TrueRoad Road, IReadOnlyList<RoadStop> Stops, SimulatedPlace Yard, SimulatedPlace ExitPlace,
    DateTimeOffset FromYardSince, DateTimeOffset Departs, TimeZoneInfo Zone, Incident Incident);

/// <summary>A trip from the yard to the exit office; what comes after depends on the crossing.</summary>
sealed class Trip
{
    // Habits assumed of a driver alone in the cab.
    static readonly TimeSpan DriveBeforeBreak = TimeSpan.FromHours(3);
    static readonly TimeSpan LatestOnTheRoad = TimeSpan.FromHours(22.5);
    static readonly TimeSpan EarliestOnTheRoad = TimeSpan.FromHours(4);

    /// <summary>A driver leaves an allowed stop this long before its limit.</summary>
    static readonly TimeSpan LimitMargin = TimeSpan.FromMinutes(20);

    /// <summary>A stop with a shorter limit is none to sleep at.</summary>
    static readonly TimeSpan ShortestNight = TimeSpan.FromHours(3);

    static readonly TimeSpan LongStopLength = TimeSpan.FromHours(3);

    readonly TripOrder order;
    readonly Dice dice;
    readonly double pace;
    readonly List<JourneyStage> stages = [];
    readonly IReadOnlyList<RoadStop> stops;
    DateTimeOffset time;
    double at;
    TimeSpan drivenSinceBreak;

    Trip(TripOrder order, Dice dice)
    {
        (this.order, this.dice) = (order, dice);
        pace = dice.Between(0.95, 1.05);
        time = order.Departs;
        stops = order.Stops;
    }

    public IReadOnlyList<JourneyStage> Stages => stages;

    /// <summary>When the truck stands at the exit office.</summary>
    public DateTimeOffset Arrives => time;

    public Polyline Road => order.Road.Line;

    public static Trip Plan(TripOrder order, Dice dice)
    {
        var trip = new Trip(order, dice);
        trip.Drive();
        return trip;
    }

    void Drive()
    {
        var road = order.Road.Line;
        var start = road.Nearest(order.Yard).Along;
        var end = road.Nearest(order.ExitPlace).Along;
        if (end <= start) throw new ArgumentException("the exit office lies before the yard on this road");
        var yard = new Polyline([order.Yard, road.At(start)]);
        stages.Add(new(StageKind.Yard, Terrain.Yard, order.FromYardSince, time, yard, 0, 0));
        Cover(StageKind.Road, Terrain.City, yard, 0, yard.Length, 25);
        at = start;
        foreach (var (along, halt) in Halts(start, end))
        {
            DriveTo(along);
            halt();
        }
        DriveTo(end);
    }

    /// <summary>Everything on the way that is not plain driving, in driving order.</summary>
    List<(double Along, Action Halt)> Halts(double start, double end)
    {
        var halts = new List<(double Along, Action Halt)>();
        var detour = order.Incident == Incident.Deviation ? FindDetour(start, end) : null;
        for (var i = 0; i < stops.Count; i++)
        {
            var (along, stop) = stops[i];
            if (along <= start || along >= end) continue;
            if (detour is not null && along > detour.LeavesAt && along < detour.ReturnsAt) continue;
            var next = i + 1 < stops.Count && stops[i + 1].Along < end ? stops[i + 1].Along : end;
            halts.Add((along, () => HaltAt(stop, next)));
        }
        if (detour is not null) halts.Add((detour.LeavesAt, () => Deviate(detour)));
        if (order.Incident == Incident.LongStop)
            halts.Add((LonelyPlace(start, end), () => Stand(StageKind.LongStop, LongStopLength)));
        halts.Sort((a, b) => a.Along.CompareTo(b.Along));
        return halts;
    }

    Detour? FindDetour(double start, double end)
    {
        var length = end - start;
        return Detour.Find(
            order.Road, start + length * 0.3, start + length * 0.7, [.. stops.Select(s => s.Along)])
            ?? Detour.Find(order.Road, start + length * 0.3, start + length * 0.7, []);
    }

    /// <summary>The place in the middle part of the trip that is farthest from stops and towns.</summary>
    double LonelyPlace(double start, double end)
    {
        var busy = stops.Select(s => s.Along).Concat(order.Road.Towns).Append(start).Append(end).ToArray();
        return Enumerable.Range(0, 60)
            .Select(i => start + (end - start) * (0.45 + 0.005 * i))
            .MaxBy(s => busy.Min(b => Math.Abs(b - s)));
    }

    void HaltAt(SimulatedStop stop, double next)
    {
        var limit = TimeSpan.FromMinutes(stop.LimitMinutes) - LimitMargin;
        var night = UntilMorning(time);
        var eta = time + TimeSpan.FromHours((next - at) / 1000 / 50);
        if (limit >= ShortestNight && (night is not null || UntilMorning(eta) is not null))
        {
            var wanted = night ?? Morning(time) - time;
            Stand(StageKind.AllowedStop, wanted < limit ? wanted : limit);
        }
        else if (drivenSinceBreak >= DriveBeforeBreak && limit > TimeSpan.Zero)
        {
            var wanted = dice.Minutes(20, 40);
            Stand(StageKind.AllowedStop, wanted < limit ? wanted : limit);
        }
    }

    /// <summary>How long until a driver goes on whom the night finds here; null by day.</summary>
    TimeSpan? UntilMorning(DateTimeOffset when)
    {
        var local = TimeZoneInfo.ConvertTime(when, order.Zone).TimeOfDay;
        if (local >= EarliestOnTheRoad && local < LatestOnTheRoad) return null;
        return Morning(when) - when;
    }

    DateTimeOffset Morning(DateTimeOffset when)
    {
        var local = TimeZoneInfo.ConvertTime(when, order.Zone);
        var morning = local - local.TimeOfDay + EarliestOnTheRoad + dice.Minutes(15, 75);
        return (local.TimeOfDay < EarliestOnTheRoad ? morning : morning.AddDays(1)).ToUniversalTime();
    }

    void DriveTo(double along)
    {
        foreach (var (from, to, kmh, terrain) in PaceProfile.Parts(order.Road, at, along))
            Cover(StageKind.Road, terrain, Road, from, to, kmh * pace);
        at = Math.Max(at, along);
    }

    void Deviate(Detour detour)
    {
        Cover(StageKind.Detour, Terrain.Open, detour.Path, 0, detour.Path.Length, Detour.SpeedKmh);
        at = detour.ReturnsAt;
    }

    void Cover(StageKind kind, Terrain terrain, Polyline path, double from, double to, double kmh)
    {
        if (to <= from) return;
        // Whole seconds, so that a report's time is its place's time exactly.
        var took = TimeSpan.FromSeconds(Math.Max(1, Math.Round((to - from) * 3.6 / kmh)));
        stages.Add(new(kind, terrain, time, time + took, path, from, to));
        time += took;
        drivenSinceBreak += took;
    }

    void Stand(StageKind kind, TimeSpan length)
    {
        var terrain = PaceProfile.TerrainAt(order.Road, at);
        stages.Add(new(kind, terrain, time, time + length, Road, at, at));
        time += length;
        drivenSinceBreak = TimeSpan.Zero;
    }
}
