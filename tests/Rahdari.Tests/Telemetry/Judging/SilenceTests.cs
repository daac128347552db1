using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

public sealed class SilenceTests
{
    static readonly FollowedUnit LockOnly = Followed() with { Devices = [Followed().Devices[0]] };

    static (Hearing State, IReadOnlyList<Finding> Findings) Tick(
        Hearing state, double minute, FollowedUnit? unit = null, double listeningSince = -1_000) => Rules.Silence.Judge(
            state, unit ?? LockOnly, Start.AddMinutes(minute), Start.AddMinutes(listeningSince), RoadRules);

    static Hearing HeardUntil(int minute) => Heard(
        Enumerable.Range(0, minute / 10 + 1).Select(i => Fix(i * 10, i * 8)));

    [Fact]
    public void A_device_not_heard_for_longer_than_the_limit_is_silent()
    {
        var state = HeardUntil(60);
        Assert.Empty(Tick(state, 120).Findings);
        var raised = Assert.Single(Tick(state, 121).Findings.Raised());
        Assert.Equal((AlertKind.Silence, 60.0, 121.0), (raised.Kind, Minute(raised.From), Minute(raised.Until)));
        Assert.Equal(SealDevice, raised.Device);
        Assert.NotNull(raised.Place);
    }

    [Fact]
    public void It_is_raised_once_and_ends_with_the_next_record()
    {
        var (state, first) = Tick(HeardUntil(60), 121);
        (state, var second) = Tick(state, 180);
        state = Heard([Fix(200, 160)], from: state);
        (state, var ended) = Tick(state, 201);
        var (_, quiet) = Tick(state, 240);
        Assert.Single(first.Raised());
        Assert.Empty(second);
        var extend = Assert.IsType<Finding.Extend>(Assert.Single(ended));
        Assert.Equal((first[0].AlertId, 200.0), (extend.AlertId, Minute(extend.Until)));
        Assert.Empty(quiet);
    }

    [Fact]
    public void Its_name_does_not_depend_on_when_somebody_looked()
    {
        var state = HeardUntil(60);
        var (_, early) = Tick(state, 121);
        var (_, late) = Tick(state, 400);
        Assert.Equal(early[0].AlertId, late[0].AlertId);
    }

    [Fact]
    public void A_silence_that_ended_before_anybody_looked_is_raised_whole()
    {
        var state = Heard([Fix(200, 160)], from: HeardUntil(60));
        var raised = Assert.Single(Tick(state, 210).Findings.Raised());
        Assert.Equal((60.0, 200.0), (Minute(raised.From), Minute(raised.Until)));
    }

    [Fact]
    public void What_waits_in_the_other_lane_is_no_silence()
    {
        // Live records at 60 and 200; between them the device flushed its memory, and that lane is judged later.
        var state = Heard([Fix(200, 160)], from: HeardUntil(60));
        var kept = Enumerable.Range(0, 14).Select(i => Fix(61, 49, receivedAtMinute: 65 + i * 10, late: true));
        // Judged only up to where both lanes are: minute 65, then further.
        (state, var early) = Tick(state, 65);
        state = Heard(kept, from: state);
        Assert.Empty(early);
        Assert.Empty(Tick(state, 210).Findings);
    }

    [Fact]
    public void Time_in_which_the_node_did_not_listen_does_not_count()
    {
        var state = HeardUntil(60);
        Assert.Empty(Tick(state, 300, listeningSince: 290).Findings);
        Assert.Single(Tick(state, 351, listeningSince: 290).Findings);
    }

    [Fact]
    public void A_device_never_heard_is_silent_since_gate_out()
    {
        var raised = Assert.Single(Tick(Hearing.Empty, 61).Findings.Raised());
        Assert.Equal(0, Minute(raised.From));
        Assert.Null(raised.Place);
    }

    static Hearing BothHeard(int sealMinute, int trackerMinute) => Heard(
        [Fix(sealMinute, 8), Fix(trackerMinute, 8, device: Tracker)]);

    [Fact]
    public void One_silent_device_of_two_leaves_the_unit_followed_by_the_other()
    {
        var raised = Assert.Single(Tick(BothHeard(50, 10), 100, Followed()).Findings.Raised());
        Assert.Equal(
            (Tracker, "alert.silence.reduced", 10.0), (raised.Device, raised.Sentence.Key, Minute(raised.From)));
    }

    [Fact]
    public void Devices_that_fall_silent_together_are_one_alert_that_names_both()
    {
        var raised = Assert.Single(Tick(BothHeard(30, 10), 200, Followed()).Findings.Raised());
        Assert.Equal((10.0, 200.0), (Minute(raised.From), Minute(raised.Until)));
        Assert.Equal(
            new("alert.silence.both", ["devices", $"{Tracker}, {SealDevice}", "minutes", "170"]), raised.Sentence,
            (a, b) => a!.Key == b!.Key && a.Args.SequenceEqual(b.Args));
    }

