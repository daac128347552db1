namespace Rahdari.Simulator.Driving;

/// <summary>From is part of it, Until is not.</summary>
readonly record struct Interval(DateTimeOffset From, DateTimeOffset Until)
{
    public bool Holds(DateTimeOffset time) => time >= From && time < Until;
}

/// <summary>What befalls the devices of one truck on its way.</summary>
/// <param name="Gap">No coverage: both devices keep their records and send them later.</param>
/// <param name="RopeCut">When the seal's rope is cut.</param>
/// <param name="Dead">The seal's device makes no records at all.</param>
sealed record Conditions(Interval? Gap, DateTimeOffset? RopeCut, Interval? Dead)
{
    static readonly Conditions Fair = new(null, null, null);

    static readonly TimeSpan GapLength = TimeSpan.FromMinutes(150);
    static readonly TimeSpan CutAfter = TimeSpan.FromMinutes(70);
    static readonly TimeSpan DeadLength = TimeSpan.FromHours(8);

    /// <summary>Incidents of the devices fall into the middle part of the way.</summary>
    public static Conditions Of(TruckJourney journey, Incident incident, Dice dice)
    {
        var at = journey.TimeAt(journey.Length * dice.Between(0.40, 0.55));
        return incident switch
        {
            Incident.RopeCutInGap => new(new(at, at + GapLength), at + CutAfter, null),
            Incident.SilentDevice => new(null, null, new(at, at + DeadLength)),
            _ => Fair,
        };
    }
}
