using Rahdari.Devices;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Telemetry.Judging;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class EscalationTests
{
    const string Id = "a-0123456789abcdef0123456789abcdef";
    static readonly AdministrationId Pk = new("pk");
    static readonly OfficerId Officer = new("o-1");

    static AlertState State(AlertSeverity severity, params IEnumerable<EventBody> more) => new EventBody[]
    {
        new AlertRaised(
            Id, Unit, AlertKind.RopeCut, severity, Start, Start, false, SealDevice, null, null, "alert.rope-cut", []),
    }.Concat(more).Aggregate(AlertState.Empty, (state, body) => state.Apply(new(
        new("e-1", new(Pk, AlertState.Subject(Id)), 1, Start, OfficeId.Parse("pk:TORKHAM"), Officer, ""), body)));

    /// <summary>The level said; the code where none is.</summary>
    static string Decided(AlertState alert, double minutes) =>
        EscalateAlert.Decide(alert, new(Id, RoadRules), Start.AddMinutes(minutes), Pk) switch
        {
            Decision.Accepted { Events: [var one] } =>
                $"{((AlertEscalated)one.Body).Level} {one.Id![^7..]}",
            Decision.Refused refused => refused.Why.Code,
            _ => "",
        };

    [Theory]
    [InlineData(AlertSeverity.Critical, 14.9, "alert-already-escalated")]
    [InlineData(AlertSeverity.Critical, 15, "1 level-1")]
    [InlineData(AlertSeverity.Critical, 31, "2 level-2")]
    [InlineData(AlertSeverity.Critical, 9_000, "3 level-3")]
    [InlineData(AlertSeverity.Warning, 59, "alert-already-escalated")]
    [InlineData(AlertSeverity.Warning, 60, "1 level-1")]
    [InlineData(AlertSeverity.Notice, 9_000, "alert-already-escalated")]
    public void The_level_is_how_often_the_time_of_its_severity_has_passed(
        AlertSeverity severity, double minutes, string said) => Assert.Equal(said, Decided(State(severity), minutes));

    [Fact]
    public void A_level_is_said_once_and_acknowledging_or_refuting_ends_it()
    {
        var first = State(AlertSeverity.Critical, new AlertEscalated(Id, 1));
        Assert.Equal("alert-already-escalated", Decided(first, 20));
        Assert.Equal("2 level-2", Decided(first, 30));
        Assert.Equal("alert-already-escalated", Decided(State(AlertSeverity.Critical, new AlertEscalated(Id, 3)), 900));
        Assert.Equal("alert-already-acknowledged",
            Decided(State(AlertSeverity.Critical, new AlertAcknowledged(Id, Officer)), 30));
        Assert.Equal("alert-refuted", Decided(State(AlertSeverity.Critical, new AlertRefuted(Id)), 30));
    }

    [Fact]
    public async Task It_is_on_the_board_first_once_a_level_and_after_a_restart_too()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, 50), Fix(2, 52, events: [DeviceEvent.RopeCut]));
        fixture.At(Start.AddMinutes(2));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        fixture.At(Start.AddMinutes(18));
        await fixture.AppendAsync(Fix(16, 60, events: [DeviceEvent.BatteryLow]));
        await fixture.JudgeAllAsync(run);
        Assert.Equal(["battery", "rope-cut"], (await fixture.AlertsAsync()).Select(a => a.Kind));

        Assert.Equal(1, await RoundAsync(fixture));
        Assert.Equal(0, await RoundAsync(fixture));
        var alerts = await fixture.AlertsAsync();
        Assert.Equal(["rope-cut", "battery"], alerts.Select(a => a.Kind));
        Assert.Equal((1, true, Start.AddMinutes(18)),
            (alerts[0].Escalation, alerts[0].IsEscalated, alerts[0].EscalatedAt));

        // Nobody looked for long, and the node was down: the level it has come to, once.
        fixture.At(Start.AddMinutes(200));
        Assert.Equal(1, await RoundAsync(fixture));
        Assert.Equal(3, (await fixture.AlertsAsync())[0].Escalation);
        Assert.Equal(0, await RoundAsync(fixture));
        Assert.Equal(2, (await fixture.Desk.QueryAsync<long>(
            "select count(*) from event where type = 'alert-escalated'", null, default))[0]);
    }

    [Fact]
    public async Task Acknowledged_in_time_it_never_is()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, 50), Fix(2, 52, events: [DeviceEvent.RopeCut]));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        var id = Assert.Single(await fixture.AlertsAsync()).Id;
        await fixture.RecordAsync(AlertState.Subject(id), new AlertAcknowledged(id, Officer));
        fixture.At(Start.AddDays(1));
        Assert.Equal(0, await RoundAsync(fixture));
        Assert.False(Assert.Single(await fixture.AlertsAsync()).IsEscalated);
    }

    [Fact]
    public async Task Whoever_lost_the_lease_escalates_nothing()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, 50), Fix(2, 52, events: [DeviceEvent.RopeCut]));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        fixture.At(Start.AddDays(1));
        await Assert.ThrowsAsync<FencedException>(
            () => new EscalationRound(fixture.Desk, fixture.Settings, Drive.Pack, fixture.Clock)
                .RunOnceAsync(new Lease("escalation/pk", "another", 7), default));
    }

    static async Task<int> RoundAsync(JudgingFixture fixture)
    {
        // Every process that starts takes the lease anew.
        var lease = await fixture.Leases.TryAcquireAsync("escalation/pk", "pk", TimeSpan.FromHours(1), default);
        var escalated = await new EscalationRound(fixture.Desk, fixture.Settings, Drive.Pack, fixture.Clock)
            .RunOnceAsync(lease!, default);
        await fixture.Leases.ReleaseAsync(lease!, default);
        return escalated;
    }
}
