using Rahdari.Corridors;

namespace Rahdari.Telemetry.Judging;

/// <summary>Where a device was lately, in order of time: the way another device of the unit must lie on.</summary>
sealed class Recent
{
    /// <summary>Places farther apart in time say nothing of each other.</summary>
    public const long SpanMicros = 6 * 60_000_000L;

    /// <summary>Points closer together than this say no more of a way.</summary>
    const long StepMicros = 25_000_000;

    /// <summary>Two points of a way are no farther apart in time, or what lies between is not known.</summary>
    const long NearMicros = 100_000_000;

    /// <summary>Clocks of two devices may differ by so much.</summary>
    const long ClocksMicros = 4 * 60_000_000L;

    /// <summary>Two receivers on one road are no farther apart.</summary>
    const double PassingMetres = 80;

    /// <summary>Noise of a receiver at one place.</summary>
    const double StandingMetres = 150;

    /// <summary>A point each 25 s over the span, and one before it.</summary>
    const int MostPoints = 16;

    public List<TrailPoint> Points { get; set; } = [];

    public Recent Copy() => new() { Points = [.. Points] };

    /// <summary>From where the device was at the beginning to where it is now.</summary>
    public double Metres => Points.Count == 0 ? 0 : Between(Points[0], Points[^1], Points[^1]);

    public void Take(TrailPoint point)
    {
        if (Points.Count > 1 && point.AtMicros - Points[^2].AtMicros < StepMicros)
        {
            Points[^1] = point;
            return;
        }
        while (Points.Count > 1 && (Points.Count >= MostPoints || Points[1].AtMicros < point.AtMicros - SpanMicros))
            Points.RemoveAt(0);
        Points.Add(point);
    }

    /// <summary>Whether the way of the last minutes is known without a gap in which the device moved.</summary>
    public bool IsComplete()
    {
        for (var i = Points.Count - 1; i > 0; i--)
        {
            if (Points[^1].AtMicros - Points[i].AtMicros >= ClocksMicros) return true;
            if (IsGap(Points[i - 1], Points[i])) return false;
        }
        return false;
    }

    /// <summary>Metres from a place to the way around its time; null where nothing of it is known.</summary>
    public double? MetresFrom(TrailPoint point)
    {
        double? least = null;
        for (var i = 0; i < Points.Count; i++)
        {
            if (Math.Abs(point.AtMicros - Points[i].AtMicros) > SpanMicros) continue;
            var metres = i + 1 < Points.Count && !IsGap(Points[i], Points[i + 1])
                ? Between(point, Points[i], Points[i + 1])
                : Between(point, Points[i], Points[i]);
            if (!(metres >= least)) least = metres;
        }
        return least;
    }

    /// <summary>
    /// Whether the way led by a place about some time without a stop there: away from it within a time before and
    /// after. One whose clock is wrong by minutes may have stopped there earlier or later; it does not pass so.
    /// </summary>
    public bool HasPassed(TrailPoint place, long withinMicros, double metres)
    {
        var (before, by, after) = (false, false, false);
        for (var i = 0; i < Points.Count; i++)
        {
            var micros = Points[i].AtMicros - place.AtMicros;
            if (Math.Abs(micros) > 2 * withinMicros) continue;
            var isAway = Between(place, Points[i], Points[i]) > metres;
            before |= isAway && micros < 0 && !by;
            if (i > 0 && Math.Abs(micros) <= withinMicros && !IsGap(Points[i - 1], Points[i])
                && Between(place, Points[i - 1], Points[i]) <= metres) by = true;
            after |= isAway && by && micros > 0;
            if (!isAway && Math.Abs(micros) > withinMicros) return false;
        }
        return before && after;
    }

    /// <summary>Whether it is away from a place and moving: not a single place far off, nor one held at rest.</summary>
    public bool HasGoneOn(TrailPoint place, double metres) => Points.Count >= 2
        && Between(place, Points[^1], Points[^1]) > metres && Between(place, Points[^2], Points[^2]) > metres
        && Between(Points[^1], Points[^2], Points[^2]) > StandingMetres;

    /// <summary>Metres from where it was at a time to where it is now; null where that is not known.</summary>
    public double? MetresSince(long micros)
    {
        for (var i = 0; i < Points.Count; i++)
            if (Points[i].AtMicros >= micros) return Between(Points[i], Points[^1], Points[^1]);
        return null;
    }

    /// <summary>When the way led by a place, both moving there; null where it did not, or nobody knows when.</summary>
    public long? PassedAt(TrailPoint place)
    {
        for (var i = Points.Count - 1; i > 0; i--)
        {
            var (from, to) = (Points[i - 1], Points[i]);
            if (IsGap(from, to) || Between(from, to, to) < StandingMetres) continue;
            if (Between(place, from, to) > PassingMetres) continue;
            var (before, after) = (Between(place, from, from), Between(place, to, to));
            return from.AtMicros + (long)((to.AtMicros - from.AtMicros) * (before / Math.Max(1, before + after)));
        }
        return null;
    }

    /// <summary>What lies between is not known: too long, and not the same place.</summary>
    static bool IsGap(TrailPoint a, TrailPoint b) =>
        b.AtMicros - a.AtMicros > NearMicros && Between(a, b, b) > StandingMetres;

    /// <summary>Metres from a point to a straight piece of a way.</summary>
    static double Between(TrailPoint point, TrailPoint from, TrailPoint to)
    {
        var (north, east) = Earth.MetresPerDegree(point.Place.Latitude);
        var (x, y) = Of(from);
        var (toX, toY) = Of(to);
        var (dx, dy) = (toX - x, toY - y);
        var squared = dx * dx + dy * dy;
        var part = squared == 0 ? 0 : Math.Clamp(-(x * dx + y * dy) / squared, 0, 1);
        var (offX, offY) = (x + part * dx, y + part * dy);
        return Math.Sqrt(offX * offX + offY * offY);

        (double X, double Y) Of(TrailPoint p) => (
            (p.LongitudeE7 - (long)point.LongitudeE7) / 1e7 * east,
            (p.LatitudeE7 - (long)point.LatitudeE7) / 1e7 * north);
    }
}
