using Rahdari.Corridors;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// A device on the road that is not heard for longer than the rules allow, by time of receipt. Judged only up to the
/// time to which every lane of the journal has been judged: what waits there unjudged is no silence. Time in which
/// this node itself was not listening does not count.
/// </summary>
sealed class Silence
{
    public AlertKind Kind => AlertKind.Silence;

    /// <param name="through">Every record received up to here has been judged.</param>
    /// <param name="listeningSince">When this node began to listen.</param>
    public (DeviceHearing After, IReadOnlyList<Finding> Findings) Judge(
        DeviceHearing hearing, FollowedUnit unit, FollowedDevice device, DateTimeOffset through,
        DateTimeOffset listeningSince, JudgingRules rules, DeviceTrail trail)
    {
        if (unit.GatedOutAt is not { } gate || hearing.Through >= through) return (hearing, []);
        var start = gate > device.From ? gate : device.From;
        var end = new[] { through, unit.ExitedAt, unit.EndedAt, device.Until }.Min() ?? through;
        var watch = new Watch(this, unit, device, listeningSince, rules, trail);
        var (after, from) = (hearing, start);
        foreach (var stretch in hearing.Stretches)
        {
            if (stretch.From > end) break;
            if (stretch.From > from && !(stretch.From <= hearing.Through))
                after = watch.Gap(after, from, stretch.From, isOver: true);
            if (stretch.Until > from) from = stretch.Until;
        }
        if (end > from && !(end <= hearing.Through)) after = watch.Gap(after, from, end, isOver: end < through);
        return (after.Judged(through), watch.Findings);
    }

    sealed class Watch(
        Silence rule, FollowedUnit unit, FollowedDevice device, DateTimeOffset listeningSince, JudgingRules rules,
        DeviceTrail trail)
    {
        readonly List<Finding> findings = [];

        public IReadOnlyList<Finding> Findings => findings;

        public DeviceHearing Gap(DeviceHearing hearing, DateTimeOffset from, DateTimeOffset until, bool isOver)
        {
            if (hearing.Alerts.FirstOrDefault(a => a.CauseAt == from) is { } known)
            {
                if (!isOver || until <= known.Until) return hearing;
                findings.Add(new Finding.Extend(known.Id, from, until, Late: false));
                return hearing.With(known with { Until = until });
            }
            var counted = until - (listeningSince > from && listeningSince < until ? listeningSince : from);
            if (counted <= TimeSpan.FromSeconds(rules.SilenceSeconds)) return hearing;
            var id = AlertIds.Of(unit.Unit, rule.Kind, from, device.Device);
            findings.Add(new Finding.Raise(
                id, unit.Unit, rule.Kind, AlertSeverity.Warning, from, until, Late: false, device.Device,
                trail.Believed is [.., var last] ? last.Place : null,
                new("alert.silence", ["device", device.Device.ToString(), "minutes", Sentence.Minutes(until - from)]),
                CutFrom: null));
            return hearing.With(new TrackedAlert(id, from, from, until));
        }
    }
}
