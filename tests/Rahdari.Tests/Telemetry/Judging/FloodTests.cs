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
