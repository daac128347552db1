using System.Collections.Concurrent;
using Rahdari.Simulator;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Tests.Simulator;

public sealed class SimulationRunTests
{
    [Fact]
    public async Task One_truck_goes_from_declaration_to_discharge_with_both_sides_acting()
    {
        await using var nodes = await FakeNodes.StartAsync(1);
        var acknowledged = new ConcurrentQueue<AcknowledgedRecord>();
        var report = await nodes.RunAsync(SampleOptions.Start, acknowledged.Enqueue);
        var unit = Assert.Single(report.Units);
        Assert.True(unit.IsDischarged, unit.Reason);
        Assert.Equal(("e4", false, "rope-cut-in-gap"), (unit.Grade, unit.Unreconciled, unit.Incident));
        Assert.Equal(
            ["guarantee-reserved", "selection-made", "unit-examined", "seal-fitted", "device-fitted", "device-fitted",
                "unit-weighed", "unit-gated-out", "unit-weighed", "unit-exited", "unit-entered", "unit-discharged"],
            nodes.History(unit.Unit));
        Assert.Contains(
            nodes.Granted, g => g is { Node: "af", Key: "officer@af:TORKHAM" } && g.Path.EndsWith("/entry"));
        Assert.DoesNotContain(nodes.Granted, g => g.Node == "pk" && g.Path.EndsWith("/entry"));
        Assert.Contains(nodes.Granted, g => g.Key == "officer@pk:TORKHAM" && g.Path.EndsWith("/exit"));
        Assert.Empty(report.Refusals);
        Assert.Equal(report.FramesSent, report.FramesAcknowledged);
        Assert.Equal(report.RecordsAcknowledged, acknowledged.Count);
        Assert.Contains(report.Truth, t => t.Kind == "rope-cut" && t.Unit == unit.Unit);
    }

    [Fact]
    public async Task Every_record_of_the_plan_up_to_the_discharge_reaches_the_node()
    {
        await using var nodes = await FakeNodes.StartAsync(1);
        await nodes.RunAsync(SampleOptions.Start);
        var unit = SampleOptions.Units(nodes.Options).Single();
        var last = nodes.Locks.Received.Max(r => r.Message.Time!.Value);
        var planned = unit.Reports(DeviceRole.Container).Select(r => r.Time).Where(t => t <= last);
        Assert.Equal(planned, nodes.Locks.Received.Select(r => r.Message.Time!.Value).Order());
        Assert.InRange(last, unit.Schedule.EnterAt!.Value.AddMinutes(-15), unit.Schedule.EnterAt.Value.AddHours(2));
    }

    [Fact]
    public async Task The_late_alert_is_acknowledged_and_resolved_by_the_truth()
    {
        await using var nodes = await FakeNodes.StartAsync(1);
        var report = await nodes.RunAsync(SampleOptions.Start);
        var alert = Assert.Single(nodes.Alerts);
        Assert.Equal(("resolved", "confirmed"), ((string)alert["state"]!, (string)alert["finding"]!));
        Assert.Equal(1, report.AlertsResolved);
    }

    [Fact]
    public async Task Six_trucks_end_discharged_one_of_them_without_the_other_sides_answer()
    {
        await using var nodes = await FakeNodes.StartAsync(6);
        var report = await nodes.RunAsync(SampleOptions.Start);
        Assert.Equal(6, report.Units.Count);
        Assert.All(report.Units, u => Assert.True(u.IsDischarged, u.Reason));
        Assert.Equal(5, report.Units.Count(u => u is { Grade: "e4", Unreconciled: false }));
        var alone = Assert.Single(report.Units, u => u.Unreconciled);
        Assert.Equal("unanswered", alone.Incident);
        // Asked for before the rules allow it, again and again: the only refusals there are.
        var refusal = Assert.Single(report.Refusals);
        Assert.Equal(
            ("discharge", 422, "discharge-too-early", alone.Unit),
            (refusal.Step, refusal.Status, refusal.Code, refusal.Unit));
        Assert.True(refusal.Times > 3);
        Assert.NotNull(Assert.Single(nodes.Closures)["reopenedAt"]);
    }

