using Rahdari.Corridors;

namespace Rahdari.Telemetry.Judging;

/// <summary>How far beyond the corridor's edge one record lay.</summary>
readonly record struct AsidePoint(long AtMicros, double MetresBeyond);

/// <summary>
/// How far beyond the corridor's edge the unit lay over the last minutes, by all its devices together: the middle of
/// what they say. A reflected signal pulls one receiver aside for a while, not all of them at once.
/// </summary>
sealed class Aside
{
    /// <summary>A corridor learned to some ten metres is left within minutes; shorter pulls are outvoted.</summary>
    const long SpanMicros = 240_000_000;

    /// <summary>Two devices at a report each 20 s over the span.</summary>
    const int MostPoints = 24;

    public List<AsidePoint> Points { get; set; } = [];

    /// <summary>Records made while driving since the last one that lay inside.</summary>
    public int Driven { get; set; }

    /// <summary>Since the last one that lay inside it once went out faster than a slow slide leads.</summary>
    public bool WasFast { get; set; }

    public Aside Copy() => new() { Points = [.. Points], Driven = Driven, WasFast = WasFast };

    /// <summary>Over so long the pace is taken, of receivers that differ by so much.</summary>
    const long PaceMicros = 90_000_000;
    const double NoiseMetres = 120;

    /// <param name="moves">The device was driving: what it came to rest with says no more by being said again.</param>
    public void Take(long atMicros, double metresBeyond, bool moves, JudgingRules rules)
    {
        Driven = metresBeyond <= 0 ? 0 : moves ? Driven + 1 : Driven;
        var slow = rules.LearnedSlowSlideMetresPerHour / 3.6e9;
        WasFast = metresBeyond > 0 && (WasFast || Points.Exists(p => atMicros - p.AtMicros <= PaceMicros
            && metresBeyond - p.MetresBeyond > NoiseMetres + slow * (atMicros - p.AtMicros)));
        while (Points.Count > 0 && (Points.Count >= MostPoints || Points[0].AtMicros < atMicros - SpanMicros))
            Points.RemoveAt(0);
        Points.Add(new(atMicros, metresBeyond));
    }

    public double Middle
    {
        get
        {
            var sorted = Points.Select(p => p.MetresBeyond).Order().ToList();
            // Of an even number the lower one: in doubt inside.
            return sorted[(sorted.Count - 1) / 2];
        }
    }

    /// <summary>Since when the last of them in a row lie farther out than a margin.</summary>
    public long? SinceMicros(double beyond)
    {
        long? since = null;
        for (var i = Points.Count - 1; i >= 0; i--)
            if (Points[i].MetresBeyond > beyond) since = Points[i].AtMicros;
        return since;
    }
}
