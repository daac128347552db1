using Rahdari.Corridors;

namespace Rahdari.Telemetry.Judging;

/// <summary>How far one device lies from the way of the unit's others, and how fast that grew.</summary>
sealed class Parting
{
    /// <summary>As near as this, given the noise of two receivers, they are together.</summary>
    public const double Together = 0.5;

    /// <summary>Metres at the last record; null where no other device is known to be anywhere.</summary>
    public double? Metres { get; set; }

    /// <summary>The last time they were together, and how far apart then.</summary>
    public long? TogetherMicros { get; set; }
    public double TogetherMetres { get; set; }

    /// <summary>Metres an hour from then to when they first were apart; null while they are not.</summary>
    public double? Rate { get; set; }

    /// <summary>Records between together and apart: what slides passes by there, what leaps does not.</summary>
    public int Between { get; set; }

    public Parting Copy() => (Parting)MemberwiseClone();

    /// <summary>
    /// Asks how far the last place of each lies from the way of the other, and takes the less: clocks differ, and what
    /// has not come yet of a way, for want of coverage, parts nobody.
    /// </summary>
    public void Take(TrailPoint point, Recent own, IEnumerable<DeviceFold> others, JudgingRules rules)
    {
        Metres = null;
        if (!own.IsComplete()) return;
        foreach (var other in others)
        {
            if (!other.Recent.IsComplete()) continue;
            if (other.Trail.Last is not { } last || point.AtMicros - last.AtMicros > Recent.SpanMicros) continue;
            if (own.MetresFrom(last) is not { } away) continue;
            if (other.Recent.MetresFrom(point) is { } back && back < away) away = back;
            if (!(away >= Metres)) Metres = away;
        }
        if (Metres is not { } apart) return;
        if (apart <= rules.ApartMetres * Together)
            (TogetherMicros, TogetherMetres, Rate, Between) = (point.AtMicros, apart, null, 0);
        else if (apart <= rules.ApartMetres) Between++;
        else if (Rate is null)
            Rate = TogetherMicros is { } before && point.AtMicros > before
                ? (apart - TogetherMetres) / ((point.AtMicros - before) / 3.6e9)
                : double.PositiveInfinity;
    }

    public bool IsApart(JudgingRules rules) => Metres > rules.ApartMetres;
}
