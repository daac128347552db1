using Rahdari.Simulator.Driving;

namespace Rahdari.Simulator.Recording;

/// <summary>What a receiver makes of where it is.</summary>
readonly record struct Measured(SimulatedPlace Place, bool Valid, double SpeedKmh, double Course);

/// <summary>
/// A satellite receiver. Its error is correlated: it wanders around the true place, and between walls and rocks a
/// reflected signal pulls it aside for minutes. Single fixes lie far off, and in mountains there is none for a while.
/// </summary>
sealed class Receiver(Dice dice)
{
    // Scale of the wandering error, and how long it remembers.
    const double OpenMetres = 4, CityMetres = 13, MountainMetres = 17, MemorySeconds = 90;

    /// <summary>No reflection pulls further.</summary>
    public const double LongestPullMetres = 240;

    /// <summary>Half of the receivers hold their place while the vehicle stands.</summary>
    readonly bool holds = dice.NextDouble() < 0.5;
    readonly double quality = dice.Between(0.8, 1.5);
    double east, north, last, pullEast, pullNorth;

    // Before any pull: a trip under way when the window opens has times below zero.
    double pulledUntil = double.NegativeInfinity, blindUntil = double.NegativeInfinity;
    SimulatedPlace? held;

    public Measured Measure(double time, Stretch at, Terrain terrain)
    {
        Wander(time, terrain);
        Reflect(time, terrain);
        var place = at.PlaceAt(time);
        var (offEast, offNorth) = (east, north);
        if (time < pulledUntil) (offEast, offNorth) = (offEast + pullEast, offNorth + pullNorth);
        if (dice.NextDouble() < OutlierShare(terrain))
        {
            var (far, way) = (dice.Between(150.0, 1_400.0), dice.Between(0.0, 2 * Math.PI));
            (offEast, offNorth) = (offEast + far * Math.Sin(way), offNorth + far * Math.Cos(way));
        }
        var seen = Geodesy.Move(place, offEast, offNorth);
        if (at.Moves) held = null;
        else if (holds) seen = held ??= seen;
        if (!at.Moves)
            return new(seen, time >= blindUntil, dice.NextDouble() < 0.06 ? dice.Between(1.0, 4.5) : 0,
                dice.Between(0.0, 359.9));
        var course = at.CourseAt(time) + (at.SpeedKmh < 8 ? 25 : 4) * Normal();
        return new(
            seen, time >= blindUntil, Math.Max(0, at.SpeedKmh + 1.6 * Normal()), ((course % 360) + 360) % 360);
    }

    /// <summary>A first-order autoregressive error.</summary>
    void Wander(double time, Terrain terrain)
    {
        var scale = quality * terrain switch
        {
            Terrain.City => CityMetres,
            Terrain.Mountain => MountainMetres,
            _ => OpenMetres,
        };
        var keeps = MemorySeconds / (MemorySeconds + Math.Max(0, time - last));
        var fresh = scale * Math.Sqrt(Math.Max(0, 1 - keeps * keeps));
        (east, north, last) = (keeps * east + fresh * Normal(), keeps * north + fresh * Normal(), time);
    }

    void Reflect(double time, Terrain terrain)
    {
        if (time < pulledUntil || time < blindUntil) return;
        var (pulls, blind) = terrain switch
        {
            Terrain.City => (0.05, 0.004),
            Terrain.Mountain => (0.06, 0.02),
            _ => (0.002, 0.0005),
        };
        var drawn = dice.NextDouble();
        if (drawn < blind) blindUntil = time + dice.Between(30.0, 200.0);
        else if (drawn < blind + pulls)
        {
            var metres = Math.Min(LongestPullMetres, 20 + 45 * -Math.Log(1 - dice.NextDouble()));
            var way = dice.Between(0.0, 2 * Math.PI);
            (pullEast, pullNorth) = (metres * Math.Sin(way), metres * Math.Cos(way));
            pulledUntil = time + dice.Between(40.0, 420.0);
        }
    }

    static double OutlierShare(Terrain terrain) => terrain switch
    {
        Terrain.City => 1.0 / 350,
        Terrain.Mountain => 1.0 / 250,
        _ => 1.0 / 4_000,
    };

    /// <summary>Nearly normal, mean 0, deviation 1: the sum of four even draws.</summary>
    double Normal() => (dice.NextDouble() + dice.NextDouble() + dice.NextDouble() + dice.NextDouble() - 2) * 1.7320508;
}
