using FsCheck;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Parties;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>An opening that an office recorded is told from one that nobody did.</summary>
public sealed class OpeningTests
{
    static readonly SealState Open = new(Locked: false, RopePresent: false, CoverClosed: true, ShackleClosed: false);
    static readonly OfficeId Karachi = OfficeId.Parse("pk:KARACHI");

    /// <summary>Examined at the office in whose zone the trip begins, recorded at a minute.</summary>
    static OfficeAct Examined(double minute, string id = "e-exam") =>
        new(id, "unit-examined", Karachi, new OfficerId("o-7"), Start.AddMinutes(minute));

    static FollowedUnit With(params IEnumerable<OfficeAct> acts) => Followed() with
    {
        HasOfficeRecord = true,
        Permissions = [.. acts.SelectMany(act => Permission.Opening.Select(
            kind => new Permission(kind, act.At.AddHours(-2), act.At.AddHours(1)) { Act = act }))],
    };

    /// <summary>Stands in the zone for an hour, opened from minute 20 to 40, then drives off.</summary>
    static List<JournaledFix> Trip(SealState? after = null) =>
    [
        .. Enumerable.Range(0, 30).Select(i => Fix(
            i * 2, 1, kmh: 0, seal: i is >= 10 and < 20 ? Open : Shut,
            events: i == 10 ? [DeviceEvent.UnsealedByCard, DeviceEvent.ShackleOpened] : [])),
        .. Enumerable.Range(30, 30).Select(i => Fix(i * 2, 1 + (i - 30) * 1.6, seal: after)),
    ];

    [Fact]
    public void What_the_office_of_the_zone_recorded_is_no_alert_and_is_told_as_an_opening()
    {
        var (_, findings) = Judged(Trip(), With(Examined(45)));
        Assert.Empty(findings.Raised());
        var opening = Assert.IsType<Finding.Allow>(findings[^1]).Opening;
        Assert.Equal(20, Minute(opening.From));
        Assert.Equal(
            [AlertKind.SealOpened, AlertKind.Unlocked], opening.Kinds.Order());
        Assert.Equal((Karachi, new OfficerId("o-7"), "e-exam"),
            (opening.Act.Office, opening.Act.Officer, opening.Act.EventId));
    }

    [Fact]
    public void In_the_zone_of_an_office_that_recorded_nothing_it_is_an_alert_that_names_the_office()
    {
        var raised = Judged(Trip(), With()).Findings.Raised().ToList();
        Assert.Equal([AlertKind.SealOpened, AlertKind.Unlocked], raised.Select(r => r.Kind).Order());
        Assert.All(raised, r => Assert.EndsWith(".at-office", r.Sentence.Key, StringComparison.Ordinal));
        Assert.All(raised, r => Assert.Contains("pk:KARACHI", r.Sentence.Args));
    }

    [Fact]
    public void Where_nothing_is_known_of_offices_the_zone_is_taken_for_leave() =>
        Assert.Empty(Judged(Trip()).Findings);

    [Fact]
    public void Outside_the_zone_of_the_office_its_record_allows_nothing()
    {
        var (_, findings) = Judged([Fix(0, 20), Fix(2, 22, seal: Open), Fix(4, 24)], With(Examined(10)));
        Assert.NotEmpty(findings.Raised());
        Assert.Empty(findings.OfType<Finding.Allow>());
    }

    [Theory]
    [InlineData(160)]
    [InlineData(-61)]
    public void Too_long_before_or_after_the_office_s_record_it_is_an_alert(double recordedAt) =>
        Assert.NotEmpty(Judged(Trip(), With(Examined(recordedAt))).Findings.Raised());

    [Fact]
    public void What_stays_open_when_the_leave_is_over_is_an_alert()
    {
        var (_, findings) = Judged(Trip(after: Open), With(Examined(10)));
        Assert.NotEmpty(findings.OfType<Finding.Allow>());
        // Driven out of the zone with the lock open.
        Assert.All(findings.Raised(), r => Assert.InRange(Minute(r.From), 60, 80));
        Assert.NotEmpty(findings.Raised());
    }

    [Fact]
    public void A_rope_gone_at_the_office_and_put_back_is_allowed_and_one_never_put_back_is_not()
    {
        var gone = new SealState(Locked: true, RopePresent: false);
        Assert.Empty(Judged(
            [Fix(0, 1, seal: gone, kmh: 0), Fix(2, 1, kmh: 0), Fix(90, 20)], With(Examined(5))).Findings.Raised());
        Assert.Equal(AlertKind.RopeCut, Assert.Single(Judged(
            [Fix(0, 1, seal: gone, kmh: 0), Fix(20, 20, seal: gone)], With(Examined(5))).Findings.Raised()).Kind);
    }

