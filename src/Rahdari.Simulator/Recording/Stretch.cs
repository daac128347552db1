using Rahdari.Simulator.Driving;

namespace Rahdari.Simulator.Recording;

enum Doing { Yard, Driving, Standing, Queueing, Aside, Backward, Beyond }

/// <summary>
/// A stretch of time in which a vehicle stands, or drives at one speed along one path. Times are seconds from the
/// window's start.
/// </summary>
/// <param name="ToMetres">Along the path; below <paramref name="FromMetres"/> where it drives back.</param>
/// <param name="RoadFrom">The nearest place of the road, in metres along it, when the stretch begins.</param>
readonly record struct Stretch(
    Doing Doing, double From, double Until, Polyline Path, double FromMetres, double ToMetres, double RoadFrom,
    double RoadTo)
{
    public bool Moves => FromMetres != ToMetres;

    public double SpeedKmh => Moves ? Math.Abs(ToMetres - FromMetres) / (Until - From) * 3.6 : 0;

    public double RoadAt(double time) => RoadFrom + (RoadTo - RoadFrom) * PartAt(time);

    public SimulatedPlace PlaceAt(double time) => Path.At(AlongAt(time));

    public double CourseAt(double time)
    {
        var course = Path.CourseAt(AlongAt(time));
        return ToMetres < FromMetres ? (course + 180) % 360 : course;
    }

    double AlongAt(double time) => FromMetres + (ToMetres - FromMetres) * PartAt(time);

    double PartAt(double time) => Until > From ? Math.Clamp((time - From) / (Until - From), 0, 1) : 0;
}

/// <summary>Where a vehicle is, asked for in order of time: each question begins where the last one ended.</summary>
sealed class Wanderer(IReadOnlyList<Stretch> stretches)
{
    int current;

    /// <summary>Before the first stretch it is where that begins, after the last where that ends.</summary>
    public Stretch At(double time)
    {
        if (stretches[current].From > time) current = 0;
        while (current + 1 < stretches.Count && stretches[current + 1].From <= time) current++;
        return stretches[current];
    }

    /// <summary>When it next sets off after standing at <paramref name="time"/>; infinity where never.</summary>
    public double NextSetOff(double time)
    {
        At(time);
        for (var i = current + 1; i < stretches.Count; i++)
            if (stretches[i].Moves) return stretches[i].From;
        return double.PositiveInfinity;
    }
}
