using Rahdari.Corridors;

namespace Rahdari.Telemetry.Judging;

/// <summary>How far one device lies from the way of the unit's others, and how fast that grew.</summary>
sealed class Parting
{
    /// <summary>As near as this, given the noise of two receivers, they are together.</summary>
    public static double TogetherWithin(JudgingRules rules) =>
        rules.ApartMetres * (rules.ApartTogetherPerCent / 100.0);

    /// <summary>Metres at the last record; null where no other device is known to be anywhere.</summary>
    public double? Metres { get; set; }

    /// <summary>The last time they were together, and how far apart then.</summary>
    public long? TogetherMicros { get; set; }
    public double TogetherMetres { get; set; }

    /// <summary>Metres an hour from then to when they first were apart; null while they are not.</summary>
    public double? Rate { get; set; }

    /// <summary>
    /// One of the two came away from the other by a leap or a slide that was not driven, or they were never seen
    /// together and neither has moved: an error held at rest.
    /// </summary>
    public bool IsFeigned { get; set; }

    /// <summary>They have parted on without that; which of the two the unit is with, that does not tell.</summary>
    public bool IsFeignedOver { get; set; }

    /// <summary>When that last showed, and the farthest they were apart by it.</summary>
    public long FeignedMicros { get; set; }
    public double FeignedMetres { get; set; }

    /// <summary>Records between together and apart: what slides passes by there, what leaps does not.</summary>
    public int Between { get; set; }

    public Parting Copy() => (Parting)MemberwiseClone();

    /// <summary>When they first were apart; null while they are not.</summary>
    public long? ApartMicros { get; set; }

    /// <summary>How far apart then.</summary>
    public double ApartFromMetres { get; set; }

    /// <summary>By their own speeds and courses both were driven apart.</summary>
    public bool IsDriven { get; set; }

    /// <summary>
    /// Since they were together none of them said that it drives: neither of two that stand has left the other.
    /// </summary>
    public bool IsStanding { get; set; }

    /// <summary>
    /// Both move, side by side, and the distance grows as a slide does: of two vehicles that part one stands at first.
    /// </summary>
    public bool IsParallel { get; set; }

    /// <summary>By how much later its clock says that it passed a place than the other's; below 0: sooner.</summary>
    public long LagMicros { get; set; }

    /// <summary>They have been apart for long, neither astray, and were not seen together since.</summary>
    public bool IsParted { get; set; }

