using FsCheck;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>Many causes of one kind from one device within minutes are one alert with a count.</summary>
public sealed class FloodTests
{
    static readonly SealState Cut = new(Locked: true, RopePresent: false, CoverClosed: true);

    /// <summary>A rope sensor that flaps: cut and whole again so often within ten minutes, then quiet.</summary>
    static List<JournaledFix> Flapping(int times) =>
    [
        Fix(0, 50),
        .. Enumerable.Range(0, times).SelectMany(i => new[]
        {
            Fix(10 + i * 10.0 / times, 55 + i * 0.01, seal: Cut),
            Fix(10 + (i + 0.5) * 10.0 / times, 55 + i * 0.01),
        }),
        .. Enumerable.Range(0, 20).Select(i => Fix(22 + i * 2, 60 + i)),
    ];

    [Fact]
    public void A_hundred_are_three_alerts_the_last_with_count_first_and_last_time()
    {
        var (watch, findings) = Judged(Flapping(100));
        Assert.Equal(3, findings.Raised().Count());
        Assert.All(findings.Raised(), r => Assert.Equal(AlertKind.RopeCut, r.Kind));
        var last = Assert.IsType<Finding.Extend>(findings[^1]);
        Assert.Equal("alert.flood", last.Sentence!.Key);
        Assert.Equal("98", last.Sentence.Args[last.Sentence.Args.ToList().IndexOf("times") + 1]);
        Assert.Equal((10.2, 19.9), (Math.Round(Minute(last.From), 1), Math.Round(Minute(last.Until), 1)));
        Assert.NotNull(watch.Told[^1].ClosedAt);
        // Said as it doubles, not a hundred times.
        Assert.InRange(findings.Count, 8, 16);
    }

    [Fact]
    public void Three_in_as_many_minutes_and_more_that_are_far_apart_are_alerts_of_their_own()
    {
        Assert.Equal(3, Judged(Flapping(3)).Findings.Raised().Count());
        var apart = Enumerable.Range(0, 8).SelectMany(i => new[]
        {
            Fix(i * 30, 10 + i * 10, seal: Cut), Fix(i * 30 + 15, 15 + i * 10),
        });
        Assert.Equal(8, Judged(apart).Findings.Raised().Count());
    }

    [Fact]
    public void After_its_time_of_quiet_the_next_one_is_an_alert_again()
    {
        var again = new[] { Fix(90, 95, seal: Cut), Fix(92, 96) };
        Assert.Equal(4, Judged([.. Flapping(20), .. again]).Findings.Raised().Count());
    }

    [Fact]
    public void Another_kind_and_another_device_are_not_counted_to_it()
    {
        var open = new SealState(Locked: false, RopePresent: true, CoverClosed: true);
        var more = new[]
        {
            Fix(16.01, 56, seal: open), Fix(16.02, 56, seal: Cut, device: Tracker), Fix(16.03, 56, device: Tracker),
        };
        var kinds = Judged([.. Flapping(40).Concat(more).OrderBy(f => f.JudgedAt)]).Findings.Raised()
            .Select(r => (r.Kind, r.Device)).Distinct().ToList();
        Assert.Contains((AlertKind.Unlocked, SealDevice), kinds);
        Assert.Contains((AlertKind.RopeCut, Tracker), kinds);
    }

    static readonly SealState AllShut = new(Locked: true, RopePresent: true, ShackleClosed: true, DoorClosed: true);
    static readonly SealState ShackleOpen = AllShut with { ShackleClosed = false };

    /// <summary>A shackle sensor that flaps for twenty minutes, and the door opened once in between.</summary>
    static List<JournaledFix> FlappingWithDoor() =>
    [
        .. Enumerable.Range(0, 40).SelectMany(i => new[]
        {
            Fix(10 + i * 0.5, 55 + i * 0.01, seal: ShackleOpen), Fix(10.2 + i * 0.5, 55 + i * 0.01, seal: AllShut),
        }),
        Fix(20.1, 55.2, seal: AllShut with { DoorClosed = false }, events: [DeviceEvent.DoorOpened]),
        Fix(50, 60, seal: AllShut),
    ];

    [Fact]
    public void Another_sensor_of_the_same_kind_is_an_alert_of_its_own_amid_a_flood()
    {
        var (watch, findings) = Judged(FlappingWithDoor().OrderBy(f => f.JudgedAt));
        var raised = findings.Raised().ToList();
        Assert.Equal(4, raised.Count);
        Assert.All(raised, r => Assert.Equal(AlertKind.SealOpened, r.Kind));
        Assert.Contains(raised, r => Math.Round(Minute(r.From), 1) == 20.1);
        // The flood goes on beside it, and its count holds the shackle alone.
        Assert.Equal(38, watch.Told.Max(t => t.Times));
        Assert.Empty(findings.OfType<Finding.Refute>());
    }

