using Rahdari.Devices;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>
/// One device heard over both ways: what a vendor passes on of it may add an alert, and takes nothing back that the
/// device's own records show, in whatever order the two come.
/// </summary>
public sealed class RelayBesideDirectTests
{
    const string Vendor = "sample-locks";

    static readonly SealState Cut = new(Locked: true, RopePresent: false, CoverClosed: true);

    /// <summary>Interleaved, the device first, the vendor first.</summary>
    public static readonly TheoryData<string> Orders = ["as they were made", "direct first", "relayed first"];

    static List<JournaledFix> Ordered(string order, IEnumerable<JournaledFix> direct, IEnumerable<JournaledFix> passed)
    {
        var all = direct.Concat(passed).OrderBy(f => f.Message.Time);
        return order switch
        {
            "direct first" => [.. all.OrderBy(f => f.Relay is not null)],
            "relayed first" => [.. all.OrderBy(f => f.Relay is null)],
            _ => [.. all],
        };
    }

    static JournaledFix Passed(
        double minute, double kilometre, double metresEast = 0, int kmh = 50, SealState? seal = null,
        IReadOnlyList<DeviceEvent>? events = null) =>
        Fix(minute, kilometre, metresEast, kmh, seal, events, relay: Vendor);

    static IEnumerable<int> Minutes(int from, int to) => Enumerable.Range(from, to - from);

    static ToldAlert Standing(UnitWatch watch, AlertKind kind) =>
        Assert.Single(watch.Told, t => !t.IsRefuted && t.Kind == kind);

    [Theory, MemberData(nameof(Orders))]
    public void A_rope_that_the_lock_itself_says_is_cut_stays_cut_whatever_its_vendor_passes_on(string order)
    {
        var direct = Minutes(0, 40).Select(m => Fix(
            2 * m, 10 + m, seal: m < 15 ? Shut : Cut, events: m == 15 ? [DeviceEvent.RopeCut] : []));
        var passed = Minutes(0, 60).Select(m => Passed(2 * m + 1, 10.5 + m));

        var (watch, findings) = Judged(Ordered(order, direct, passed));

        var alert = Standing(watch, AlertKind.RopeCut);
        Assert.Equal((30.0, null), (Minute(alert.From), alert.ClosedAt));
        Assert.Empty(findings.OfType<Finding.Refute>());
        Assert.Null(Assert.Single(findings.Raised(), r => r.Kind == AlertKind.RopeCut).Relay);
    }

    [Theory, MemberData(nameof(Orders))]
    public void A_deviation_that_the_lock_itself_shows_is_not_closed_by_passed_on_places_on_the_road(string order)
    {
        var direct = Minutes(0, 60).Select(m => Fix(2 * m, 10 + m * 1.6, m < 20 ? 0 : 3_000));
        var passed = Minutes(0, 90).Select(m => Passed(2 * m + 1, 10.8 + m * 1.6));

        var (watch, findings) = Judged(Ordered(order, direct, passed));

        var alert = Standing(watch, AlertKind.OffCorridor);
        Assert.Equal((40.0, null), (Minute(alert.From), alert.ClosedAt));
        Assert.DoesNotContain(findings.OfType<Finding.Refute>(), r => r.AlertId == alert.Id);
    }

    [Theory, MemberData(nameof(Orders))]
    public void A_stop_that_the_lock_itself_shows_is_not_refuted_by_a_drive_its_vendor_passed_on(string order)
    {
        var direct = new[] { Fix(0, 60, kmh: 0), Fix(120, 60, kmh: 0) };
        var passed = Minutes(1, 12).Select(i => Passed(i * 10, 60 + 5 * Math.Min(i, 12 - i)));

        var (watch, findings) = Judged(Ordered(order, direct, passed));

        Assert.Equal(0.0, Minute(Standing(watch, AlertKind.UnplannedStop).From));
        Assert.Empty(findings.OfType<Finding.Refute>());
    }

    [Theory, MemberData(nameof(Orders))]
    public void A_vendor_adds_an_alarm_that_says_so_and_the_locks_own_word_ends_it(string order)
    {
        var direct = Minutes(0, 30).Where(m => m is < 10 or > 20).Select(m => Fix(2 * m, 10 + m));
        var passed = Minutes(12, 18).Select(m => Passed(
            2 * m + 1, 10.5 + m, seal: Cut, events: m == 12 ? [DeviceEvent.RopeCut] : []));

        var (watch, findings) = Judged(Ordered(order, direct, passed));

        Assert.Equal(Vendor, Assert.Single(findings.Raised(), r => r.Kind == AlertKind.RopeCut).Relay);
        var alert = Standing(watch, AlertKind.RopeCut);
        Assert.Equal((25.0, 42.0), (Minute(alert.From), Minute(alert.ClosedAt!.Value)));
    }

