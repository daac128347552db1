using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Scoring;

/// <summary>What an operator saw: an alert raised, or shown again because it became another kind besides.</summary>
/// <param name="RaisedAt">Time of receipt of what made it visible.</param>
sealed record Alarm(AlertKind Kind, DateTimeOffset RaisedAt, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A track and what was made of where it went.</summary>
/// <param name="Records">In order of receipt.</param>
sealed record JudgedTrack(string Unit, IReadOnlyList<JudgedRecord> Records, IReadOnlyList<Alarm> Alarms)
{
    /// <summary>
    /// Its hours are those between the first receipt and the last: what a device says of its own time may be wrong by
    /// weeks, and whoever looks at alarms sees them come for so long.
    /// </summary>
    public DateTimeOffset From { get; } = Records.Min(r => r.ReceivedAt);

    public DateTimeOffset Until { get; } = Records.Max(r => r.ReceivedAt);

    public TimeSpan Length => Until - From;

    /// <summary>Devices that ride with the prime mover.</summary>
    public IReadOnlySet<string> PrimeMovers { get; init; } = new HashSet<string>(StringComparer.Ordinal);
}

/// <summary>
/// Judges recorded tracks with the code that judges the journal, record by record in the order of receipt, as if each
/// unit had been followed from its first record to its last.
/// </summary>
sealed class TrackJudge(CorridorPack pack, RouteGeometries geometries)
{
    /// <summary>Positions of a track that are asked which route it follows.</summary>
    const int MostAsked = 200;

    /// <summary>How often the service looks for silence (corridor time).</summary>
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    /// <summary>How often it is looked here after a first time: a tenth of what an alarm may take.</summary>
    static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    // Any unit: ids of alerts are compared within one track only.
    static readonly UnitId Someone = new(new("00PKTRACK000000000J0"), 1);

    /// <param name="end">When the last record of any unit came: so long somebody looks.</param>
    public JudgedTrack Judge(UnitTrack track, UnitTruth truth, DateTimeOffset end)
    {
        var unit = Follow(track, truth);
        var around = new Surroundings(pack, geometries.Find(unit.RouteId));
        var alarms = new Following(unit, around).Judge(track.Records, HasArrived(track) ? null : end);
        return new(track.Unit, track.Records, alarms)
        {
            PrimeMovers = track.PrimeMovers,
        };
    }

    /// <summary>The surroundings of a track, for those who judge otherwise.</summary>
    public Surroundings AroundOf(UnitTrack track) => new(pack, geometries.Find(RouteOf(track.Records)));

    FollowedUnit Follow(UnitTrack track, UnitTruth truth)
    {
        var (from, route) = (track.Records.Min(r => r.At), RouteOf(track.Records));
        return new(
            Someone, route, from, ExitOf(track, route), null,
            [.. track.Devices.Values.SelectMany(d => FittingsOf(track, d, from, truth))])
        {
            Permissions = truth.Permissions,
        };
    }

    /// <summary>
    /// A prime mover that was detached with permission is not the unit's any more from then on, as where an officer
    /// records it; it is again where it still reports once the permission is over.
    /// </summary>
    static IEnumerable<FollowedDevice> FittingsOf(
        UnitTrack track, string device, DateTimeOffset from, UnitTruth truth)
    {
        var id = DeviceId.Parse(device);
        if (!track.PrimeMovers.Contains(device)) return [new(id, DeviceRole.Container, from, null)];
        var fittings = new List<FollowedDevice>();
        DateTimeOffset? since = from;
        foreach (var permit in truth.Permissions.Where(p => p.Kind == AlertKind.DevicesApart).OrderBy(p => p.From))
        {
            if (since is not { } begin || permit.Until <= begin) continue;
            if (permit.From > begin) fittings.Add(new(id, DeviceRole.PrimeMover, begin, permit.From));
            since = track.Records.Where(r => r.Device == device && r.At > permit.Until)
                .Select(r => (DateTimeOffset?)r.At).Min();
        }
        if (since is { } again) fittings.Add(new(id, DeviceRole.PrimeMover, again, null));
        return fittings;
    }

    /// <summary>
    /// The route on which most of the track lies inside the corridor; of several, the one it lies nearest to.
    /// </summary>
    string RouteOf(IReadOnlyList<JudgedRecord> records)
    {
        var step = Math.Max(1, records.Count / MostAsked);
        var places = records.Where((r, i) => i % step == 0 && r.HasGoodPosition(0))
            .Select(r => new GeoCoordinate(r.LatitudeE7 / 1e7, r.LongitudeE7 / 1e7)).ToList();
        return pack.Routes.Where(r => geometries.Find(r.Id) is not null)
            .Select(r => (r.Id, Found: places.ConvertAll(p => geometries.Find(r.Id)!.Locate(p))))
            .OrderByDescending(r => r.Found.Count(p => p.Inside))
            .ThenBy(r => r.Found.Count == 0 ? 0 : r.Found.Average(p => p.DistanceMetres))
            .Select(r => r.Id).FirstOrDefault("");
    }

    /// <summary>When it left the zone of its exit office for good; null where it did not.</summary>
    DateTimeOffset? ExitOf(UnitTrack track, string routeId)
    {
        if (pack.FindRoute(routeId) is not { } route || pack.FindOffice(route.ExitOffice) is not { } exit) return null;
        DateTimeOffset? last = null;
        var after = false;
        // The goods cross, whatever pulls them; a prime mover alone crosses for want of anything else.
        var all = track.PrimeMovers.Count == track.Devices.Count;
        foreach (var record in track.Records
            .Where(r => r.HasGoodPosition(0) && (all || !track.PrimeMovers.Contains(r.Device)))
            .OrderBy(r => r.AtMicros))
        {
            var there = Earth.MetresBetween(
                exit.Place, new(record.LatitudeE7 / 1e7, record.LongitudeE7 / 1e7)) <= exit.ZoneRadiusMetres;
            if (there) (last, after) = (record.At, false);
            else after = last is not null;
        }
        return after ? last : null;
    }

    /// <summary>Its records end in the zone of an office, where trips end.</summary>
    bool HasArrived(UnitTrack track) =>
        track.Records.Where(r => r.HasGoodPosition(0)).MaxBy(r => r.AtMicros) is { } last
        && pack.Offices.Any(o => Earth.MetresBetween(
            o.Place, new(last.LatitudeE7 / 1e7, last.LongitudeE7 / 1e7)) <= o.ZoneRadiusMetres);

    /// <summary>One unit while it is followed.</summary>
    sealed class Following(FollowedUnit unit, Surroundings around)
    {
        readonly UnitWatch watch = new(unit);
        readonly List<JudgedRecord> taken = [];
        readonly List<Finding> findings = [];
        readonly Dictionary<string, List<Alarm>> alarms = [];
        readonly Dictionary<string, DateTimeOffset> heard = [];
        DateTimeOffset looked = DateTimeOffset.UnixEpoch;

        /// <param name="end">Until when it is listened for after its last record; null: no longer.</param>
        public IReadOnlyList<Alarm> Judge(IReadOnlyList<JudgedRecord> records, DateTimeOffset? end)
        {
            foreach (var device in unit.Devices) heard[device.Device.ToString()] = records[0].ReceivedAt;
            foreach (var record in records)
            {
                var now = record.ReceivedAt;
                FoldWaiting(now);
                if (!unit.IsFitted(record.Device, record.At)) continue;
                if (around.RulesAt(now) is { } rules) Listen(record, now, rules);
                taken.Add(record);
                watch.Take(record, around, findings);
                See(now);
            }
            if (end is { } until && around.RulesAt(until) is { } last) LookUntil(until, last);
            FoldWaiting(DateTimeOffset.MaxValue);
            return [.. alarms.Values.SelectMany(a => a).OrderBy(a => a.RaisedAt)];
        }

        /// <summary>What waits is folded when it is time, though no record comes then.</summary>
        void FoldWaiting(DateTimeOffset now)
        {
            while (watch.DueAt is { } due && watch.IsDue(now))
            {
                var at = due < now ? due : now;
                var before = watch.Waiting;
                watch.FoldWaiting(taken, around, findings, all: now == DateTimeOffset.MaxValue);
                See(at);
                if (before is null) return;
            }
        }

        void Listen(JudgedRecord record, DateTimeOffset now, JudgingRules rules)
        {
            var limit = TimeSpan.FromSeconds(rules.SilenceSeconds);
            LookUntil(now, rules);
            if (!(now - heard.GetValueOrDefault(record.Device) <= limit)) Look(now, rules);
            heard[record.Device] = now;
            watch.Hear(record.Device, now, rules);
        }

        /// <summary>Looks as often as the service does while a device may be found silent.</summary>
        void LookUntil(DateTimeOffset now, JudgingRules rules)
        {
            var limit = TimeSpan.FromSeconds(rules.SilenceSeconds);
            var silent = heard.Values.Where(h => now - h > limit).ToList();
            if (silent.Count == 0) return;
            var (first, last) = (silent.Min() + limit + Tick, silent.Max() + Silence.LongestAllowed(rules) + 2 * Step);
            for (var at = first > looked + Step ? first : looked + Step; at < now && at <= last; at += Step)
            {
                Look(at, rules);
                looked = at;
            }
        }

        void Look(DateTimeOffset at, JudgingRules rules)
        {
            (watch.Hearing, var found) = Rules.Silence.Judge(
                watch.Hearing, unit, at, DateTimeOffset.MinValue, rules, around);
            findings.AddRange(found);
            See(at);
        }

        /// <summary>What an operator sees of findings.</summary>
        void See(DateTimeOffset now)
        {
            if (findings.Count == 0) return;
            foreach (var finding in findings)
            {
                if (finding is Finding.Raise raise)
                    alarms[raise.AlertId] = [new(raise.Kind, now, raise.From, raise.Until)];
                else if (finding is Finding.Extend extend) Widen(alarms[extend.AlertId], extend, now);
            }
            findings.Clear();
        }

        static void Widen(List<Alarm> shown, Finding.Extend extend, DateTimeOffset now)
        {
            for (var i = 0; i < shown.Count; i++)
            {
                shown[i] = shown[i] with
                {
                    From = extend.From < shown[i].From ? extend.From : shown[i].From,
                    Until = extend.Until > shown[i].Until ? extend.Until : shown[i].Until,
                };
            }
            if (extend.Also is { } kind) shown.Add(new(kind, now, extend.From, extend.Until));
        }
    }
}
