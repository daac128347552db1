using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

public sealed class RuleTests
{
    /// <summary>On the road by the minute, at 50 km/h, from kilometre 10 on.</summary>
    static IEnumerable<JournaledFix> Road(int fromMinute, int untilMinute, Func<int, double>? east = null) =>
        Enumerable.Range(fromMinute / 2, (untilMinute - fromMinute) / 2)
            .Select(i => Fix(i * 2, 10 + i * 2 * 50.0 / 60, east?.Invoke(i * 2) ?? 0));

    [Fact]
    public void An_uneventful_trip_raises_nothing() => Assert.Empty(Judged(Road(0, 240)).Findings);

    [Fact]
    public void Off_the_corridor_is_raised_once_and_closed_on_return()
    {
        var (_, findings) = Judged(Road(0, 200, m => m is >= 60 and < 100 ? 4_000 : 0));
        var raised = Assert.Single(findings.Raised());
        Assert.Equal((AlertKind.OffCorridor, 60.0, false), (raised.Kind, Minute(raised.From), raised.Late));
        Assert.Equal("alert.off-corridor", raised.Sentence.Key);
        Assert.Contains("beyond", raised.Sentence.Args);
        var closed = Assert.IsType<Finding.Extend>(findings[1]);
        Assert.Equal((raised.AlertId, 60.0, 98.0), (closed.AlertId, Minute(closed.From), Minute(closed.Until)));
        Assert.Equal(2, findings.Count);
    }

    [Theory]
    [InlineData(1_400)]
    [InlineData(-1_400)]
    public void Between_the_margins_nothing_begins(double east) =>
        Assert.Empty(Judged(Road(0, 200, m => m is >= 60 and < 100 ? east : 0)).Findings);

    [Fact]
    public void Between_the_margins_nothing_ends()
    {
        // Out, then back and forth across the outer margin only: one alert.
        var (_, findings) = Judged(Road(0, 200, m => m is >= 60 and < 100 ? (m % 8 == 0 ? 1_300 : 1_700) : 0));
        Assert.Single(findings.Raised());
    }

    [Fact]
    public void Two_records_outside_are_not_enough()
        => Assert.Empty(Judged(Road(0, 200, m => m is >= 60 and < 64 ? 4_000 : 0)).Findings);

    [Fact]
    public void In_the_zone_of_an_office_a_unit_is_never_off()
    {
        // The last kilometres: within five of the office at the northern end, two beside the line.
        var end = (33 - 30) * Rahdari.Corridors.Earth.MetresPerDegree(31.5).Latitude / 1000;
        Assert.Empty(Judged(Enumerable.Range(0, 20).Select(i => Fix(i * 2, end - 1, 2_500, kmh: 0))).Findings);
    }

    [Fact]
    public void Before_gate_out_and_after_exit_the_road_is_not_judged()
    {
        var away = Enumerable.Range(0, 30).Select(i => Fix(i * 2 - 120, 50, 9_000));
        Assert.Empty(Judged(away).Findings);
        var after = Enumerable.Range(0, 30).Select(i => Fix(i * 2 + 60, 50, 9_000, kmh: 0));
        Assert.Empty(Judged(after, Followed(exited: Start.AddMinutes(60))).Findings);
    }

    [Fact]
    public void A_position_the_device_does_not_vouch_for_is_not_believed()
    {
        var invalid = Enumerable.Range(0, 30).Select(i => Fix(i * 2, 50, 9_000, valid: false));
        var few = Enumerable.Range(0, 30).Select(i => Fix(i * 2, 50, 9_000, satellites: 3));
        Assert.DoesNotContain(Judged(invalid).Findings.Raised(), r => r.Kind == AlertKind.OffCorridor);
        Assert.DoesNotContain(Judged(few).Findings.Raised(), r => r.Kind == AlertKind.OffCorridor);
    }