    [Fact]
    public void Another_means_of_unlocking_is_an_alert_of_its_own_amid_a_flood()
    {
        var open = AllShut with { Locked = false };
        var flapping = Enumerable.Range(0, 20).SelectMany(i => new[]
        {
            Fix(10 + i * 0.5, 55 + i * 0.1, seal: open), Fix(10.2 + i * 0.5, 55 + i * 0.1, seal: AllShut),
        });
        var byCard = Fix(15.1, 56, seal: open, events: [DeviceEvent.UnsealedByCard]);
        var raised = Judged(flapping.Append(byCard).OrderBy(f => f.JudgedAt)).Findings.Raised().ToList();
        Assert.Equal("Unlocked:10 Unlocked:10.5 Unlocked:11 Unlocked:15.1", string.Join(
            ' ', raised.Select(r => $"{r.Kind}:{Minute(r.From):0.#}")));
    }

    [Fact]
    public void A_door_opened_long_after_a_shackle_stuck_open_is_an_alert_of_its_own_and_at_once_it_is_not()
    {
        IEnumerable<JournaledFix> With(double door) => Enumerable.Range(0, 60)
            .Select(i => Fix(10 + i, 55 + i * 0.1, seal: ShackleOpen with { DoorClosed = 10 + i < door }));
        Assert.Equal(
            [10.0, 40.0], Judged(With(40)).Findings.Raised().Where(r => r.Kind == AlertKind.SealOpened)
                .Select(r => Minute(r.From)));
        Assert.Single(Judged(With(12)).Findings.Raised(), r => r.Kind == AlertKind.SealOpened);
    }

    [Fact]
    public void Stops_that_fill_the_list_leave_room_for_tampering()
    {
        // Each stop lasts for 100 minutes; the next one is 30 km away.
        var stops = Enumerable.Range(0, 150).SelectMany(i => new[]
        {
            Fix(i * 140, 30 + i % 2 * 30, kmh: 0), Fix(i * 140 + 100, 30 + i % 2 * 30, kmh: 0),
        });
        var (_, findings) = Judged([.. stops, Fix(150 * 140, 40, seal: Cut)]);
        Assert.Equal(Fold.MostCauses, findings.Raised().Count(r => r.Kind != AlertKind.RopeCut));
        Assert.Single(findings.Raised(), r => r.Kind == AlertKind.RopeCut);
    }

    [Fact]
    public void Tampering_beyond_the_most_that_is_kept_of_one_kind_and_device_is_counted_and_another_kind_is_told()
    {
        var cuts = Enumerable.Range(0, 40).SelectMany(i => new[]
        {
            Fix(i * 30, 10 + i * 5, seal: Cut), Fix(i * 30 + 15, 12 + i * 5),
        });
        var (watch, findings) = Judged([.. cuts, Fix(1_200, 215, seal: new SealState(Locked: false))]);
        Assert.Equal(Fold.MostTampering, findings.Raised().Count(r => r.Kind == AlertKind.RopeCut));
        Assert.Single(findings.Raised(), r => r.Kind == AlertKind.Unlocked);
        Assert.Equal(40 - Fold.MostTampering + 1, watch.Told.Max(t => t.Times));
    }

    [Fact]
    public void In_whatever_order_a_flood_with_another_sensor_in_it_comes_the_alerts_are_the_same()
    {
        var clean = LeftBy(FlappingWithDoor().OrderBy(f => f.JudgedAt));
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var (random, fixes) = (new Random(seed), FlappingWithDoor().ToArray());
            random.Shuffle(fixes);
            return LeftBy([.. fixes.Select((f, i) => f with { ReceivedAt = Start.AddMinutes(100 + i), Late = true })])
                == clean;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void In_whatever_order_the_records_come_alerts_and_count_are_the_same()
    {
        var clean = LeftBy(Flapping(12));
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var (random, fixes) = (new Random(seed), Flapping(12).ToArray());
            random.Shuffle(fixes);
            return LeftBy([.. fixes.Select((f, i) => f with { ReceivedAt = Start.AddMinutes(100 + i), Late = true })])
                == clean;
        }).QuickCheckThrowOnFailure();
    }

    static string LeftBy(IEnumerable<JournaledFix> fixes) => string.Join(' ', Judged(fixes).Watch.Told
        .Where(t => !t.IsRefuted).OrderBy(t => t.From).Select(t => $"{t.Kind}:{Minute(t.From):0.##}x{t.Times}"));
}