    [Fact]
    public void A_second_device_that_falls_silent_soon_joins_the_alert_and_is_named()
    {
        var (state, first) = Tick(BothHeard(30, 10), 80, Followed());
        var (after, joined) = Tick(state, 100, Followed());
        var extend = Assert.IsType<Finding.Extend>(Assert.Single(joined));
        Assert.Equal((first[0].AlertId, "alert.silence.both"), (extend.AlertId, extend.Sentence!.Key));
        Assert.Contains(SealDevice.ToString(), extend.Sentence.Args[1], StringComparison.Ordinal);
        Assert.Empty(Tick(after, 130, Followed()).Findings);
    }

    [Fact]
    public void A_joint_silence_lasts_as_long_as_the_longest()
    {
        var (state, first) = Tick(BothHeard(30, 10), 100, Followed());
        state = Heard([Fix(110, 90)], from: state);
        (state, var sealBack) = Tick(state, 111, Followed());
        state = Heard([Fix(150, 120), Fix(150, 120, device: Tracker)], from: state);
        var (_, bothBack) = Tick(state, 151, Followed());
        Assert.Equal([(first[0].AlertId, 110.0), (first[0].AlertId, 150.0)], sealBack.Concat(bothBack)
            .OfType<Finding.Extend>().Select(e => (e.AlertId, Minute(e.Until))));
    }

    [Fact]
    public void A_device_that_falls_silent_long_after_the_other_is_another_cause()
    {
        var (state, first) = Tick(BothHeard(90, 10), 80, Followed());
        var raised = Assert.Single(Tick(state, 160, Followed()).Findings.Raised());
        Assert.NotEqual(first[0].AlertId, raised.AlertId);
        Assert.Equal((SealDevice, 90.0), (raised.Device, Minute(raised.From)));
    }

    [Fact]
    public void However_the_looks_fall_two_devices_make_the_same_alerts()
    {
        (int Minute, bool Seal)[] heard =
            [(5, true), (20, false), (120, true), (130, false), (140, true), (290, false), (295, true)];
        var random = new Random(7);
        SortedDictionary<string, (double, double)>? expected = null;
        for (var round = 0; round < 100; round++)
        {
            var state = Hearing.Empty;
            var alerts = new SortedDictionary<string, (double, double)>(StringComparer.Ordinal);
            var looks = Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(500)).Append(500).Order();
            var steps = heard.Select(h => (h.Minute, Look: false, h.Seal))
                .Concat(looks.Select(m => (Minute: m, Look: true, Seal: false))).OrderBy(s => s.Minute);
            foreach (var (minute, isLook, isSeal) in steps)
            {
                IReadOnlyList<Finding> findings = [];
                if (isLook) (state, findings) = Tick(state, minute, Followed(exited: Start.AddMinutes(450)));
                else state = Heard([Fix(minute, 60, device: isSeal ? SealDevice : Tracker)], from: state);
                foreach (var finding in findings)
                {
                    Assert.True(finding is not Finding.Raise || !alerts.ContainsKey(finding.AlertId));
                    alerts[finding.AlertId] = finding switch
                    {
                        Finding.Raise f => (Minute(f.From), Minute(f.Until)),
                        Finding.Extend f => (Minute(f.From), Minute(f.Until)),
                        _ => throw new InvalidOperationException(),
                    };
                }
            }
            expected ??= alerts;
            Assert.Equal(expected, alerts);
        }
        Assert.Equal([(5.0, 130.0), (130.0, 295.0), (290.0, 450.0)], expected!.Values.Order());
    }

    [Fact]
    public void After_the_exit_silence_is_not_judged()
    {
        var state = HeardUntil(60);
        Assert.Empty(Tick(state, 500, LockOnly with { ExitedAt = Start.AddMinutes(100) }).Findings);
        Assert.Empty(Tick(state, 500, LockOnly with { GatedOutAt = null }).Findings);
        var off = LockOnly.Devices[0] with { Until = Start.AddMinutes(90) };
        Assert.Empty(Tick(state, 500, LockOnly with { Devices = [off] }).Findings);
    }

    [Fact]
    public void An_open_silence_ends_with_the_exit()
    {
        var (state, _) = Tick(HeardUntil(60), 130);
        var (_, findings) = Tick(state, 200, LockOnly with { ExitedAt = Start.AddMinutes(150) });
        Assert.Equal(150, Minute(Assert.IsType<Finding.Extend>(Assert.Single(findings)).Until));
    }

    [Fact]
    public void However_the_looks_fall_the_same_silences_are_raised()
    {
        int[] heard = [0, 30, 60, 200, 205, 290, 300, 480, 490];
        var random = new Random(5);
        for (var round = 0; round < 100; round++)
        {
            var state = Hearing.Empty;
            var ids = new SortedSet<string>();
            var raised = 0;
            var looks = Enumerable.Range(0, 20).Select(_ => random.Next(500)).Append(500).Order().ToList();
            var steps = heard.Select(m => (m, false)).Concat(looks.Select(m => (m, true))).Order();
            foreach (var (minute, isLook) in steps)
            {
                IReadOnlyList<Finding> findings;
                if (isLook) (state, findings) = Tick(state, minute);
                else
                {
                    state = Heard([Fix(minute, minute * 0.6)], from: state);
                    findings = [];
                }
                foreach (var raise in findings.Raised().Where(r => r.Kind == AlertKind.Silence))
                {
                    ids.Add(raise.AlertId);
                    raised++;
                }
            }
            Assert.Equal((3, 3), (ids.Count, raised));
        }
    }
}