    [Fact]
    public void A_long_stop_outside_any_yard_is_raised_once()
    {
        var stand = Enumerable.Range(6, 12).Select(i => Fix(i * 10, 60, kmh: 0));
        var (_, findings) = Judged([.. Road(0, 60), .. stand, Fix(180, 61), Fix(182, 63)]);
        var raised = Assert.Single(findings.Raised());
        Assert.Equal((AlertKind.UnplannedStop, 60.0), (raised.Kind, Minute(raised.From)));
        Assert.Equal(170, Minute(Assert.IsType<Finding.Extend>(findings[^1]).Until));
    }

    [Fact]
    public void A_stop_shorter_than_the_limit_is_none() =>
        Assert.Empty(Judged(
            [.. Road(0, 60), .. Enumerable.Range(6, 8).Select(i => Fix(i * 10, 60, kmh: 0)), Fix(140, 62)]).Findings);

    [Fact]
    public void An_allowed_stop_has_its_own_limit()
    {
        var within = Enumerable.Range(0, 12).Select(i => Fix(i * 10, 100, kmh: 0));
        Assert.Empty(Judged(within).Findings);
        var beyond = Enumerable.Range(0, 14).Select(i => Fix(i * 10, 100, kmh: 0));
        Assert.Equal(AlertKind.UnplannedStop, Assert.Single(Judged(beyond).Findings.Raised()).Kind);
    }

    [Fact]
    public void Two_devices_standing_at_one_place_are_one_stop()
    {
        var both = Enumerable.Range(0, 20).SelectMany(i => new[]
        {
            Fix(i * 10, 60, kmh: 0), Fix(i * 10 + 1, 60.02, kmh: 0, seal: default(SealState), device: Tracker),
        });
        Assert.Single(Judged(both).Findings.Raised());
    }

    [Theory]
    [InlineData(DeviceEvent.RopeCut, AlertKind.RopeCut)]
    [InlineData(DeviceEvent.ShackleOpened, AlertKind.SealOpened)]
    [InlineData(DeviceEvent.DoorOpened, AlertKind.SealOpened)]
    [InlineData(DeviceEvent.OpenedWhileSealed, AlertKind.SealOpened)]
    [InlineData(DeviceEvent.CoverOpened, AlertKind.CoverOpened)]
    [InlineData(DeviceEvent.Tampered, AlertKind.CoverOpened)]
    [InlineData(DeviceEvent.UnsealedByCard, AlertKind.Unlocked)]
    [InlineData(DeviceEvent.UnsealedByPlatform, AlertKind.Unlocked)]
    [InlineData(DeviceEvent.WrongPasswords, AlertKind.OpeningAttempted)]
    [InlineData(DeviceEvent.IllegalCard, AlertKind.OpeningAttempted)]
    [InlineData(DeviceEvent.Panic, AlertKind.Distress)]
    [InlineData(DeviceEvent.PowerCut, AlertKind.Battery)]
    [InlineData(DeviceEvent.Unplugged, AlertKind.Battery)]
    public void An_event_of_the_seal_raises_its_alert(DeviceEvent deviceEvent, AlertKind kind)
    {
        var (_, findings) = Judged([Fix(0, 50), Fix(2, 52, events: [deviceEvent]), Fix(4, 54), Fix(6, 56)]);
        Assert.Equal((kind, 2.0), Assert.Single(findings.Raised().Select(r => (r.Kind, Minute(r.From)))));
    }

    [Fact]
    public void Another_card_than_the_books_is_told_once_until_it_is_the_right_one_again()
    {
        var (_, findings) = Judged(
        [
            Fix(0, 50), Told(2, 52, Other), Fix(4, 54), Told(6, 56, Other), Told(8, 58, Booked), Told(10, 60, Booked),
            Told(200, 150, Other, Tracker), Fix(202, 152),
        ]);
        Assert.Equal(
            [(AlertKind.OtherSimCard, 2.0, SealDevice), (AlertKind.OtherSimCard, 200.0, Tracker)],
            findings.Raised().Select(r => (r.Kind, Minute(r.From), r.Device!.Value)));
        Assert.Equal(
            ["device", $"{SealDevice}", "along", "52", "told", "4321"],
            findings.Raised().First().Sentence.Args);
    }