    /// <summary>
    /// Asks how far the last place of each lies from the way of the other, and takes the less: clocks differ, and what
    /// has not come yet of a way, for want of coverage, parts nobody. A receiver that stands still or slides says
    /// nothing.
    /// </summary>
    public void Take(TrailPoint point, DeviceFold own, IEnumerable<DeviceFold> others, JudgingRules rules)
    {
        (Metres, DeviceFold? from) = (null, null);
        LearnLag(point, own, others);
        if (!own.Recent.IsComplete() || own.IsHeldAside) return;
        foreach (var other in others)
        {
            if (!other.Recent.IsComplete() || other.IsStuck(rules) || other.Reckoning.IsSliding || other.IsHeldAside)
                continue;
            if (other.Trail.Last is not { } last) continue;
            if (point.AtMicros - last.AtMicros > Recent.SpanMicros)
            {
                // One that sleeps in a yard is where it was, until it is due again.
                if (!other.IsAsleep(point.AtMicros)) continue;
                var left = Earth.MetresBetween(last.Place, point.Place);
                if (!(left >= Metres)) (Metres, from) = (left, other);
                continue;
            }
            if (own.Recent.MetresFrom(last) is not { } away) continue;
            if (other.Recent.MetresFrom(point) is { } back && back < away) away = back;
            if (!(away >= Metres)) (Metres, from) = (away, other);
        }
        if (Metres is not { } apart) return;
        if (apart <= TogetherWithin(rules))
        {
            (TogetherMicros, TogetherMetres, Rate, Between) = (point.AtMicros, apart, null, 0);
            (ApartMicros, IsParted, IsFeigned, IsFeignedOver) = (null, false, false, false);
            (IsDriven, IsParallel, IsStanding) = (false, false, false);
        }
        else if (apart <= rules.ApartMetres) Between++;
        else
        {
            var slowly = rules.ApartSlowlySeconds * 1_000_000L;
            if (ApartMicros is null) (ApartMicros, ApartFromMetres) = (point.AtMicros, apart);
            Rate ??= TogetherMicros is { } before && point.AtMicros > before
                && point.AtMicros - before <= slowly
                ? (apart - TogetherMetres) / ((point.AtMicros - before) / 3.6e9)
                : double.PositiveInfinity;
            if (TogetherMicros is { } together && ApartMicros - together <= slowly)
                Feign(IsUndriven(own, together, apart) || IsUndriven(from!, together, apart), point, rules);
            // Where nobody saw them part and neither has moved since, it is an error held at rest.
            else IsFeigned = own.Recent.Metres < 2 * rules.ApartMetres && from!.Recent.Metres < 2 * rules.ApartMetres;
            IsDriven = TogetherMicros is { } once && own.Reckoning.HasDrivenSince(once, apart)
                && from!.Reckoning.HasDrivenSince(once, apart);
            var slid = rules.ApartMetres
                + rules.DriftMetresPerHour * ((point.AtMicros - ApartMicros.Value) / 3.6e9);
            var isMoving = own.Recent.Metres > rules.ApartMovingMetres && from!.Recent.Metres > rules.ApartMovingMetres;
            IsParallel = apart < rules.DriftAstrayMetres
                && point.AtMicros - ApartMicros < rules.ApartParallelSeconds * 1_000_000L
                && Math.Abs(apart - ApartFromMetres) < slid && (isMoving
                    || (IsParallel && !HasLeft(own, from!, rules) && !HasLeft(from!, own, rules)));
            IsStanding = TogetherMicros is { } then && own.DroveMicros < then && from!.DroveMicros < then;
            IsParted |= !IsFeigned && !IsParallel && !IsStanding && !own.IsStuck(rules) && !own.Reckoning.IsSliding
                && point.AtMicros - ApartMicros >= rules.ApartSeconds * 1_000_000L;
        }
    }

    /// <summary>
    /// A feigned way is over once nothing has shown one for as long as it lasts, and they have gone on parting: an
    /// error that is held stays what it was.
    /// </summary>
    void Feign(bool shown, TrailPoint point, JudgingRules rules)
    {
        if (shown)
        {
            FeignedMetres = IsFeigned ? Math.Max(FeignedMetres, Metres!.Value) : Metres!.Value;
            (IsFeigned, IsFeignedOver, FeignedMicros) = (true, false, point.AtMicros);
        }
        else if (IsFeigned && point.AtMicros - FeignedMicros >= Trail.ProbationMicros(rules)
            && Metres > 2 * FeignedMetres + rules.ApartMetres) IsFeignedOver = true;
    }

    /// <summary>A new place counts for this part of what is known of the clocks.</summary>
    const int LagShare = 4;

    /// <summary>Devices on one vehicle pass the same places: the time between is what their clocks differ by.</summary>
    void LearnLag(TrailPoint point, DeviceFold own, IEnumerable<DeviceFold> others)
    {
        if (IsParted || own.Trail.SameCount > 1) return;
        foreach (var other in others)
        {
            if (other.Trail.SameCount > 1 || other.Recent.PassedAt(point) is not { } passed
                || passed > point.AtMicros) continue;
            LagMicros += (point.AtMicros - passed - LagMicros) / LagShare;
            other.Parting.LagMicros = -LagMicros;
        }
    }

    /// <summary>One goes on while the other has stood: of two that came to rest beside each other none does.</summary>
    static bool HasLeft(DeviceFold other, DeviceFold device, JudgingRules rules) =>
        device.Recent.Metres > rules.ApartMovingMetres && device.DroveMicros == device.Trail.Last?.AtMicros
        && other.Recent.Metres < rules.ApartMetres;

    static bool IsUndriven(DeviceFold device, long since, double apart) =>
        device.Reckoning.UndrivenSince(since - Recent.SpanMicros, errors: 3) > apart / 2;

    public bool IsApart(JudgingRules rules) => Metres > rules.ApartMetres;
}
