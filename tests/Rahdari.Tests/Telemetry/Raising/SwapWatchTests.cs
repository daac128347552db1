using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class SwapWatchTests
{
    static readonly DeviceId OtherLock = DeviceId.Parse("jt600:8000620022");
    static readonly DeviceId OtherTracker = DeviceId.Parse("teltonika:356307042441022");
    static readonly UnitId OtherUnit = UnitId.Parse(
        $"26PKKHI000000124J{CheckDigit.Of("26PKKHI000000124J")}/1");

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
