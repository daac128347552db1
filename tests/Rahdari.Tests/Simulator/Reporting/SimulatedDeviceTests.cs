using System.Collections.Concurrent;
using Rahdari.Devices;
using Rahdari.Simulator;
using Rahdari.Simulator.Officiating;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Tests.Simulator.Reporting;

public sealed class SimulatedDeviceTests
{
    static readonly UnitPlan Unit = SampleOptions.Units(SampleOptions.Of(1)).Single();
    static readonly DateTimeOffset GapFrom = Unit.Conditions.Gap!.Value.From;

    /// <summary>An hour before the gap, the gap, and an hour after it.</summary>
    static PlannedReport[] Reports(DeviceRole role) =>
    [
        .. Unit.Reports(role).Where(r => r.Time > GapFrom.AddHours(-1) && r.Time < GapFrom.AddMinutes(150 + 60)),
    ];

    static readonly CancellationToken Cancel = CancellationToken.None;

    static async Task<(FakeDevicePort Port, List<AcknowledgedRecord> Acknowledged)> DriveAsync(
        IDeviceWire wire, string id, PlannedReport[] reports, Func<int, FrameFate>? fate = null,
        DateTimeOffset since = default)
    {
        var port = new FakeDevicePort(wire.Protocol);
        if (fate is not null) port.Fate = fate;
        using var clock = new TestClock(SampleOptions.Start);
        var acknowledged = new ConcurrentQueue<AcknowledgedRecord>();
        var device = new SimulatedDevice(
            wire, id, "127.0.0.1", port.Port, clock, new PromptTime(), new Traffic(acknowledged.Enqueue));
        await device.RunAsync(reports, since, Cancel);
        await port.DisposeAsync();
        return (port, [.. acknowledged]);
    }

    [Fact]
    public async Task A_lock_sends_the_newest_first_after_a_gap_then_the_second_newest_then_the_rest()
    {
        var reports = Reports(DeviceRole.Container);
        var (port, _) = await DriveAsync(new Jt600Wire(Unit.Lock), Unit.Lock, reports);
        Assert.Equal(reports.Length, port.Received.Count);
        var order = port.Received.Select(r => r.Message.Time!.Value).ToArray();
        var kept = reports.Where(r => r.IsKept).Select(r => r.Time).ToArray();
        var first = reports.First(r => r.Time >= GapFrom.AddMinutes(150)).Time;
        var from = Array.IndexOf(order, first);
        Assert.Equal([first, kept[^1], .. kept[..^1]], order[from..(from + kept.Length + 1)]);
    }

    [Fact]
    public async Task The_cut_comes_late_as_an_alarm_with_the_rope_away()
    {
        var (port, _) = await DriveAsync(new Jt600Wire(Unit.Lock), Unit.Lock, Reports(DeviceRole.Container));
        var alarm = Assert.Single(port.Received, r => r.Message.Events.Contains(DeviceEvent.RopeCut));
        Assert.Equal(RecordClass.Alarm, alarm.Message.Record);
        Assert.Equal(Unit.Conditions.RopeCut, alarm.Message.Time);
        Assert.False(alarm.Message.Seal.RopePresent);
        Assert.Contains(
            port.Received.TakeWhile(r => r != alarm), r => r.Message.Time > alarm.Message.Time);
    }

    [Fact]
    public async Task A_lock_repeats_a_record_until_it_is_acknowledged_and_loses_none()
    {
        var reports = Reports(DeviceRole.Container);
        var (port, acknowledged) = await DriveAsync(
            new Jt600Wire(Unit.Lock), Unit.Lock, reports,
            n => n % 5 == 0 ? FrameFate.Drop : n % 7 == 0 ? FrameFate.KeepAndHangUp : FrameFate.KeepAndAnswer);
        Assert.Equal(reports.Select(r => r.Time).Order(), acknowledged.Select(r => r.FixTime).Order());
        Assert.Equal(
            reports.Select(r => r.Time).Order(), port.Received.Select(r => r.Message.Time!.Value).Distinct().Order());
        Assert.True(port.Received.Count > reports.Length);
        // What is sent twice is the same record, byte by byte.
        Assert.All(
            port.Received.GroupBy(r => r.Message.Time),
            g => Assert.Single(g.Select(r => Convert.ToHexString(r.Frame)).Distinct()));
    }

    [Fact]
    public async Task A_tracker_sends_what_it_kept_from_the_oldest_on_several_at_once()
    {
        var reports = Reports(DeviceRole.PrimeMover);
        var (port, acknowledged) = await DriveAsync(
            new TeltonikaWire(Unit.Imei), Unit.Imei, reports,
            n => n % 4 == 0 ? FrameFate.Drop : FrameFate.KeepAndAnswer);
        Assert.Equal(reports.Select(r => r.Time), port.Received.Select(r => r.Message.Time!.Value));
        Assert.Equal(reports.Select(r => r.Time), acknowledged.Select(r => r.FixTime));
        Assert.Contains(port.Received.GroupBy(r => r.Frame), g => g.Count() == 20);
        Assert.All(port.Received, r => Assert.Equal($"teltonika:{Unit.Imei}", r.Device));
        Assert.All(port.Received, r => Assert.True(r.Frame.Length <= 1280));
    }

    [Fact]
    public async Task Started_again_it_sends_only_what_the_earlier_run_may_have_left_unsaid()
    {
        var reports = Reports(DeviceRole.Container);
        var since = GapFrom.AddMinutes(90);
        var (port, _) = await DriveAsync(new Jt600Wire(Unit.Lock), Unit.Lock, reports, since: since);
        var expected = reports.Where(r => r.SendableFrom >= since).Select(r => r.Time);
        Assert.Equal(expected.Order(), port.Received.Select(r => r.Message.Time!.Value).Order());
        Assert.Contains(port.Received, r => r.Message.Events.Contains(DeviceEvent.RopeCut));
    }

    [Fact]
    public async Task A_server_that_stays_away_is_an_outage_after_a_limited_number_of_attempts()
    {
        await using var port = new FakeDevicePort("jt600") { Fate = _ => FrameFate.Drop };
        using var clock = new TestClock(SampleOptions.Start);
        var traffic = new Traffic(null);
        var device = new SimulatedDevice(
            new Jt600Wire(Unit.Lock), Unit.Lock, "127.0.0.1", port.Port, clock, new PromptTime(), traffic);
        await Assert.ThrowsAsync<SimulationOutageException>(
            () => device.RunAsync(Reports(DeviceRole.Container), default, Cancel));
        Assert.Equal(Backoff.MaxAttempts, traffic.FramesSent);
        Assert.Equal(0, traffic.FramesAcknowledged);
    }
}
