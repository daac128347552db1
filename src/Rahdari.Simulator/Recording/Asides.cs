using Rahdari.Simulator.Driving;

namespace Rahdari.Simulator.Recording;

/// <summary>Ways beside the road.</summary>
static class Asides
{
    const double StepMetres = 150;

    /// <summary>
    /// A road that leaves the road at one place and comes back to it at another, at a distance to one side of it.
    /// </summary>
    /// <param name="metres">To the right of the road where above 0, else to the left.</param>
    /// <param name="ramp">Metres of road over which the distance is reached, at either end.</param>
    public static Polyline Parallel(Polyline road, double from, double to, double metres, double ramp)
    {
        var points = new List<SimulatedPlace> { road.At(from) };
        for (var along = from + StepMetres; along < to; along += StepMetres)
        {
            var part = Math.Min(1, Math.Min(along - from, to - along) / ramp);
            points.Add(Beside(road, along, metres * part * part * (3 - 2 * part)));
        }
        points.Add(road.At(to));
        return new(points);
    }

    /// <summary>A track away from the road to a place some distance off.</summary>
    public static Polyline Away(Polyline road, double along, double metres, double slant)
    {
        var start = road.At(along);
        var bend = Beside(road, along + slant * metres / 2, metres * 0.6);
        return new([start, bend, Beside(road, along + slant * metres, metres)]);
    }

    static SimulatedPlace Beside(Polyline road, double along, double metres)
    {
        // The direction over some length: a bend of the road is no bend of a road beside it.
        var course = Geodesy.Course(road.At(along - 400), road.At(along + 400)) * Math.PI / 180;
        return Geodesy.Move(road.At(along), metres * Math.Cos(course), -metres * Math.Sin(course));
    }
}
