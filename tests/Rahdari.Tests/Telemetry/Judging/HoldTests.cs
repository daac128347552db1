using FsCheck;
using FsCheck.Fluent;
using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>While records come late what they show is held back, and never for longer than ten minutes.</summary>
public sealed class HoldTests
{
    static readonly TimeSpan Budget = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Drives, leaves the corridor from 60 on, is back at 130, stands from 150 on; all of it told in time by the lock.
    /// The tracker's memory trickles in meanwhile, record by record.
    /// </summary>
    static List<(JournaledFix Fix, AlertKind? Completes)> Trip(Random random)
    {
        var live = Enumerable.Range(0, 140).Select(i => i * 2).Select(m => (
            Fix: At(m), Completes: m switch
            {
                70 => AlertKind.OffCorridor,
                240 => AlertKind.UnplannedStop,
                _ => (AlertKind?)null,
            }));
        var late = new List<(JournaledFix Fix, AlertKind? Completes)>();
        var most = random.Next(2, 150);
        for (var at = random.NextDouble() * 60; at < 280; at += (1 + random.NextDouble() * (most - 1)) / 60)
        {
            // As the tracker remembers it: seconds, minutes or hours old, in any order.
            var m = Math.Max(0, at - (random.Next(3) switch { 0 => 1, 1 => 20, _ => 400 }) * random.NextDouble());
            late.Add((At(m, Tracker) with { ReceivedAt = Start.AddMinutes(at), Late = true }, null));
        }
        return [.. live.Concat(late).OrderBy(f => f.Fix.ReceivedAt)];

        static JournaledFix At(double m, DeviceId? device = null) => Fix(
            m, 20 + Math.Min(m, 150) * 0.5, Math.Clamp(Math.Min(m - 60, 130 - m) * 600, 0, 6_000),
            kmh: m < 150 ? 30 : 0, device: device);
    }

    [Fact]
    public void Whatever_the_pattern_of_late_records_an_alarm_is_told_within_ten_minutes_of_what_completed_it() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var (watch, taken) = (new UnitWatch(Followed()), new List<JudgedRecord>());
            var due = new Dictionary<AlertKind, DateTimeOffset>();
            var (now, seen) = (Start, new List<(AlertKind Kind, DateTimeOffset At)>());
            foreach (var (fix, completes) in Trip(new Random(seed)))
            {
                for (; now < fix.ReceivedAt; now += TimeSpan.FromSeconds(1)) Look();
                taken.Add(JudgedRecord.Of(fix));
                Say(findings => watch.Take(taken[^1], Around, findings));
                if (completes is { } kind) due[kind] = fix.ReceivedAt + Budget;
            }
            return due.All(d => seen.Exists(s => s.Kind == d.Key && s.At <= d.Value));

            void Look()
            {
                if (watch.IsDue(now)) Say(findings => watch.FoldWaiting(taken, Around, findings, all: false));
            }

            void Say(Action<List<Finding>> judge)
            {
                var findings = new List<Finding>();
                judge(findings);
                seen.AddRange(findings.Raised().Select(r => (r.Kind, now)));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public void Tampering_is_never_held()
    {
        var (watch, findings) = (new UnitWatch(Followed()), new List<Finding>());
        for (var m = 0; m < 30; m++)
        {
            watch.Take(JudgedRecord.Of(Fix(m, 10 + m)), Around, findings);
            watch.Take(
                JudgedRecord.Of(Fix(m - 0.5, 9.5 + m, device: Tracker, receivedAtMinute: m, late: true)), Around,
                findings);
        }
        Assert.Empty(findings);
        watch.Take(
            JudgedRecord.Of(Fix(30, 40, seal: Shut with { RopePresent = false }, late: true)), Around, findings);
        Assert.Equal(AlertKind.RopeCut, Assert.Single(findings.Raised()).Kind);
    }
}
