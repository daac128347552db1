using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Parties;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>Behind plan, past the time limit, zones of offices: what a unit does held against its movement.</summary>
public sealed class PlanRuleTests
{
    static readonly OfficeId Karachi = OfficeId.Parse("pk:KARACHI"), Torkham = OfficeId.Parse("pk:TORKHAM"),
        Chaman = OfficeId.Parse("pk:CHAMAN");

    /// <summary>Metres of the whole road.</summary>
    static readonly double Length = Around.LengthMetres;

    static readonly Surroundings WithChaman = new(
        Pack with
        {
            Offices = [.. Pack.Offices, new(
                Chaman, "place.x", new(30.9, 70.5), "Asia/Karachi", [OfficeRole.Exit], null, 5_000,
                Dated<OpeningHours>.Never)],
        }, new CorridorGeometry(Pack.Routes[0]));

    static FollowedUnit Planned(
        double? limitHours = null, IEnumerable<Closure>? closures = null, double? turnedBackHours = null,
        bool gatedOut = true, DateTimeOffset? exited = null) =>
        Followed(exited) with
        {
            GatedOutAt = gatedOut ? Start : null,
            Plan = new(
                Karachi, Torkham, OfficeId.Parse("af:TORKHAM"),
                limitHours is { } limit ? Start.AddHours(limit) : null,
                turnedBackHours is { } back ? Start.AddHours(back) : null, [.. closures ?? []]),
        };

    static Closure Shut(double fromHour, double? untilHour, string id = "n-1") => new(
        id, "TORKHAM", new("pk"), Start.AddHours(fromHour),
        untilHour is { } until ? Start.AddHours(until) : null, null, "");

    /// <summary>A record an hour, at kilometres told by the hour, in the allowed stop's neighbourhood or not.</summary>
    static List<JournaledFix> Hourly(int hours, Func<int, double> kilometre) =>
        [.. Enumerable.Range(0, hours).Select(h => Fix(h * 60, kilometre(h), kmh: 30))];

    static List<Finding.Raise> Of(AlertKind kind, IEnumerable<JournaledFix> fixes, FollowedUnit unit) =>
        [.. Judged(fixes, unit).Findings.Raised().Where(r => r.Kind == kind)];

    /// <summary>Back along the road after an exit at the eleventh hour, an hour apart.</summary>
    [Theory]
    [InlineData(1, null, 0.0, 13, 310.0, 305.0, 300.0)]
    [InlineData(0, null, 0.0, 0, 310.0, 305.0)]
    [InlineData(0, null, 0.0, 0, 333.0, 331.0, 329.0, 333.0)]
    [InlineData(0, 13.0, 0.0, 0, 310.0, 305.0, 300.0)]
    [InlineData(0, null, 3_000.0, 0, 310.0, 305.0, 300.0)]
    [InlineData(2, null, 0.0, 13, 310.0, 305.0, 300.0, 333.0, 310.0, 305.0, 300.0)]
    public void Who_is_on_its_route_before_the_exit_office_after_its_exit_has_returned(
        int times, double? doneHours, double metresEast, double fromHour, params double[] kilometres)
    {
        var unit = Planned(exited: Start.AddHours(11)) with
        {
            DoneAt = doneHours is { } done ? Start.AddHours(done) : null,
            // Followed no farther, which is no reason not to see it on this side.
            EndedAt = Start.AddHours(12),
        };
        JournaledFix[] fixes =
        [
            Fix(0, 20), Fix(600, 320), .. kilometres.Select((k, i) => Fix(780 + 60 * i, k, metresEast)),
        ];
        var raised = Of(AlertKind.ReturnedAfterExit, fixes, unit);
        Assert.Equal(times, raised.Count);
        if (times > 0) Assert.Equal(fromHour, Hours(raised[0].From));
        Assert.Empty(Of(AlertKind.ReturnedAfterExit, fixes, unit with { ExitedAt = null, EndedAt = null }));
    }

