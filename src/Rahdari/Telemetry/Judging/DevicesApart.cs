using Rahdari.Corridors;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Two devices of a unit have parted: each has good fixes, and one lies off the way of the other for minutes. A device
/// taken off with permission is not asked about any more. Where they part slower than vehicles do, it is a position
/// that slides (<see cref="Drift"/>).
/// </summary>
sealed class DevicesApart : IRule
{
    public AlertKind Kind => AlertKind.DevicesApart;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => false;
    public TimeSpan? Apart(JudgingRules rules) => TimeSpan.FromSeconds(rules.ReportGapSeconds);

    /// <summary>What has parted is so until it is seen together: one of them may name no place for hours.</summary>
    public bool GoesOn(Sight sight) => sight.Own.Parting.IsParted;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsOnRouteAt(sight.At) || sight.Place is null) return null;
        if (sight.IsAstray) return new(Bad: true);
        if (sight.Own.Reckoning.HasReturned) return new(Bad: false);
        var parting = sight.Own.Parting;
        if (parting.Metres is not { } metres) return null;
        if (metres <= Parting.TogetherWithin(sight.Rules)) return new(Bad: false);
        if (metres <= sight.Rules.ApartMetres) return null;
        // What is apart once the permission has ended is a cause of its own.
        if (sight.IsPermitted(Kind)) return new(Bad: false);
        // A receiver that stands still or jumps is told of as such.
        foreach (var device in sight.Others)
            if (device.IsStuck(sight.Rules) || device.JumpedMicros > parting.TogetherMicros
                || device.Reckoning.IsSliding) return null;
        if (parting is { IsFeigned: true, IsFeignedOver: false }) return null;
        return new(Bad: true);
    }

    public bool IsCause(Episode episode, Sight sight) => IsLongEnough(episode, sight)
        && !IsAstray(sight) && sight.Own.Parting is { IsParallel: false, IsStanding: false } parting
        && (parting.IsDriven || !IsSlow(sight) || (IsReckoned(sight)
            && episode.Length >= TimeSpan.FromSeconds(sight.Rules.ApartReckonedSeconds)));

    /// <summary>One of them is led astray, or was and has not come back: that is told.</summary>
    static bool IsAstray(Sight sight) =>
        sight.IsLedAstray || sight.Others.Any(d => d.AstrayMicros is not null);

    public static bool IsSlow(Sight sight) => sight.Own.Parting.Rate < sight.Rules.DriftMetresPerHour;

    /// <summary>Whether the devices tell speed and course well enough to show a slide.</summary>
    public static bool IsReckoned(Sight sight) => sight.Others.All(d => d.Reckoning.IsLearned);

    public Sentence Explain(Episode episode, Sight sight) => Tell(Kind, episode, sight);

    public static bool IsLongEnough(Episode episode, Sight sight) => episode.Count >= sight.Rules.ApartFixes
        && episode.Length >= TimeSpan.FromSeconds(sight.Rules.ApartSeconds);

    public static Sentence Tell(AlertKind kind, Episode episode, Sight sight) => Sentence.Of(
        kind, sight, "metres", Sentence.Metres(sight.Own.Parting.Metres ?? 0), "minutes",
        Sentence.Minutes(episode.Length));
}
