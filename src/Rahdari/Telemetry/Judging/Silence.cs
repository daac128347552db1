using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// A device on the road that is not heard for longer than the rules allow, by time of receipt. Judged only up to the
/// time to which every lane of the journal has been judged: what waits there unjudged is no silence. Time in which
/// this node itself was not listening does not count.
/// </summary>
/// <remarks>
/// Silences of a unit's devices that begin within the limit of the first one have one cause, such as a valley without
/// coverage: they are one alert, named by the first and lasting as long as the longest. A device that falls silent
/// later is a cause of its own, because an alert that was looked into must not hide it. All devices are judged to the
/// same time and in order of when they fell silent, so that the alerts do not depend on when somebody looked.
/// </remarks>
sealed class Silence
{
    public AlertKind Kind => AlertKind.Silence;

    /// <summary>A stretch in which a device was not heard; over once it is heard, or nobody listens for it.</summary>
    sealed record Gap(DeviceId Device, DateTimeOffset From, DateTimeOffset Until, bool IsOver);

    /// <param name="through">Every record received up to here has been judged.</param>
    /// <param name="listeningSince">When this node began to listen.</param>
    /// <param name="around">Where coverage was learned, a device that goes out of it is not silent.</param>
    public (Hearing After, IReadOnlyList<Finding> Findings) Judge(
        Hearing state, FollowedUnit unit, DateTimeOffset through, DateTimeOffset listeningSince, JudgingRules rules,
        Surroundings? around = null)
    {
        if (unit.GatedOutAt is not { } gate) return (state, []);
        var gaps = unit.Devices.SelectMany(d => GapsOf(state.Of(d.Device), unit, d, gate, through))
            .OrderBy(g => g.From).ThenBy(g => g.Device.ToString(), StringComparer.Ordinal).ToList();
        var limit = TimeSpan.FromSeconds(rules.SilenceSeconds);
        var heard = state;
        var watch = new Watch(
            this, unit, gaps, listeningSince, limit, gap => Allowed(gap, heard, unit, rules, around));
        foreach (var gap in gaps) state = watch.Look(state, gap);
        foreach (var device in unit.Devices.Select(d => d.Device).Distinct())
        {
            var hearing = state.Of(device);
            if (!(hearing.Through >= through)) state = state.With(device, hearing.Judged(through));
        }
        return (state, watch.Findings);
    }

    /// <summary>
    /// Longer where there is no coverage, or none is known of, unless another device of the unit was heard since from
    /// where this one would be heard too.
    /// </summary>
    static TimeSpan Allowed(Gap gap, Hearing heard, FollowedUnit unit, JudgingRules rules, Surroundings? around)
    {
        // A report due just when the limit is reached is still on its way.
        var limit = TimeSpan.FromSeconds(
            rules.SilenceSeconds + (around is null ? 0 : rules.SilenceOnItsWaySeconds));
        var own = heard.Of(gap.Device);
        if (around is not { HasRoute: true } || own.PlaceAt(gap.From) is not { } last) return limit;
        var (place, role) = (PlaceOf(last), unit.RoleOf(gap.Device));
        var isKnown = around.KnowsCoverage(role);
        var age = own.AgeAt(gap.From);
        // Where it was long ago tells of no stretch that it is in now: nothing explains its silence.
        if (isKnown && age > TimeSpan.FromSeconds(rules.UncoveredPlaceSeconds)) return limit;
        // How far it may have gone on since it last told where it was: till its next report, or without a place.
        var unseen = own.Interval + age;
        if (isKnown && !around.IsUncovered(place, role, rules, rules.UncoveredBehindKilometres, unseen)) return limit;
        var overlap = TimeSpan.FromSeconds(rules.SilenceOverlapSeconds);
        foreach (var other in unit.Devices.Select(d => d.Device).Where(d => d != gap.Device).Distinct())
        {
            var hearing = heard.Of(other);
            if (hearing.Stretches is not [.., var stretch] || stretch.Until < gap.From + overlap
                || hearing.IsParted || own.IsParted || hearing.LastPlace is not { } where) continue;
            if (!isKnown)
            {
                if (Earth.MetresBetween(place, PlaceOf(where)) > rules.SilenceLongestHoleMetres) return limit;
                continue;
            }
            // Beside the road it is not known where devices are heard.
            if (around.Locate(PlaceOf(where)) is { Inside: true }
                && !around.IsUncovered(PlaceOf(where), role, rules, rules.SilencePassedKilometres))
                return limit * rules.SilenceLeftBehindTimes;
        }
        return isKnown ? TimeSpan.FromSeconds(rules.UncoveredSilenceSeconds) : limit * rules.SilenceUnknownTimes;
    }

    /// <summary>No device is silent for longer before it is told of.</summary>
    public static TimeSpan LongestAllowed(JudgingRules rules)
    {
        var (limit, uncovered) = (
            TimeSpan.FromSeconds(rules.SilenceSeconds + rules.SilenceOnItsWaySeconds),
            TimeSpan.FromSeconds(rules.UncoveredSilenceSeconds));
        var longest = limit * Math.Max(rules.SilenceUnknownTimes, rules.SilenceLeftBehindTimes);
        return longest > uncovered ? longest : uncovered;
    }

    static GeoCoordinate PlaceOf(GeoPosition place) => new(place.Latitude, place.Longitude);

