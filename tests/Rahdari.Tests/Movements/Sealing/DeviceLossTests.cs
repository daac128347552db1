using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Stock;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Telemetry.Judging;
using Rahdari.Transparency;

namespace Rahdari.Tests.Movements.Sealing;

/// <summary>Who takes a device off a unit under way; the officer at 33 degrees north, where the zone is 5 km wide.
/// </summary>
public sealed class DeviceLossTests
{
    static LastHeard HeardAt(Scene scene, double latitude, double minutesBefore) => new(
        Journey.Tracker, scene.Now.AddMinutes(-minutesBefore), new((int)(latitude * 1e7), 700_000_000));

    static Acting Officer(Scene scene) => new(new("o-7"), Scene.Torkham, scene.Now, Drive.Pack);

    static List<EventBody> Bodies(Decision decision) =>
        [.. Assert.IsType<Decision.Accepted>(decision).Events.Select(e => e.Body)];

    static string? Irregularity(IEnumerable<EventBody> events) =>
        events.OfType<IrregularityOpened>().SingleOrDefault()?.Code;

    /// <summary>A degree is 111 km; no truck drives 180 km in an hour.</summary>
    [Theory]
    [InlineData(33.0, 600, null, null)]
    [InlineData(32.96, 600, null, null)]
    [InlineData(32.9, 1, "critical", "detached-elsewhere")]
    [InlineData(32.9, 30, "warning", null)]
    [InlineData(30.0, 60, "critical", "detached-elsewhere")]
    [InlineData(30.0, 600, "warning", null)]
    [InlineData(30.0, -9, "critical", "detached-elsewhere")]
    public void Who_takes_a_device_off_where_the_unit_was_not_heard_is_told_of(
        double latitude, double minutesBefore, string? severity, string? irregularity)
    {
        var scene = new Scene();
        var unit = scene.GatedOut();
        var events = Bodies(DetachDevice.Decide(
            scene.Movement(unit.Mrn), new(unit, Journey.Lock, DetachReason.TractorChange), Officer(scene),
            HeardAt(scene, latitude, minutesBefore)));
        // It is recorded whatever speaks against it.
        Assert.Single(events.OfType<DeviceDetached>());
        Assert.Equal(irregularity, Irregularity(events));
        Assert.Equal(severity, events.OfType<AlertRaised>().SingleOrDefault()?.Severity.Slug());
    }

    [Fact]
    public void The_alert_says_who_at_which_office_and_how_far_the_unit_was_heard_and_when()
    {
        var scene = new Scene();
        var unit = scene.GatedOut();
        var alert = Bodies(DetachDevice.Decide(
                scene.Movement(unit.Mrn), new(unit, Journey.Lock, DetachReason.Other), Officer(scene),
                HeardAt(scene, 31, 12)))
            .OfType<AlertRaised>().Single();
        Assert.Equal((unit, AlertKind.DeviceTakenAway, Journey.Lock), (alert.Unit, alert.Kind, alert.Device));
        Assert.Equal(310_000_000, alert.LatitudeE7);
        Assert.Equal(
            [
                "device", Journey.Lock.ToString(), "by", "o-7", "office", "pk:TORKHAM", "kilometres", "217",
                "minutes", "12", "heard", Journey.Tracker.ToString(),
            ], alert.SentenceArgs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_device_put_on_another_unit_is_told_of_the_one_under_way(bool isHeard)
    {
        var scene = new Scene();
        var (first, second) = (scene.GatedOut(), new UnitId(scene.Release(), 1));
        var events = Bodies(FitDevice.Decide(
            scene.Movement(second.Mrn), new DeviceHolder(first), scene.Fold<StockItem>(""), scene.Movement(first.Mrn),
            new(second, Journey.Lock, DeviceRole.Container), Officer(scene),
            new Dictionary<UnitId, LastHeard?> { [first] = isHeard ? HeardAt(scene, 33, 1) : null }));
        var alert = Assert.Single(events.OfType<AlertRaised>());
        Assert.Equal((first, second, AlertSeverity.Critical), (alert.Unit, alert.OtherUnit, alert.Severity));
        Assert.Equal(!isHeard, alert.SentenceKey.EndsWith(".unplaced", StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_takes_a_device_s_place_from_afar_is_told_of_like_a_detaching()
    {
        var scene = new Scene();
        var unit = scene.GatedOut();
        List<EventBody> Fitted(double latitude) => Bodies(FitDevice.Decide(
            scene.Movement(unit.Mrn), DeviceHolder.Empty, scene.Fold<StockItem>(""), null,
            new(unit, new("jt600", "1"), DeviceRole.Container), Officer(scene),
            new Dictionary<UnitId, LastHeard?> { [unit] = HeardAt(scene, latitude, 1) }));
        Assert.Equal("detached-elsewhere", Irregularity(Fitted(30)));
        Assert.Equal(Journey.Lock, Assert.Single(Fitted(30).OfType<AlertRaised>()).Device);
        Assert.Empty(Fitted(33).OfType<AlertRaised>());
    }

    [Fact]
    public void Before_the_gate_and_after_the_exit_nobody_is_told()
    {
        foreach (var (told, journey) in new (bool, Func<Scene, UnitId>)[]
            { (false, s => s.Sealed()), (true, s => s.GatedOut()), (false, s => s.Exited()) })
        {
            var scene = new Scene();
            var unit = journey(scene);
            Assert.Equal(told, DeviceLoss.IsTold(scene.Movement(unit.Mrn), unit));
        }
    }
}