    [Fact]
    public async Task Outages_of_node_and_ports_lose_nothing_and_double_nothing()
    {
        await using var nodes = await FakeNodes.StartAsync(1);
        nodes.Interfere = (n, _) => n % 3 == 0 ? 503 : null;
        nodes.Locks.Fate = n =>
            n % 10 == 0 ? FrameFate.Drop : n % 11 == 0 ? FrameFate.KeepAndHangUp : FrameFate.KeepAndAnswer;
        var acknowledged = new ConcurrentQueue<AcknowledgedRecord>();
        var report = await nodes.RunAsync(SampleOptions.Start, acknowledged.Enqueue);
        Assert.True(report.Units.Single().IsDischarged, report.Units.Single().Reason);
        // The office receives two pairs, and fits one, by the same path each.
        Assert.Equal(nodes.Granted.Count, nodes.Granted.Select(g => (g.Node, g.Path, g.Key)).Distinct().Count() + 4);
        var kept = nodes.Locks.Received.Select(r => (r.Device, r.Message.Time!.Value)).ToHashSet();
        Assert.All(
            acknowledged.Where(a => a.Device.StartsWith("jt600:")), a => Assert.Contains((a.Device, a.FixTime), kept));
        Assert.True(report.FramesSent > report.FramesAcknowledged);
    }

    [Fact]
    public async Task A_step_refused_for_good_stops_the_unit_and_is_named()
    {
        await using var nodes = await FakeNodes.StartAsync(1);
        nodes.Interfere = (_, r) => r.Path.ToString().EndsWith("/seals") ? 403 : null;
        var report = await nodes.RunAsync(SampleOptions.Start);
        var unit = Assert.Single(report.Units);
        Assert.Equal(("stopped", "seals: 403"), (unit.Ended, unit.Reason));
        var refusal = Assert.Single(report.Refusals);
        Assert.Equal(("seals", 403, 1), (refusal.Step, refusal.Status, refusal.Times));
        Assert.Empty(nodes.Locks.Received);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(30)]
    [InlineData(40)]
    [InlineData(48)]
    public async Task A_run_cut_short_is_taken_up_where_it_was(double hours)
    {
        await using var nodes = await FakeNodes.StartAsync(1);
        var cutAt = SampleOptions.Start.AddHours(hours);
        using var cut = new CancellationTokenSource();
        DateTimeOffset? stoodAt = null;
        nodes.Interfere = (_, _) =>
        {
            if (nodes.Now < cutAt || stoodAt is not null) return null;
            // What the clock does while everybody falls is nothing a restarted one would know of.
            stoodAt = nodes.Now;
            cut.Cancel();
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => nodes.RunAsync(SampleOptions.Start, cancel: cut.Token));
        nodes.Interfere = (_, _) => null;
        var report = await nodes.RunAsync(stoodAt!.Value);
        var unit = Assert.Single(report.Units);
        Assert.True(unit.IsDischarged, unit.Reason);
        var plan = SampleOptions.Units(nodes.Options).Single();
        Assert.Equal(1, nodes.History(unit.Unit).Count(t => t == "unit-gated-out"));
        Assert.Equal(2, nodes.History(unit.Unit).Count(t => t == "device-fitted"));
        var kept = nodes.Locks.Received.Select(r => r.Message.Time!.Value).ToHashSet();
        var planned = plan.Reports(DeviceRole.Container).Where(r => r.Time < plan.Schedule.EnterAt);
        Assert.All(planned, r => Assert.Contains(r.Time, kept));
    }

    [Fact]
    public async Task A_clock_that_ran_on_while_the_nodes_started_costs_no_record()
    {
        await using var nodes = await FakeNodes.StartAsync(1);
        var plan = SampleOptions.Units(nodes.Options).Single();
        nodes.ResumedAt = SampleOptions.Start;
        await nodes.RunAsync(plan.Journey.Departs.AddHours(9));
        var kept = nodes.Locks.Received.Select(r => r.Message.Time!.Value).ToHashSet();
        var planned = plan.Reports(DeviceRole.Container).Where(r => r.Time < plan.Schedule.EnterAt);
        Assert.All(planned, r => Assert.Contains(r.Time, kept));
    }
}