    /// <summary>The gaps of a device that were not judged to their end before.</summary>
    static IEnumerable<Gap> GapsOf(
        DeviceHearing hearing, FollowedUnit unit, FollowedDevice device, DateTimeOffset gate, DateTimeOffset through)
    {
        if (hearing.Through >= through) yield break;
        var from = gate > device.From ? gate : device.From;
        // From then on nobody listens for it.
        var last = new[] { unit.ExitedAt, unit.EndedAt, device.Until }.Min();
        var end = last < through ? last.Value : through;
        foreach (var stretch in hearing.Stretches)
        {
            if (stretch.From > end) break;
            if (stretch.From > from && !(stretch.From <= hearing.Through))
                yield return new(device.Device, from, stretch.From, IsOver: true);
            if (stretch.Until > from) from = stretch.Until;
        }
        if (end > from && !(end <= hearing.Through))
            yield return new(device.Device, from, end, IsOver: last <= through);
    }

    sealed class Watch(
        Silence rule, FollowedUnit unit, IReadOnlyList<Gap> gaps, DateTimeOffset listeningSince, TimeSpan limit,
        Func<Gap, TimeSpan> allowed)
    {
        readonly List<Finding> findings = [];

        public IReadOnlyList<Finding> Findings => findings;

        public Hearing Look(Hearing state, Gap gap)
        {
            if (TrackedOf(state, gap) is { } known) return Follow(state, gap, known);
            if (!Counts(gap)) return state;
            return FirstOf(state, gap) is { } first ? Join(state, gap, first) : Raise(state, gap);
        }

        /// <summary>How long an open silence goes on is said once it is over, and once for the longest.</summary>
        Hearing Follow(Hearing state, Gap gap, TrackedAlert known)
        {
            if (!gap.IsOver || gap.Until <= known.Until) return state;
            if (gap.Until > EndOf(state, known.Id))
                findings.Add(new Finding.Extend(known.Id, known.From, gap.Until, Late: false));
            return Track(state, gap, known.Id, known.From);
        }

        Hearing Join(Hearing state, Gap gap, TrackedAlert first)
        {
            state = Track(state, gap, first.Id, first.From);
            findings.Add(new Finding.Extend(
                first.Id, first.From, EndOf(state, first.Id), Late: false,
                SentenceOf(DevicesOf(state, first.Id), gap)));
            return state;
        }

        Hearing Raise(Hearing state, Gap gap)
        {
            var id = AlertIds.Of(unit.Unit, rule.Kind, gap.From, gap.Device);
            var together = gaps
                .Where(g => TrackedOf(state, g) is null && Counts(g) && IsSameCause(gap, g.Device, g.From))
                .Prepend(gap).ToList();
            foreach (var one in together) state = Track(state, one, id, gap.From);
            findings.Add(new Finding.Raise(
                id, unit.Unit, rule.Kind, AlertSeverity.Warning, gap.From, together.Max(g => g.Until), Late: false,
                gap.Device, state.Of(gap.Device).PlaceAt(gap.From),
                SentenceOf([.. together.Select(g => g.Device)], together[^1]), CutFrom: null));
            return state;
        }

        bool Counts(Gap gap)
        {
            var from = listeningSince > gap.From && listeningSince < gap.Until ? listeningSince : gap.From;
            return gap.Until - from > allowed(gap);
        }

        bool IsSameCause(Gap first, DeviceId device, DateTimeOffset from) =>
            device != first.Device && from >= first.From && from - first.From <= limit;

        /// <summary>The alert of another device's silence that this one belongs to.</summary>
        TrackedAlert? FirstOf(Hearing state, Gap gap) => unit.Devices.Where(d => d.Device != gap.Device)
            .SelectMany(d => state.Of(d.Device).Alerts)
            .FirstOrDefault(a => a.CauseAt == a.From && gap.From >= a.From && gap.From - a.From <= limit);

        List<DeviceId> DevicesOf(Hearing state, string id) => [.. unit.Devices.Select(d => d.Device).Distinct()
            .Where(d => state.Of(d).Alerts.Any(a => a.Id == id))];

        DateTimeOffset EndOf(Hearing state, string id) => unit.Devices
            .SelectMany(d => state.Of(d.Device).Alerts).Where(a => a.Id == id).Max(a => a.Until);

        /// <param name="last">The gap of the device that fell silent last.</param>
        Sentence SentenceOf(IReadOnlyList<DeviceId> devices, Gap last)
        {
            var minutes = Sentence.Minutes(last.Until - last.From);
            if (devices.Count > 1)
                return new("alert.silence.both", ["devices", string.Join(", ", devices), "minutes", minutes]);
            var hasOther = unit.Devices.Any(d => d.Device != last.Device && d.From <= last.Until
                && (d.Until is not { } until || until > last.Until));
            return new(
                hasOther ? "alert.silence.reduced" : "alert.silence",
                ["device", last.Device.ToString(), "minutes", minutes]);
        }

        static TrackedAlert? TrackedOf(Hearing state, Gap gap) =>
            state.Of(gap.Device).Alerts.FirstOrDefault(a => a.CauseAt == gap.From);

        static Hearing Track(Hearing state, Gap gap, string id, DateTimeOffset from) => state.With(
            gap.Device, state.Of(gap.Device).With(new TrackedAlert(id, gap.From, from, gap.Until)));
    }
}