    [Fact]
    public void A_card_that_the_books_do_not_know_shows_nothing() =>
        Assert.Empty(Judged([Fix(0, 50), Told(2, 52, Other, booked: null), Fix(4, 54)]).Findings);

    [Fact]
    public void What_is_known_of_a_card_is_kept_with_the_state_of_judging()
    {
        var (watch, findings) = Judged([Fix(0, 50), Told(2, 52, Other), Fix(4, 54), Fix(6, 56)]);
        var resumed = WatchForm.Read(Followed(), WatchForm.Write(watch))!;
        var said = new List<Finding>();
        foreach (var fix in new[] { Told(8, 58, Other), Told(10, 60, Other) })
            resumed.Take(JudgedRecord.Of(fix), Around, said);
        Assert.Single(findings.Raised());
        Assert.Empty(said.Raised());
    }

    const string Booked = "8992302000001234569", Other = "8992302000007654321";

    static JournaledFix Told(
        double minute, double kilometre, string card, DeviceId? device = null, string? booked = Booked)
    {
        var fix = Fix(minute, kilometre, device: device);
        return fix with
        {
            Message = fix.Message with { SimCard = SimCardNumber.Parse(card) },
            BookedCard = booked is null ? null : SimCardNumber.Parse(booked),
        };
    }

    [Theory]
    [InlineData(DeviceEvent.UnsealRefusedOutsideFence)]
    [InlineData(DeviceEvent.UnsealRefusedBadPassword)]
    public void An_unlocking_that_was_refused_is_none(DeviceEvent refused) =>
        Assert.Empty(Judged([Fix(0, 50), Fix(2, 52, events: [refused]), Fix(4, 54)]).Findings);

    [Fact]
    public void In_the_zone_of_an_office_a_wrong_card_is_an_officer_s_mistake() => Assert.Empty(
        Judged([Fix(0, 1), Fix(2, 2, events: [DeviceEvent.IllegalCard, DeviceEvent.WrongPasswords])]).Findings);

    [Fact]
    public void Each_call_for_help_is_told_wherever_it_is_made()
    {
        DeviceEvent[] call = [DeviceEvent.Panic];
        var (_, findings) = Judged(
            [Fix(0, 1, events: call), Fix(2, 2, events: call), Fix(4, 4), Fix(100, 80, events: call), Fix(102, 82)]);
        Assert.Equal(
            [(AlertKind.Distress, 0.0), (AlertKind.Distress, 100.0)],
            findings.Raised().Select(r => (r.Kind, Minute(r.From))));
    }

    [Fact]
    public void The_doors_of_a_prime_mover_s_tracker_are_its_cab_s()
    {
        var open = new SealState(DoorClosed: false);
        var cab = Fix(1, 51, seal: open, device: Tracker, events: [DeviceEvent.DoorOpened]);
        Assert.Empty(Judged([Fix(0, 50), cab, Fix(2, 52)]).Findings);
    }

    [Theory]
    [InlineData(true, false, true, AlertKind.RopeCut)]
    [InlineData(false, true, true, AlertKind.Unlocked)]
    [InlineData(false, false, true, AlertKind.Unlocked)]
    [InlineData(true, true, false, AlertKind.CoverOpened)]
    public void The_seal_s_own_state_raises_as_well(bool locked, bool rope, bool cover, AlertKind kind)
    {
        var seal = new SealState(Locked: locked, RopePresent: rope, CoverClosed: cover);
        var (_, findings) = Judged(
            [Fix(0, 50), .. Enumerable.Range(1, 20).Select(i => Fix(i * 2, 50 + i, seal: seal))]);
        Assert.Equal((kind, 2.0), Assert.Single(findings.Raised().Select(r => (r.Kind, Minute(r.From)))));
    }

