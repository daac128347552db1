using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Movements.Declaring;
using Rahdari.Movements.Discharging;
using Rahdari.Movements.Guaranteeing;
using Rahdari.Movements.Selecting;
using Rahdari.Movements.Views;
using Rahdari.Guarantees;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Tests.Transparency;
using Rahdari.Transparency;

namespace Rahdari.Tests.Movements.Discharging;

/// <summary>The timer over a real desk: E1 waits 96 hours, the office has 24 more.</summary>
public sealed class DischargeDueTests : IAsyncLifetime
{
    static readonly TimeSpan Wait = TimeSpan.FromHours(96), Office = TimeSpan.FromHours(24);

    DeskFixture node = null!;
    CorridorPack pack = null!;
    Lease lease = null!;
    long mrns;

    [Fact]
    public async Task The_node_discharges_once_the_office_had_its_time_and_says_that_it_was_itself()
    {
        var unit = await ExitedAsync();
        var exited = node.Clock.Now;
        var due = Due();
        node.Clock.Advance(Wait + Office - TimeSpan.FromMinutes(1));
        Assert.Empty((await due.RunOnceAsync(lease, default)).Discharged);
        node.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([unit], (await due.RunOnceAsync(lease, default)).Discharged);
        Assert.Empty((await due.RunOnceAsync(lease, default)).Discharged);
        var said = (await node.Desk.HistoryAsync(unit.Mrn.Value, default)).Single(r => r.Body is UnitDischarged);
        Assert.Equal((OfficerId.Node, Scene.Karachi), (said.Header.By, said.Header.Office));
        Assert.Equal((EvidenceGrade.E1, true),
            (((UnitDischarged)said.Body).Grade, ((UnitDischarged)said.Body).Unreconciled));
        Assert.Equal(exited + Wait + Office, said.Header.At);
    }

    [Fact]
    public async Task An_officer_who_came_first_leaves_the_node_nothing_to_do()
    {
        var unit = await ExitedAsync();
        node.Clock.Advance(Wait);
        await DoAsync(new DischargeUnit(unit), Scene.Karachi);
        node.Clock.Advance(Office * 2);
        Assert.Empty((await Due().RunOnceAsync(lease, default)).Discharged);
        var said = (await node.Desk.HistoryAsync(unit.Mrn.Value, default)).Single(r => r.Body is UnitDischarged);
        Assert.NotEqual(OfficerId.Node, said.Header.By);
    }

    [Fact]
    public async Task Without_a_value_in_force_the_node_never_does()
    {
        await OpenAsync(TestPack.Make());
        await ExitedAsync();
        node.Clock.Advance(TimeSpan.FromDays(300));
        Assert.Empty((await Due().RunOnceAsync(lease, default)).Discharged);
    }

    [Fact]
    public async Task Of_two_nodes_only_the_one_with_the_lease_discharges()
    {
        var unit = await ExitedAsync();
        node.Clock.Advance(Wait + Office);
        await node.Store.Leases.ReleaseAsync(lease, default);
        var next = (await node.Store.Leases.TryAcquireAsync("discharge/pk", "other", TimeSpan.FromHours(1), default))!;
        await Assert.ThrowsAsync<FencedException>(() => Due().RunOnceAsync(lease, default));
        Assert.DoesNotContain(await node.Desk.HistoryAsync(unit.Mrn.Value, default), r => r.Body is UnitDischarged);
        Assert.Equal([unit], (await Due().RunOnceAsync(next, default)).Discharged);
        // Even two that both believe they hold it leave one discharge.
        Assert.Empty((await Due().RunOnceAsync(next, default)).Discharged);
        Assert.Single(await node.Desk.HistoryAsync(unit.Mrn.Value, default), r => r.Body is UnitDischarged);
    }

