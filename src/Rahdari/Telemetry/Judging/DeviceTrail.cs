using System.Collections.Immutable;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Judging;

readonly record struct TrailPoint(DateTimeOffset At, GeoPosition Place);

/// <summary>
/// The believed positions of one device, thinned, in order of event time: what a new position is held against, whether
/// it comes in order or late.
/// </summary>
sealed record DeviceTrail
{
    /// <summary>Enough to have a neighbour within hours of any late record of a week's trip.</summary>
    const int MostPoints = 24;

    /// <summary>So many are kept as they came; older ones are thinned.</summary>
    const int Newest = 8;

    /// <summary>That many doubted positions in a row which agree among themselves are where the unit is.</summary>
    const int Convincing = 3;

    public static readonly DeviceTrail Empty = new();

    public ImmutableArray<TrailPoint> Believed { get; init; } = [];

    /// <summary>The last positions in a row that were not believed.</summary>
    public ImmutableArray<TrailPoint> Doubted { get; init; } = [];

    /// <summary>What is thought of the record's position, and the trail after it.</summary>
    public (DeviceTrail After, Plausibility Position) Consider(JournaledFix fix, JudgingRules rules)
    {
        if (!IsUsable(fix, rules)) return (this, Plausibility.Unusable);
        var point = new TrailPoint(fix.JudgedAt, fix.Message.Position!.Value);
        if (Fits(point, rules)) return (Believe(point) with { Doubted = [] }, Plausibility.Believed);
        var doubted = Doubted.Length > 0 && !IsReachable(Doubted[^1], point, rules) ? [point] : Doubted.Add(point);
        return doubted.Length < Convincing
            ? (this with { Doubted = doubted }, Plausibility.Implausible)
            : (this with { Believed = [.. doubted.OrderBy(p => p.At)], Doubted = [] }, Plausibility.Believed);
    }

    static bool IsUsable(JournaledFix fix, JudgingRules rules) => fix is
    {
        TimeSuspect: false,
        Message: { Position: { } place, Valid: not false } message,
    } && place != default && !(message.Satellites < rules.MinimumSatellites);

    /// <summary>A neighbour in time from which, or to which, the unit can have gone; or no neighbour at all.</summary>
    bool Fits(TrailPoint point, JudgingRules rules)
    {
        var after = 0;
        while (after < Believed.Length && Believed[after].At <= point.At) after++;
        if (Believed.Length == 0) return true;
        return (after > 0 && IsReachable(Believed[after - 1], point, rules))
            || (after < Believed.Length && IsReachable(Believed[after], point, rules));
    }

    static bool IsReachable(TrailPoint a, TrailPoint b, JudgingRules rules)
    {
        var metres = Earth.MetresBetween(
            new(a.Place.Latitude, a.Place.Longitude), new(b.Place.Latitude, b.Place.Longitude));
        if (metres < rules.ImplausibleMinimumMetres) return true;
        var hours = Math.Abs((b.At - a.At).TotalHours);
        return metres <= hours * rules.ImplausibleSpeedMetresPerHour;
    }

    DeviceTrail Believe(TrailPoint point)
    {
        var points = Believed.ToBuilder();
        var at = points.Count;
        while (at > 0 && points[at - 1].At > point.At) at--;
        points.Insert(at, point);
        if (points.Count > MostPoints) points.RemoveAt(LeastMissed(points));
        return this with { Believed = points.ToImmutable() };
    }

    /// <summary>Among the older points the one whose neighbours lie closest together in time.</summary>
    static int LeastMissed(ImmutableArray<TrailPoint>.Builder points)
    {
        var (least, best) = (1, TimeSpan.MaxValue);
        for (var i = 1; i < points.Count - Newest; i++)
        {
            var gap = points[i + 1].At - points[i - 1].At;
            if (gap < best) (least, best) = (i, gap);
        }
        return least;
    }
}