    [Fact]
    public void An_unlocking_that_the_lock_refused_is_neither_alert_nor_opening() => Assert.Empty(Judged(
        [Fix(0, 50), Fix(2, 52, events: [DeviceEvent.UnsealRefusedOutsideFence]), Fix(4, 54)],
        With(Examined(2))).Findings);

    [Fact]
    public void Leave_for_one_device_is_none_for_another()
    {
        var unit = With(Examined(10));
        unit = unit with { Permissions = [.. unit.Permissions.Select(p => p with { Device = Tracker })] };
        Assert.NotEmpty(Judged(Trip(), unit).Findings.Raised());
    }

    [Fact]
    public void A_record_that_comes_after_the_alarm_refutes_it_by_citing_the_act_and_deletes_nothing()
    {
        var (watch, said, all) = (new UnitWatch(With()), new List<Finding>(), new List<JudgedRecord>());
        foreach (var fix in Trip())
        {
            all.Add(JudgedRecord.Of(fix));
            watch.Take(all[^1], Around, said);
        }
        var raised = said.Raised().Select(r => r.AlertId).Order().ToList();
        Assert.Equal(2, raised.Count);
        watch.Take(With(Examined(50)));
        watch.FoldWaiting(all, Around, said);
        var refuted = said.OfType<Finding.Refute>().ToList();
        Assert.Equal(raised, refuted.Select(r => r.AlertId).Order());
        Assert.All(refuted, r => Assert.Equal(("e-exam", null), (r.Explained!.EventId, r.JoinedTo)));
        Assert.Equal(20, Minute(Assert.Single(said.OfType<Finding.Allow>()).Opening.From));

        // The office corrects its record: the alarm is back, under a name of its own.
        watch.Take(With());
        watch.FoldWaiting(all, Around, said);
        Assert.Single(said.OfType<Finding.Disallow>());
        Assert.Equal(4, said.Raised().Select(r => r.AlertId).Distinct().Count());
    }

    [Fact]
    public void A_late_record_inside_the_leave_raises_nothing()
    {
        var (watch, said, all) = (new UnitWatch(With(Examined(45))), new List<Finding>(), new List<JudgedRecord>());
        void Take(JournaledFix fix)
        {
            all.Add(JudgedRecord.Of(fix));
            watch.Take(all[^1], Around, said);
        }
        Take(Fix(0, 1, kmh: 0));
        for (var m = 60; m < 300; m++) Take(Fix(m, 1 + (m - 60) * 0.5));
        Take(Fix(20, 1, seal: Open, late: true, kmh: 0, events: [DeviceEvent.UnsealedByCard]));
        // Without a position of its own where it was is seen only among the records around it.
        Take(Fix(22, 1, seal: Open, late: true, kmh: 0, valid: false));
        Assert.Empty(said);
        watch.FoldWaiting(all, Around, said);
        Assert.Empty(said.Raised());
        Assert.Equal(20, Minute(Assert.Single(said.OfType<Finding.Allow>()).Opening.From));
    }

    [Fact]
    public void In_whatever_order_records_and_acts_come_alerts_and_openings_are_the_same()
    {
        var trip = Trip(after: Open).Select(JudgedRecord.Of).ToList();
        var acts = new[] { Examined(30), Examined(50, "e-second") };
        var expected = LeftBy(trip, [], acts, 0);
        Assert.NotEqual("", expected);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var records = trip.ToArray();
            if (seed % 2 == 0) random.Shuffle(records);
            return LeftBy(records, acts[..random.Next(3)], acts, random.Next(records.Length)) == expected;
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Alerts and openings that stand in the end.</summary>
    /// <param name="actsAt">After so many records the rest of the acts is known.</param>
    static string LeftBy(
        IReadOnlyList<JudgedRecord> records, IEnumerable<OfficeAct> first, IEnumerable<OfficeAct> all, int actsAt)
    {
        var (watch, said, taken) = (new UnitWatch(With(first)), new List<Finding>(), new List<JudgedRecord>());
        for (var i = 0; i < records.Count; i++)
        {
            taken.Add(records[i]);
            watch.Take(records[i], Around, said);
            if (i != actsAt) continue;
            watch = WatchForm.Read(With(all), WatchForm.Write(watch))!;
            if (watch.Waiting is not null) watch.FoldWaiting(taken, Around, said);
        }
        watch.FoldWaiting(taken, Around, said);
        var openings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var finding in said)
        {
            if (finding is Finding.Allow { Opening: var o } allow)
                openings[allow.OpeningId] = $"{o.Act.EventId}:{Minute(o.From)}:{string.Join(',', o.Kinds)}";
            else if (finding is Finding.Disallow gone) openings.Remove(gone.OpeningId);
        }
        return string.Join(' ', watch.Told.Where(t => !t.IsRefuted).OrderBy(t => t.From).ThenBy(t => t.Kind)
            .Select(t => $"{t.Kind}:{Minute(t.From)}").Concat(openings.Values));
    }
}