    [Fact]
    public async Task A_unit_that_cannot_be_decided_does_not_stop_the_others()
    {
        var (first, second) = (await ExitedAsync(), await ExitedAsync());
        // A damaged row: reading it throws.
        await node.Store.Record.WriteAsync(t => t.ExecuteAsync(
            "update event set body = @Body where stream = @Stream and version = 1",
            new { Body = new byte[] { 0 }, Stream = $"pk/{first.Mrn}" }, default), default);
        node.Clock.Advance(Wait + Office + Office);
        var round = await Due().RunOnceAsync(lease, default);
        Assert.Equal([second], round.Discharged);
        Assert.Equal(first, Assert.Single(round.Failed).Unit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_closure_stops_the_hours_where_the_rules_say_so(bool stops)
    {
        await OpenAsync(PackOf(stops));
        var unit = await ExitedAsync();
        node.Clock.Advance(Wait);
        await DoAsync(new CloseCrossing("N-1", "TORKHAM", null, null, "road works"), Scene.Torkham);
        node.Clock.Advance(TimeSpan.FromHours(10));
        await DoAsync(new ReopenCrossing("N-1"), Scene.Torkham);
        node.Clock.Advance(Office - TimeSpan.FromHours(10));
        var due = Due();
        Assert.Equal(stops ? [] : new[] { unit }, (await due.RunOnceAsync(lease, default)).Discharged);
        node.Clock.Advance(TimeSpan.FromHours(10));
        Assert.Equal(stops ? new[] { unit } : [], (await due.RunOnceAsync(lease, default)).Discharged);
    }

    [Fact]
    public void The_offices_hours_begin_when_the_better_grade_is_known()
    {
        var scene = new Scene { Pack = PackOf(stops: false) };
        var unit = scene.Exited();
        scene.Now = scene.Now.AddDays(3);
        scene.Observe(new RecordEntry(unit, Journey.Seal, SealCondition.Intact), Scene.AfTorkham);
        var known = scene.Now;
        Assert.Equal(known + Office, DueAt());
        Assert.Equal("discharge-left-to-office",
            scene.Refuse(new DischargeUnit(unit, ByNode: true), Scene.Karachi).Code);
        scene.Now = known + Office;
        Assert.Equal(EvidenceGrade.E4, scene.Accept(new DischargeUnit(unit, ByNode: true), Scene.Karachi)
            .OfType<UnitDischarged>().Single().Grade);

        DateTimeOffset? DueAt() => DischargeUnit.NodeDueAt(
            scene.Unit(unit), scene.Pack.Discharge.At(scene.Now)!.Value, scene.Now, []);
    }

    public Task InitializeAsync() => OpenAsync(PackOf(stops: true));

    async Task OpenAsync(CorridorPack rules)
    {
        if (node is not null) await node.DisposeAsync();
        pack = rules;
        node = await DeskFixture.OpenAsync([new MovementBoard(), new ClosureTable()], pack);
        lease = (await node.Store.Leases.TryAcquireAsync("discharge/pk", "me", TimeSpan.FromHours(1), default))!;
        await DoAsync(new RegisterGuarantee(
            Scene.Grn, "1", new Money(1_000_000_000, "PKR"), node.Clock.Now.AddDays(400), "Invented Assurance", "AA++",
            Scene.Code, new byte[AccessCode.SaltBytes]), Scene.Karachi);
    }

    public Task DisposeAsync() => node.DisposeAsync().AsTask();

    static CorridorPack PackOf(bool stops)
    {
        var made = TestPack.Make();
        return made with
        {
            Discharge = TestPack.Always(new DischargeRules(made.Discharge.At(Scene.Start)!.Value.WaitHours)
            {
                NodeAfterHours = (int)Office.TotalHours, NodeStopsAtClosure = stops,
            }),
        };
    }

    DischargeDue Due() => new(node.Desk, new NodeSettings
    {
        Node = "pk", Administration = Scene.Pk, DataDirectory = "none", Url = "http://127.0.0.1:0",
        Origin = "pk-2026.demo.example", MasterKeyFile = "none",
    }, pack, node.Clock);

    /// <summary>Declared, covered, selected and seen to leave.</summary>
    async Task<UnitId> ExitedAsync()
    {
        var mrn = MrnIssue.Make(Scene.Pk, node.Clock.Now, TimeZoneInfo.Utc, ++mrns);
        var form = Forms.Declaration() with { LocalReference = $"AGENT-{mrns}" };
        await DoAsync(new DeclareMovementOperation(form, mrn), Scene.Karachi);
        await DoAsync(new ReserveGuarantee(mrn, Scene.Grn, Scene.Code), Scene.Karachi);
        await DoAsync(new SelectUnits(mrn, Forms.Draws(999_999)), Scene.Karachi);
        await DoAsync(new RecordExit(new(mrn, 1), null, SealCondition.Intact), Scene.Torkham);
        return new(mrn, 1);
    }

    async Task DoAsync(IOperation operation, OfficeId office)
    {
        var outcome = await node.Desk.RunAsync(operation, Scene.At(office), RequestStamp.None, default);
        Assert.True(outcome is Outcome.Done, $"{operation}: {(outcome as Outcome.Refused)?.Why.Code}");
    }
}
