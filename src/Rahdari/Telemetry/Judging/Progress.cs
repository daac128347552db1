using Rahdari.Corridors;

namespace Rahdari.Telemetry.Judging;

/// <summary>How far along the route a device came, and how far back since.</summary>
sealed class Progress
{
    /// <summary>The farthest along the route since it last went forward from a low.</summary>
    public double Highest { get; set; } = double.NegativeInfinity;
    public long HighestMicros { get; set; }

    /// <summary>The farthest back since then.</summary>
    public double Lowest { get; set; } = double.NegativeInfinity;

    /// <summary>The place and progress taken last; null before the first.</summary>
    public TrailPoint? Last { get; set; }
    public double LastMetres { get; set; }

    public Progress Copy() => (Progress)MemberwiseClone();

    /// <summary>
    /// A step along the line much longer than the unit moved is the line's, which doubles back or lies beside another
    /// part of itself: what was reached before is counted from the new place, and nobody went back or forth by it.
    /// </summary>
    /// <param name="forward">Metres gained from the lowest that make a way forward again.</param>
    public void Take(double metres, TrailPoint place, double forward)
    {
        if (Last is { } last)
        {
            var step = metres - LastMetres;
            if (Math.Abs(step) > MostWinding * Earth.MetresBetween(last.Place, place.Place) + LineMetres)
                (Highest, Lowest) = (Highest + step, Lowest + step);
        }
        (Last, LastMetres) = (place, metres);
        Take(metres, place.AtMicros, forward);
    }

    /// <summary>So many times as long as the way straight is a winding road, and metres more at one bend.</summary>
    const double MostWinding = 2, LineMetres = 500;

    void Take(double metres, long atMicros, double forward)
    {
        if (metres >= Highest || metres > Lowest + forward)
        {
            (Highest, HighestMicros, Lowest) = (metres, atMicros, metres);
            return;
        }
        if (metres < Lowest) Lowest = metres;
    }
}
