namespace Rahdari.Simulator;

/// <summary>A place where standing for more than a short time is suspicious.</summary>
public sealed record SimulatedHotSpot(string Name, SimulatedPlace Place, int RadiusMetres, int LimitMinutes);

/// <summary>
/// From which length on the rules in force call something an incident. The motion knows them only in so far as honest
/// drivers keep to them; the truth is told by them.
/// </summary>
/// <param name="StopMinutes">Standing at one place outside stops, offices and permits.</param>
/// <param name="NightStopMinutes">The same by night.</param>
/// <param name="NightFromHour">Local hour at which the night begins.</param>
/// <param name="NightUntilHour">Local hour at which it ends.</param>
/// <param name="SilenceMinutes">Without a word where there is coverage.</param>
/// <param name="OutsideSeconds">Outside the corridor.</param>
public sealed record RoadRules(
    double StopMinutes, double NightStopMinutes, int NightFromHour, int NightUntilHour, double SilenceMinutes,
    double OutsideSeconds)
{
    /// <summary>By route.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SimulatedHotSpot>> HotSpots { get; init; } =
        new Dictionary<string, IReadOnlyList<SimulatedHotSpot>>();
}

/// <summary>What traffic is to be written down, with its truth. The same options give the same bytes.</summary>
/// <param name="Start">The recorded window begins here and lasts <paramref name="Hours"/>.</param>
/// <param name="MetresBeyond">
/// How far a place lies beyond the edge of a route's corridor in force, in metres; 0 or less inside. It decides what is
/// truth and never where anybody drives.
/// </param>
public sealed record TrackOptions(
    SimulatedCorridor Corridor, int Trucks, int Hours, ulong Seed, DateTimeOffset Start, RoadRules Rules,
    Func<string, SimulatedPlace, double> MetresBeyond)
{
    /// <summary>Besides the trucks on the road: the containers stranded at one closure of this corridor, four times.
    /// </summary>
    public const int MostTrucks = 22_000;

    /// <summary>A year; the longest closure told of lasted 27 days.</summary>
    public const int MostHours = 366 * 24;

    /// <summary>Trucks that stand in the yards of the crossings all the time, besides the others.</summary>
    public int Parked { get; init; }
}

/// <summary>What was written.</summary>
public sealed record TrackSummary(int Units, long Records, long TruthItems, double TripHours);
