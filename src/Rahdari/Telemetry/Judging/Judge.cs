using System.Collections.Immutable;
using Rahdari.Corridors;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The judge: what a unit's records, in whatever order they come, give reason to raise. Pure. Each piece of evidence
/// is put at its event time; a cause that was known is widened, narrowed or cut in two by citing its alert; a cause not
/// known is raised once.
/// </summary>
static class Judge
{
    /// <summary>The state after one record, and what it gives reason to say.</summary>
    /// <param name="rules">Those of the record's time.</param>
    public static (JudgeState After, IReadOnlyList<Finding> Findings) Step(
        JudgeState state, JournaledFix fix, FollowedUnit unit, Surroundings around, JudgingRules rules)
    {
        var device = fix.Device.ToString();
        var hearing = state.HearingOf(fix.Device).At(fix.ReceivedAt, TimeSpan.FromSeconds(rules.SilenceSeconds));
        state = state.With(fix.Device, hearing);
        // The same fact in other bytes: heard, and not judged again.
        if (fix.DuplicateFact) return (state, []);
        var (trail, position) = state.TrailOf(fix.Device).Consider(fix, rules);
        state = state with { Trails = state.Trails.SetItem(device, trail) };
        var sight = new Sight(fix, unit, around, rules, position);
        var findings = new List<Finding>();
        foreach (var rule in Rules.OverRecords)
        {
            if (rule.Look(sight) is not { } evidence) continue;
            var key = rule.IsPerDevice ? $"{rule.Kind}/{device}" : $"{rule.Kind}";
            var track = state.Tracks.GetValueOrDefault(key, EvidenceTrack.Empty)
                .With(evidence, rule.SamePlaceMetres(rules));
            state = state with { Tracks = state.Tracks.SetItem(key, Settle(track, rule, sight, findings)) };
        }
        return (state, findings);
    }

    /// <summary>The state after time has passed, and which devices have fallen silent.</summary>
    /// <param name="through">Every record received up to here has been judged.</param>
    /// <param name="listeningSince">When this node began to listen.</param>
    public static (JudgeState After, IReadOnlyList<Finding> Findings) Tick(
        JudgeState state, FollowedUnit unit, DateTimeOffset through, DateTimeOffset listeningSince, JudgingRules rules)
        => Rules.Silence.Judge(state, unit, through, listeningSince, rules);

    /// <summary>Brings the alerts of a track in line with its episodes.</summary>
    static EvidenceTrack Settle(EvidenceTrack track, IRule rule, Sight sight, List<Finding> findings)
    {
        var before = track.Alerts;
        foreach (var episode in track.Episodes(rule.SamePlaceMetres(sight.Rules)).ToList())
        {
            if (before.FirstOrDefault(a => episode.Holds(a.CauseAt)) is { } known)
            {
                if (Follow(known, episode, sight) is not { } finding) continue;
                findings.Add(finding);
                track = track.With(known with { From = episode.From, Until = episode.Until });
            }
            else if (rule.IsCause(episode, sight))
            {
                var raise = Raise(episode, rule, sight, before);
                findings.Add(raise);
                track = track.With(new TrackedAlert(raise.AlertId, episode.From, episode.From, episode.Until));
            }
        }
        return track;
    }

    /// <summary>
    /// What to say of an alert whose cause is now known to last otherwise; null where it says enough. How long an open
    /// cause goes on is said once it is over, not record by record.
    /// </summary>
    static Finding? Follow(TrackedAlert known, Episode episode, Sight sight)
    {
        if (episode.From > known.From || episode.Until < known.Until)
            return new Finding.Narrow(known.Id, episode.From, episode.Until);
        if (episode.From < known.From || (episode.Closed && episode.Until > known.Until))
            return new Finding.Extend(known.Id, episode.From, episode.Until, sight.Fix.Late);
        return null;
    }

    static Finding.Raise Raise(Episode episode, IRule rule, Sight sight, ImmutableArray<TrackedAlert> before)
    {
        var device = rule.IsPerDevice ? sight.Fix.Device : (Movements.DeviceId?)null;
        return new(
            AlertIds.Of(sight.Unit.Unit, rule.Kind, episode.From, device), sight.Unit.Unit, rule.Kind, rule.Severity,
            episode.From, episode.Until, sight.Fix.Late, sight.Fix.Device, sight.Place, rule.Explain(episode, sight),
            before.FirstOrDefault(a => a.From <= episode.From && episode.Until <= a.Until)?.Id);
    }
}
