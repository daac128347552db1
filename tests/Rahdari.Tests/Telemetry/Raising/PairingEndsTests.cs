using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Movements;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

/// <summary>What ends the pairing of two devices with a named officer's word raises nothing.</summary>
public sealed class PairingEndsTests
{
    static readonly DeviceId NextTracker = DeviceId.Parse("teltonika:356307042441099");

    [Theory]
    [InlineData(DetachReason.TractorChange)]
    [InlineData(DetachReason.HandOver)]
    [InlineData(DetachReason.DeviceFault)]
    public async Task A_tracker_taken_off_drives_away_and_falls_silent_without_an_alarm(DetachReason reason)
    {
        await using var fixture = await OpenAsync();
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await JudgeAsync(fixture, run, 20, [.. Ride(SealDevice, 0, 20), .. Ride(Tracker, 0, 20)]);
        await fixture.RecordAsync(
            new DeviceDetached(Unit.Mrn, 1, Tracker, DeviceRole.PrimeMover) { Reason = reason });
        // The old tractor goes back; what its tracker says is of no unit any more.
        await JudgeAsync(
            fixture, run, 40,
            [.. Ride(SealDevice, 20, 40), .. Ride(Tracker, 20, 40, kmAMinute: -1).Select(f => f with { Unit = null })]);
        if (reason == DetachReason.TractorChange)
            await fixture.RecordAsync(new DeviceFitted(Unit.Mrn, 1, NextTracker, DeviceRole.PrimeMover));
        await JudgeAsync(
            fixture, run, 150,
            [.. Ride(SealDevice, 40, 150), .. reason == DetachReason.TractorChange ? Ride(NextTracker, 40, 150) : []]);
        Assert.Empty(await fixture.AlertsAsync());
    }

    [Fact]
    public async Task The_same_without_an_officers_word_is_an_alarm()
    {
        await using var fixture = await OpenAsync();
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await JudgeAsync(fixture, run, 20, [.. Ride(SealDevice, 0, 20), .. Ride(Tracker, 0, 20)]);
        await JudgeAsync(
            fixture, run, 40, [.. Ride(SealDevice, 20, 40), .. Ride(Tracker, 20, 40, kmAMinute: -1)]);
        Assert.Contains(await fixture.AlertsAsync(), a => a.Kind == "devices-apart");
    }

    [Fact]
    public void Each_side_follows_its_own_devices_and_compares_them_with_no_other()
    {
        var scene = new Scene();
        var unit = scene.Entered();
        scene.Accept(new DetachDevice(unit, Journey.Tracker, DetachReason.HandOver), Scene.Torkham);
        var (theirLock, theirTracker) = (DeviceId.Parse("jt600:8000630001"), DeviceId.Parse("teltonika:1"));
        scene.Accept(new FitDevice(unit, theirLock, DeviceRole.Container), Scene.AfTorkham);
        Assert.Empty(scene.Observe(new FitDevice(unit, theirTracker, DeviceRole.PrimeMover), Scene.AfTorkham));

        var departure = FollowedUnits.Of(unit, RouteId, scene.Unit(unit), Scene.Pk);
        var entry = FollowedUnits.Of(unit, RouteId, scene.Unit(unit), Scene.Af);
        Assert.Equal([Journey.Lock, Journey.Tracker], departure.Devices.Select(d => d.Device));
        Assert.Equal([theirLock, theirTracker], entry.Devices.Select(d => d.Device));
        Assert.False(departure.IsFitted(Journey.Tracker.ToString(), scene.Now));
        Assert.True(departure.IsFitted(Journey.Lock.ToString(), scene.Now));
        // The same lock number at the other node is another fitting there, and takes nothing from ours.
        Assert.Equal(
            [(Journey.Lock, Scene.Pk), (theirLock, Scene.Af), (theirTracker, Scene.Af)],
            scene.Unit(unit).LiveDevices.Select(d => (d.Device, d.Side)));
        scene.Accept(new DetachDevice(unit, theirTracker, DetachReason.TractorChange), Scene.AfTorkham);
        Assert.Equal([Journey.Lock, theirLock], scene.Unit(unit).LiveDevices.Select(d => d.Device));
        Assert.Equal(
            "device-not-fitted",
            scene.Refuse(new DetachDevice(unit, Journey.Lock, DetachReason.HandOver), Scene.AfTorkham).Code);
    }

    [Fact]
    public void At_the_other_node_a_tractor_change_and_its_own_devices_far_from_ours_raise_nothing()
    {
        // The unit is on the other side's road: its node follows what it fitted, between entry and its own detaching.
        var theirs = Followed() with
        {
            Devices =
            [
                new(SealDevice, DeviceRole.Container, Start, null),
                new(Tracker, DeviceRole.PrimeMover, Start, Start.AddMinutes(20)),
                new(NextTracker, DeviceRole.PrimeMover, Start.AddMinutes(25), null),
            ],
        };
        var (_, findings) = Judged(
            [.. Ride(SealDevice, 0, 60), .. Ride(Tracker, 0, 20), .. Ride(NextTracker, 25, 60)], theirs);
        Assert.Empty(findings.Raised());
    }

    static async Task<JudgingFixture> OpenAsync()
    {
        var fixture = await JudgingFixture.OpenAsync();
        await fixture.RecordAsync(new DeviceFitted(Unit.Mrn, 1, Tracker, DeviceRole.PrimeMover));
        return fixture;
    }

    static async Task JudgeAsync(
        JudgingFixture fixture, JudgingRun run, int minute, IReadOnlyList<JournaledFix> fixes)
    {
        await fixture.AppendAsync(fixes.OrderBy(f => f.JudgedAt));
        fixture.At(Start.AddMinutes(minute));
        await fixture.JudgeAllAsync(run);
        await run.TickAsync(Start, lookForUnheard: false, default);
        await run.CommitAsync(default);
    }

    /// <summary>A record each minute; forth with the unit, or back from kilometre 30.</summary>
    static IEnumerable<JournaledFix> Ride(DeviceId device, int from, int to, double kmAMinute = 0.8) =>
        Enumerable.Range(from, to - from).Select(m => Fix(
            m, kmAMinute > 0 ? 10 + m * kmAMinute : 10 + from * 0.8 + (m - from) * kmAMinute, device: device));
}