    [Fact]
    public void In_the_zone_of_an_office_a_lock_may_be_opened()
    {
        var open = new SealState(Locked: false, RopePresent: false);
        Assert.Empty(Judged(
            [Fix(0, 1, seal: open), Fix(2, 2, seal: open, events: [DeviceEvent.UnsealedByCard])]).Findings);
        var (_, findings) = Judged([Fix(0, 1, seal: open), Fix(20, 20, seal: open)]);
        Assert.Equal(AlertKind.Unlocked, Assert.Single(findings.Raised()).Kind);
    }

    [Fact]
    public void A_control_room_s_place_permits_nothing() =>
        Assert.NotEmpty(Judged([Fix(0, 166.4, seal: new(Locked: false))]).Findings);

    [Fact]
    public void After_the_entry_on_the_other_side_nothing_is_judged() => Assert.Empty(
        Judged(
            [Fix(60, 50, seal: new(Locked: false), events: [DeviceEvent.RopeCut])],
            Followed(ended: Start.AddMinutes(60))).Findings);

    [Fact]
    public void A_jump_is_raised_and_no_other_rule_believes_it()
    {
        var jump = Fix(61, 60, 400_000);
        var (_, findings) = Judged([.. Road(0, 60), jump, Fix(62, 61.7), Fix(64, 63.3)]);
        var raised = Assert.Single(findings.Raised());
        Assert.Equal(
            (AlertKind.ImplausibleJump, 61.0, AlertSeverity.Notice),
            (raised.Kind, Minute(raised.From), raised.Severity));
        Assert.Null(raised.Place);
    }

    [Fact]
    public void A_seal_s_event_counts_even_where_its_position_is_not_believed()
    {
        var (_, findings) = Judged([.. Road(0, 60), Fix(61, 60, 400_000, events: [DeviceEvent.RopeCut])]);
        Assert.Equal([AlertKind.ImplausibleJump, AlertKind.RopeCut], findings.Raised().Select(r => r.Kind));
    }

    [Fact]
    public void Three_jumps_that_agree_are_where_the_unit_is()
    {
        var elsewhere = Enumerable.Range(0, 20).Select(i => Fix(60 + i * 2, 60 + i, 50_000));
        var (_, findings) = Judged([.. Road(0, 60), .. elsewhere]);
        Assert.Equal([AlertKind.ImplausibleJump, AlertKind.OffCorridor], findings.Raised().Select(r => r.Kind));
    }

    [Fact]
    public void The_same_fact_in_other_bytes_is_not_judged_again()
    {
        var cut = Fix(2, 52, events: [DeviceEvent.RopeCut]);
        var (_, findings) = Judged([Fix(0, 50), cut, cut, Fix(4, 54), cut with { DuplicateFact = true }, cut]);
        Assert.Single(findings.Raised());
    }

    [Fact]
    public void A_rope_made_whole_and_cut_again_is_a_second_cause()
    {
        var cut = new SealState(Locked: true, RopePresent: false);
        var (_, findings) = Judged([Fix(0, 50), Fix(2, 51, seal: cut), Fix(4, 52), Fix(6, 53, seal: cut)]);
        Assert.Equal([2.0, 6.0], findings.Raised().Select(r => Minute(r.From)));
        Assert.Equal(2, findings.Raised().Select(r => r.AlertId).Distinct().Count());
    }

    [Fact]
    public void A_severed_seal_is_critical_and_a_position_never_a_float()
    {
        var raised = Judged([Fix(2, 52, events: [DeviceEvent.RopeCut])]).Findings.Raised().Single();
        Assert.Equal(AlertSeverity.Critical, raised.Severity);
        Assert.Equal(SealDevice, raised.Device);
        Assert.Equal(["device", "jt600:8000620011", "along", "52"], raised.Sentence.Args);
        Assert.StartsWith("a-", raised.AlertId, StringComparison.Ordinal);
        Assert.Equal(34, raised.AlertId.Length);
    }
}