    [Theory, MemberData(nameof(Orders))]
    public void What_both_say_is_one_alert_and_the_locks_own_record_is_its_evidence(string order)
    {
        var direct = Minutes(0, 40).Select(m => Fix(
            2 * m, 10 + m, seal: m < 15 ? Shut : Cut, events: m == 15 ? [DeviceEvent.RopeCut] : [])).ToList();
        var passed = direct.Select(f => f with
        {
            Relay = new(new(Vendor), null, RelayDoubt.None, First: true),
        });

        var (watch, findings) = Judged(Ordered(order, direct, passed));

        Assert.Single(findings.Raised());
        Assert.Equal(30.0, Minute(Standing(watch, AlertKind.RopeCut).From));
        var cause = Assert.Single(watch.Head.Causes);
        Assert.Null(cause.Relay);
        Assert.False(Assert.Single(watch.Head.Devices, d => d.HeardMicros == watch.Head.Last!.AtMicros).IsRelayed);
    }

    [Fact]
    public void A_copy_from_the_device_takes_the_place_of_the_vendors_and_is_judged_as_its_own()
    {
        var record = Fix(4, 12, seal: Cut);
        var copy = record with { Relay = new(new(Vendor), null, RelayDoubt.None, First: true) };

        foreach (var order in (JournaledFix[][])[[copy, record], [record, copy]])
        {
            var (watch, _) = Judged([Fix(0, 10), .. order, Fix(6, 13, seal: Cut)]);
            Assert.All(watch.Head.Causes, c => Assert.Null(c.Relay));
            Assert.Single(watch.Head.Causes);
        }
    }

    [Fact]
    public void A_vendor_that_raises_without_end_leaves_room_for_what_the_device_shows()
    {
        // An hour apart each, so that no flood folds them.
        var passed = Minutes(0, 400).Select(m => Passed(
            60 * m + m % 2, 50, kmh: 0, seal: m % 2 == 0 ? Cut : Shut));
        var direct = new[] { Fix(0.5, 50, kmh: 0), Fix(24_100, 50, kmh: 0, seal: Cut) };

        var (watch, _) = Judged([.. passed, .. direct], Followed() with { GatedOutAt = Start });

        Assert.Contains(watch.Head.Causes, c => c is { Kind: AlertKind.RopeCut, Relay: null });
        Assert.Equal(
            Fold.MostTampering,
            watch.Head.Causes.Count(c => c is { Kind: AlertKind.RopeCut, Relay: not null }));
        Assert.InRange(watch.Head.Causes.Count(c => c.Relay is not null), 1, Fold.MostRelayed);
    }

    [Fact]
    public void Whatever_is_passed_on_in_whatever_order_every_alert_of_the_direct_records_stands()
    {
        var random = new Random(20260902);
        for (var round = 0; round < 200; round++)
        {
            var direct = Trip(random).ToList();
            var alone = Judged(direct).Watch.Told.Where(t => !t.IsRefuted).ToList();
            var passed = Minutes(0, random.Next(10, 120)).Select(_ => Passed(
                random.Next(0, 260) + 0.5, random.Next(10, 200), random.Next(4) * 2_000, random.Next(2) * 40,
                random.Next(3) == 0 ? Cut : Shut)).ToList();
            var mixed = direct.Concat(passed).ToArray();
            if (round % 3 == 0) mixed = [.. mixed.OrderBy(f => f.Message.Time)];
            if (round % 3 == 1) random.Shuffle(mixed);

            var (watch, _) = Judged(mixed);

            foreach (var alert in alone)
                Assert.True(watch.Told.Any(t => !t.IsRefuted && t.Kind == alert.Kind && t.Device == alert.Device
                    && t.From <= alert.From && (t.ClosedAt is null || t.ClosedAt >= alert.ClosedAt)),
                    $"round {round}: {alert}\n{string.Join('\n', watch.Told)}");
        }
    }

    /// <summary>A drive with a rope cut, a deviation and a stop, each at some time.</summary>
    static IEnumerable<JournaledFix> Trip(Random random)
    {
        var (cut, aside, stop) = (random.Next(20, 120), random.Next(20, 60), random.Next(70, 90));
        for (var m = 0; m < 130; m++)
        {
            var at = m < stop ? m : Math.Max(stop, m - 50);
            yield return Fix(
                2 * m, 10 + at, m >= aside && m < aside + 15 ? 3_000 : 0, m >= stop && m < stop + 50 ? 0 : 30,
                m < cut ? Shut : Cut, m == cut ? [DeviceEvent.RopeCut] : []);
        }
    }
}