    static double Hours(DateTimeOffset time) => (time - Start).TotalHours;

    [Fact]
    public void A_reopening_is_judged_from_then_on_and_not_from_when_the_crossing_was_shut()
    {
        var shut = Planned(closures: [Shut(10, null)]);

        Assert.Equal(Start.AddHours(600), shut.ChangedFrom(Planned(closures: [Shut(10, 600)])));
        Assert.Equal(Start.AddHours(10), Planned().ChangedFrom(shut));
        Assert.Null(shut.ChangedFrom(shut));
    }

    [Fact]
    public void Behind_the_planned_pace_is_told_once_with_hours_and_kilometres()
    {
        // Six kilometres an hour of the twelve planned: half a day behind after a day.
        var raised = Assert.Single(Of(AlertKind.BehindPlan, Hourly(40, h => 10 + h * 6), Planned()));
        Assert.InRange(Hours(raised.From), 24, 26);
        var args = raised.Sentence.Args;
        var hours = int.Parse(args[args.ToList().IndexOf("hours") + 1]);
        Assert.InRange(hours, 12, 13);
        Assert.InRange(int.Parse(args[args.ToList().IndexOf("behind") + 1]), 144, 156);
    }

    [Fact]
    public void At_the_planned_pace_and_without_a_movement_nothing_is_behind()
    {
        Assert.Empty(Of(AlertKind.BehindPlan, Hourly(25, h => 10 + h * 12), Planned()));
        Assert.Empty(Of(AlertKind.BehindPlan, Hourly(60, h => 10 + h), Followed()));
    }

    [Fact]
    public void Between_tolerance_and_half_of_it_nothing_begins_and_nothing_ends()
    {
        // Behind by 13 hours, then by 8 to 13 for a while, then by 4, then by more than 12 again.
        double Kilometre(int hour) => 10 + 12 * (hour < 14 ? 0
            : hour < 21 ? hour - (hour % 2 == 0 ? 8 : 13) : hour < 23 ? hour - 4 : 18);
        Assert.Equal(2, Of(AlertKind.BehindPlan, Hourly(36, Kilometre), Planned()).Count);
    }

    [Fact]
    public void Time_in_which_the_crossing_is_shut_is_not_behind_plan()
    {
        var stands = Hourly(60, h => 10 + Math.Min(h, 10) * 12);
        Assert.NotEmpty(Of(AlertKind.BehindPlan, stands, Planned()));
        Assert.Empty(Of(AlertKind.BehindPlan, stands, Planned(closures: [Shut(10, 30), Shut(20, null, "n-2")])));
    }

    /// <summary>Overdue from and until which hour, and whether it is over; null for in time.</summary>
    static (double From, double Until, bool IsOver)? Overdue(double hour, FollowedUnit unit) =>
        PastTimeLimit.Look(unit, Start.AddHours(hour)) is { } found
            ? (Hours(found.From), Hours(found.Until), found.IsOver)
            : null;

    [Fact]
    public void Past_its_time_limit_is_who_is_still_under_way_whatever_was_heard_of_it()
    {
        Assert.Null(Overdue(50, Planned(limitHours: 50.5)));
        Assert.Equal((50.5, 50.5, false), Overdue(50.5, Planned(limitHours: 50.5)));
        Assert.Equal((50.5, 90.0, false), Overdue(90, Planned(limitHours: 50.5) with { Devices = [] }));
        Assert.Null(Overdue(90, Planned()));
        Assert.Null(Overdue(90, Planned(limitHours: 50.5, gatedOut: false)));
    }

