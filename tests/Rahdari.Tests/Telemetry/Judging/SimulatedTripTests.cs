using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Simulator;
using Rahdari.Simulator.Officiating;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Simulator;
using Xunit.Abstractions;
using PlannedRole = Rahdari.Simulator.Reporting.DeviceRole;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>
/// The rules of the shipped pack on simulated trips with a known truth: what happened is found, nothing else is said.
/// </summary>
public sealed class SimulatedTripTests(ITestOutputHelper output)
{
    static readonly CorridorPack Pack =
        CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();

    static readonly RouteGeometries Geometries = new(Pack);

    static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(15);

    [Theory]
    [InlineData(1)]
    [InlineData(20260901)]
    public void What_happened_is_found_and_nothing_else_is_said(ulong seed)
    {
        var (hits, missed, wrong, hours, late) = (0, new List<string>(), new List<string>(), 0.0, 0);
        foreach (var (plan, routeId) in Units(seed))
        {
            var alerts = Judged(plan, routeId);
            var truth = plan.Truth.Where(t => !t.Kind.Contains(':', StringComparison.Ordinal)).ToList();
            foreach (var item in truth)
            {
                if (alerts.Any(a => Fits(a, item))) hits++;
                else missed.Add($"{item}");
            }
            wrong.AddRange(alerts.Where(a => !truth.Any(t => Fits(a, t))).Select(a => $"{plan.Incident} {a}"));
            hours += (plan.Schedule.ExitAt - plan.Schedule.GateOutAt).TotalHours;
            late += alerts.Count(a => a.Late);
        }
        output.WriteLine($"seed {seed}: {hours:0} trip hours, {hits} hits, {missed.Count} missed, {wrong.Count} false");
        Assert.Empty(missed);
        Assert.Empty(wrong);
        Assert.True(hits >= 5);
        Assert.True(late >= 1);
    }

    static bool Fits(AlertState alert, TruthItem truth) => alert.Raised!.Kind.Slug() == truth.Kind
        && truth.Overlaps(alert.From - Tolerance, alert.Until + Tolerance);

    static IEnumerable<(UnitPlan Plan, string RouteId)> Units(ulong seed)
    {
        SimulatedNode Node(string node, params string[] offices) => new(
            node, new Uri("http://127.0.0.1:1/"), new Dictionary<string, int> { ["jt600"] = 1, ["teltonika"] = 2 },
            [.. offices.Select(o => new SimulatedKey("officer", o, "key of " + o))]);
        var options = new SimulationOptions(
            "default", 6, seed, new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero), ShippedCorridor.Whole,
            [
                Node("pk", "pk:KARACHI", "pk:PORT-QASIM", "pk:TORKHAM", "pk:CHAMAN"),
                Node("af", "af:TORKHAM", "af:SPIN-BOLDAK"),
            ]);
        return Scenario.Plan(options).Declarations.SelectMany(d => d.Units.Select(u => (u, d.Route.Id)));
    }

    /// <summary>The alerts of one unit's records in the order they would come, as their events leave them.</summary>
    static List<AlertState> Judged(UnitPlan plan, string routeId)
    {
        var unit = new FollowedUnit(
            Drive.Unit, routeId, plan.Schedule.GateOutAt, plan.Schedule.ExitAt, plan.Schedule.EnterAt,
            [
                new(Drive.SealDevice, DeviceRole.Container, plan.Schedule.FitAt, null),
                new(Drive.Tracker, DeviceRole.PrimeMover, plan.Schedule.FitAt, null),
            ]);
        var around = new Surroundings(Pack, Geometries.Find(routeId));
        var (watch, alerts) = (new UnitWatch(unit), new Dictionary<string, AlertState>());
        var taken = new List<JudgedRecord>();
        foreach (var fix in Received(plan))
        {
            var rules = Pack.Judging.At(fix.JudgedAt)!.Value;
            var findings = new List<Finding>();
            var record = JudgedRecord.Of(fix);
            taken.Add(record);
            watch.Take(record, around, findings);
            if (watch.IsDue(fix.ReceivedAt)) watch.FoldWaiting(taken, around, findings);
            var hearing = watch.Hearing.At(
                record.Device, fix.ReceivedAt, null, TimeSpan.FromSeconds(rules.SilenceSeconds));
            (watch.Hearing, var passed) = Rules.Silence.Judge(
                hearing, unit, fix.ReceivedAt, DateTimeOffset.MinValue, rules);
            foreach (var finding in findings.Concat(passed)) Apply(alerts, finding);
        }
        var last = new List<Finding>();
        watch.FoldWaiting(taken, around, last);
        foreach (var finding in last) Apply(alerts, finding);
        return [.. alerts.Values.Where(a => a.RefutedAt is null)];
    }

    /// <summary>Newest first where a device comes back into coverage, then what it kept.</summary>
    static IEnumerable<JournaledFix> Received(UnitPlan plan)
    {
        var records = new[] { (PlannedRole.Container, Drive.SealDevice), (PlannedRole.PrimeMover, Drive.Tracker) }
            .SelectMany(d => plan.Reports(d.Item1).Select(r => (Report: r, Device: d.Item2)));
        return records
            .OrderBy(r => r.Report.SendableFrom).ThenBy(r => r.Report.IsKept).ThenBy(r => r.Report.Time)
            .Select(r => new JournaledFix
            {
                Device = r.Device,
                ReceivedAt = r.Report.SendableFrom,
                Unit = Drive.Unit,
                Message = r.Report.Message,
                Late = r.Report.IsKept,
                DecoderVersion = 1,
            });
    }

    static void Apply(Dictionary<string, AlertState> alerts, Finding finding)
    {
        alerts[finding.AlertId] = finding switch
        {
            Finding.Raise f => AlertState.Empty with
            {
                Raised = new(
                    f.AlertId, f.Unit, f.Kind, f.Severity, f.From, f.Until, f.Late, f.Device, null, null,
                    f.Sentence.Key, f.Sentence.Args),
                From = f.From,
                Until = f.Until,
                Late = f.Late,
            },
            Finding.Extend f => alerts[f.AlertId] with
            {
                From = f.From, Until = f.Until,
                Late = alerts[f.AlertId].Late || (f.Late && f.From < alerts[f.AlertId].From),
            },
            Finding.Refute f => alerts[f.AlertId] with { RefutedAt = f.Until },
            Finding.Narrow f => alerts[f.AlertId] with { From = f.From, Until = f.Until },
            _ => throw new InvalidOperationException(),
        };
    }
}
