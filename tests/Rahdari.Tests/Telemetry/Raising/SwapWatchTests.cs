using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Telemetry.Judging;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class SwapWatchTests
{
    static readonly DeviceId OtherLock = SwapTrips.OtherLock;
    static readonly DeviceId OtherTracker = SwapTrips.OtherTracker;
    static readonly UnitId OtherUnit = SwapTrips.OtherUnit;

    [Fact]
    public async Task A_swap_is_told_once_closes_what_was_told_of_each_unit_and_is_the_same_in_any_order()
    {
        string? id = null;
        for (var seed = 0; seed < 3; seed++)
        {
            await using var fixture = await OpenAsync();
            var run = fixture.NewRun();
            await run.ResumeAsync(default);
            var trips = Trips(0, 40, swapped: true);
            if (seed == 0) foreach (var minute in trips.GroupBy(f => (int)Minute(f.JudgedAt)).OrderBy(g => g.Key))
                await JudgeAsync(fixture, run, minute.Key + 1, [.. minute]);
            else
            {
                var random = new Random(seed);
                await JudgeAsync(fixture, run, 41, [.. trips.OrderBy(_ => random.Next())]);
            }

            var alerts = await fixture.AlertsAsync();
            var swap = Assert.Single(alerts, a => a.Kind == "devices-swapped");
            Assert.Equal(
                ("raised", "critical", Unit, (UnitId?)OtherUnit),
                (swap.State, swap.Severity, swap.Unit, swap.OtherUnit));
            Assert.All(alerts.Where(a => a.Kind == "devices-apart"), a => Assert.Equal("refuted", a.State));
            if (seed == 0) Assert.Equal(2, alerts.Count(a => a.Kind == "devices-apart"));
            Assert.DoesNotContain(alerts, a => a.Kind is not ("devices-apart" or "devices-swapped"));
            Assert.Equal(id ??= swap.Id, swap.Id);
            // Each movement's page shows it.
            foreach (var unit in new[] { Unit, OtherUnit })
                Assert.Contains(
                    await AlertsOf(fixture, unit), a => a.Id == swap.Id);
        }
    }

    [Fact]
    public async Task A_correction_ends_it_and_nothing_is_told_after_a_restart()
    {
        await using var fixture = await OpenAsync();
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await JudgeAsync(fixture, run, 40, Trips(0, 40, swapped: true));
        // Another process goes on: it says nothing anew.
        run = fixture.NewRun();
        await run.ResumeAsync(default);
        await JudgeAsync(fixture, run, 50, Trips(40, 50, swapped: true));
        var before = (await fixture.AlertsAsync()).Count;

        await fixture.RecordAsync(
            new DeviceDetached(Unit.Mrn, 1, SealDevice, DeviceRole.Container) { Reason = DetachReason.Other },
            new DeviceFitted(Unit.Mrn, 1, OtherLock, DeviceRole.Container));
        await fixture.RecordAsync(
            OtherUnit.Mrn.Value, new DeviceDetached(OtherUnit.Mrn, 1, OtherLock, DeviceRole.Container)
            { Reason = DetachReason.Other });
        await fixture.RecordAsync(
            OtherUnit.Mrn.Value, new DeviceFitted(OtherUnit.Mrn, 1, SealDevice, DeviceRole.Container));
        var corrected = fixture.Clock.Now;
        await JudgeAsync(
            fixture, run, 90,
            [.. Trips(50, 90, swapped: true).Select(f => f.Device == SealDevice ? f with { Unit = OtherUnit }
                : f.Device == OtherLock ? f with { Unit = Unit } : f)]);
        var after = await fixture.AlertsAsync();
        Assert.Equal(before, after.Count);
        Assert.Equal(corrected, after.Single(a => a.Kind == "devices-swapped").Until);
    }

    [Fact]
    public async Task Swapped_back_it_is_over_and_devices_that_part_then_are_told_also_after_a_restart()
    {
        await using var fixture = await OpenAsync();
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await JudgeByMinuteAsync(fixture, run, 0, 84);
        var over = Assert.Single(await fixture.AlertsAsync(), a => a.Kind == "devices-swapped");
        Assert.Equal("alert.devices-swapped.over", over.SentenceKey);
        Assert.InRange(Minute(over.Until), 60, 70);
        Assert.Equal("raised", over.State);

        run = fixture.NewRun();
        await run.ResumeAsync(default);
        // The lock falls off; what is heard of it lies at the road.
        await JudgeByMinuteAsync(fixture, run, 84, 140, lost: 115);
        var alerts = await fixture.AlertsAsync();
        var still = Assert.Single(alerts, a => a.Kind == "devices-swapped");
        Assert.Equal((over.Id, over.From, over.Until, over.SentenceKey),
            (still.Id, still.From, still.Until, still.SentenceKey));
        var apart = Assert.Single(alerts, a => a is { Kind: "devices-apart", State: "raised" });
        Assert.Equal(Unit, apart.Unit);
        Assert.InRange(Minute(apart.From), 110, 125);
    }

    [Fact]
    public async Task A_second_swap_of_the_same_units_is_an_alert_of_its_own()
    {
        await using var fixture = await OpenAsync();
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await JudgeByMinuteAsync(fixture, run, 0, 150);
        var alerts = await fixture.AlertsAsync();
        var swaps = alerts.Where(a => a.Kind == "devices-swapped").OrderBy(a => a.From).ToList();
        Assert.Equal(2, swaps.Count);
        Assert.Equal("alert.devices-swapped.over", swaps[0].SentenceKey);
        Assert.Equal("alert.devices-swapped", swaps[1].SentenceKey);
        Assert.True(swaps[0].Until < swaps[1].From);
        Assert.DoesNotContain(alerts, a => a is { Kind: "devices-apart", State: "raised" });
    }

    [Theory]
    [InlineData(AlertFinding.FalseAlarm, true)]
    [InlineData(AlertFinding.DeviceFault, true)]
    [InlineData(AlertFinding.Confirmed, false)]
    public async Task Found_to_be_no_swap_the_devices_are_apart_again(AlertFinding finding, bool told)
    {
        await using var fixture = await OpenAsync();
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await JudgeAsync(fixture, run, 40, Trips(0, 40, swapped: true));
        var swap = Assert.Single(await fixture.AlertsAsync(), a => a.Kind == "devices-swapped");
        var subject = AlertState.Subject(swap.Id);
        await fixture.RecordAsync(subject, new AlertAcknowledged(swap.Id, JudgingFixture.Officer.Id));
        await fixture.RecordAsync(subject, new AlertResolved(swap.Id, JudgingFixture.Officer.Id, finding, "seen"));
        for (var m = 41; m <= 60; m++) await JudgeAsync(fixture, run, m, Trips(m - 1, m, swapped: true));

        var alerts = await fixture.AlertsAsync();
        Assert.Single(alerts, a => a.Kind == "devices-swapped");
        var apart = alerts.Where(a => a is { Kind: "devices-apart", State: "raised" }).ToList();
        Assert.Equal(told ? [Unit, OtherUnit] : [], apart.Select(a => a.Unit).OrderBy(u => u.ToString()));
        Assert.All(apart, a => Assert.InRange(Minute(a.From), 40, 45));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(84)]
    public async Task A_swap_that_comes_a_day_late_is_told_whether_it_goes_on_or_is_over(int until)
    {
        await using var fixture = await OpenAsync();
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await JudgeAsync(fixture, run, 1_600, [
            .. SwapTrips.Between(0, until).Select(f => f with { ReceivedAt = Start.AddMinutes(1_500), Late = true })
                .OrderBy(f => f.Device.ToString()),
        ]);
        // What was found is on the board with the next look at the latest.
        await JudgeAsync(fixture, run, 1_602, []);
        var alerts = await fixture.AlertsAsync();
        var swap = Assert.Single(alerts, a => a.Kind == "devices-swapped");
        Assert.InRange(Minute(swap.From), 3, 12);
        Assert.Equal(until == 84, swap.SentenceKey == "alert.devices-swapped.over");
        Assert.All(alerts.Where(a => a.Kind == "devices-apart"), a => Assert.Equal("refuted", a.State));
    }

    [Fact]
    public async Task Trucks_that_drive_apart_with_their_own_devices_tell_nothing()
    {
        await using var fixture = await OpenAsync();
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await JudgeAsync(fixture, run, 40, Trips(0, 40, swapped: false));
        Assert.Empty(await fixture.AlertsAsync());
    }

    static async Task<IReadOnlyList<AlertRow>> AlertsOf(
        JudgingFixture fixture, UnitId unit) =>
        await AlertList.OfMovementAsync(fixture.Desk, unit.Mrn, default);

    static async Task JudgeAsync(
        JudgingFixture fixture, JudgingRun run, int minute,
        IReadOnlyList<JournaledFix> fixes)
    {
        await fixture.AppendAsync(fixes);
        fixture.At(Start.AddMinutes(minute));
        await fixture.JudgeAllAsync(run);
        await run.TickAsync(Start, lookForUnheard: false, default);
        await run.CommitAsync(default);
    }

    static async Task JudgeByMinuteAsync(JudgingFixture fixture, JudgingRun run, int from, int to, double lost = 1_000)
    {
        for (var m = from; m < to; m++)
            await JudgeAsync(
                fixture, run, m + 1,
                [.. SwapTrips.Between(m, m + 1, again: lost < 1_000 ? 1_000 : 112, lost: lost)]);
    }

    /// <summary>The second unit beside the first, under way from the same gate; each with two devices.</summary>
    static async Task<JudgingFixture> OpenAsync()
    {
        var fixture = await JudgingFixture.OpenAsync();
        var mrn = OtherUnit.Mrn;
        await fixture.RecordAsync(new DeviceFitted(Unit.Mrn, 1, Tracker, DeviceRole.PrimeMover));
        foreach (var body in new EventBody[]
        {
            new DeclarationAccepted(
                mrn, "T-2", OfficeId.Parse("pk:KARACHI"), OfficeId.Parse("pk:TORKHAM"), OfficeId.Parse("af:TORKHAM"),
                RouteId, new AdministrationId("af"),
                [new(1, UnitKind.Container, null, new Grams(20_000_000), "T-124")], "holder", "consignor", "consignee",
                "carrier", new Sealed<IReadOnlyList<GoodsItem>>([])),
            new DeviceFitted(mrn, 1, OtherLock, DeviceRole.Container),
            new DeviceFitted(mrn, 1, OtherTracker, DeviceRole.PrimeMover),
            new UnitGatedOut(mrn, 1, Start.AddDays(14), "T-124", "driver"),
        }) await fixture.RecordAsync(mrn.Value, body);
        return fixture;
    }

    /// <summary>Two trucks leave one place, one five times as fast; their locks ride with the other or with their own.
    /// </summary>
    static List<JournaledFix> Trips(int from, int to, bool swapped) =>
    [
        .. Ride(Tracker, Unit, 1.0, 0, from, to),
        .. Ride(SealDevice, Unit, swapped ? 0.2 : 1.0, 0.1, from, to),
        .. Ride(OtherTracker, OtherUnit, 0.2, 0.3, from, to),
        .. Ride(OtherLock, OtherUnit, swapped ? 1.0 : 0.2, 0.2, from, to),
    ];

    static IEnumerable<JournaledFix> Ride(
        DeviceId device, UnitId unit, double speed, double offset, int from, int to) =>
        Enumerable.Range(from, to - from).Select(m => m + offset)
            .Select(m => Fix(m, 10 + m * speed, device: device) with { Unit = unit });
}