    [Fact]
    public void An_exit_or_a_turning_back_ends_it_and_in_time_it_is_none()
    {
        Assert.Equal((30.0, 35.0, true), Overdue(90, Planned(limitHours: 30, exited: Start.AddHours(35))));
        Assert.Null(Overdue(90, Planned(limitHours: 30, exited: Start.AddHours(29))));
        Assert.Equal((30.0, 40.0, true), Overdue(90, Planned(limitHours: 30, turnedBackHours: 40)));
        Assert.Null(Overdue(90, Planned(limitHours: 30, turnedBackHours: 29)));
        // Turned back, and out of the gate again since.
        Assert.Equal((30.0, 90.0, false), Overdue(90, Planned(limitHours: 30, turnedBackHours: -5)));
    }

    [Fact]
    public void A_closure_moves_the_limit()
    {
        Assert.Equal((30.0, 40.0, false), Overdue(40, Planned(limitHours: 30)));
        Assert.Null(Overdue(40, Planned(limitHours: 30, closures: [Shut(5, 25)])));
        Assert.Equal((50.0, 51.0, false), Overdue(51, Planned(limitHours: 30, closures: [Shut(5, 25)])));
        Assert.Null(Overdue(900, Planned(limitHours: 30, closures: [Shut(5, null)])));
    }

    [Fact]
    public void A_crossing_that_is_not_on_the_way_is_told_by_name()
    {
        var (north, east) = Earth.MetresPerDegree(30.9);
        var fixes = Enumerable.Range(0, 20).Select(i => Fix(
            i * 5, 0.9 * north / 1000, i < 5 ? 0 : Math.Min(i - 4, 6) * 0.5 / 6 * east, kmh: 60)).ToList();
        var raised = Assert.Single(
            Judged(fixes, Planned(), WithChaman).Findings.Raised(), r => r.Kind == AlertKind.OfficeZone);
        Assert.Equal("alert.office-zone", raised.Sentence.Key);
        Assert.Contains("pk:CHAMAN", raised.Sentence.Args);
        Assert.DoesNotContain(
            Judged(fixes, Followed(), WithChaman).Findings.Raised(), r => r.Kind == AlertKind.OfficeZone);
    }

    [Theory]
    [InlineData(25, 0)]
    [InlineData(40, 1)]
    public void Out_of_the_gate_without_a_record_is_told_when_the_record_does_not_follow(int minutes, int alerts)
    {
        // In the zone for ten minutes, then away.
        var fixes = Enumerable.Range(0, 10 + minutes).Select(m => Fix(m, m < 10 ? 1 : 6 + (m - 10) * 0.8)).ToList();
        var raised = Of(AlertKind.OfficeZone, fixes, Planned(gatedOut: false));
        Assert.Equal(alerts, raised.Count);
        if (alerts == 1) Assert.Equal(("alert.office-zone.no-gate-out", 10.0),
            (raised[0].Sentence.Key, Minute(raised[0].From)));
    }

    [Fact]
    public void A_gate_out_recorded_within_the_time_allowed_is_in_order()
    {
        var fixes = Enumerable.Range(0, 60).Select(m => Fix(m, m < 10 ? 1 : 6 + (m - 10) * 0.8)).ToList();
        Assert.Empty(Of(
            AlertKind.OfficeZone, fixes, Planned() with { GatedOutAt = Start.AddMinutes(30) }));
    }

    [Fact]
    public void Beyond_the_end_of_the_route_without_an_exit_is_told_and_going_back_to_wait_is_not()
    {
        var end = Length / 1000;
        IEnumerable<JournaledFix> To(double kilometre) => Enumerable.Range(0, 60)
            .Select(m => Fix(m, m < 10 ? end - 1 : kilometre, kmh: 0));
        var raised = Assert.Single(Of(AlertKind.OfficeZone, To(end + 8), Planned()));
        Assert.Equal("alert.office-zone.no-exit", raised.Sentence.Key);
        Assert.Empty(Of(AlertKind.OfficeZone, To(end - 8), Planned()));
        Assert.Empty(Of(AlertKind.OfficeZone, To(end + 8), Planned(exited: Start.AddMinutes(20))));
    }
}
