using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Telemetry.Judging;
using Rahdari.Transparency;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class AlertDecisionTests
{
    const string Id = "a-0123456789abcdef0123456789abcdef";

    static readonly AdministrationId Pk = new("pk"), Af = new("af");
    static readonly OfficerId One = OfficerId.Parse("o-1", null), Two = OfficerId.Parse("o-2", null);

    static readonly AlertRaised Raised = new(
        Id, Drive.Unit, AlertKind.RopeCut, AlertSeverity.Critical, Drive.Start, Drive.Start, false, Drive.SealDevice,
        null, null, "alert.rope-cut", []);

    static AlertState Fold(params IEnumerable<EventBody> events) => events.Aggregate(
        (State: AlertState.Empty, Version: 1L), (s, e) => (s.State.Apply(Recorded(e, s.Version)), s.Version + 1)).State;

    static Recorded Recorded(EventBody body, long version, string administration = "pk") => new(
        new($"e-{version}", new(new(administration), AlertState.Subject(Id)), version, Drive.Start.AddMinutes(version),
            OfficeId.Parse($"{administration}:TORKHAM"), One, ""), body);

    static string Code(Decision decision) => Assert.IsType<Decision.Refused>(decision).Why.Code;

    [Fact]
    public void An_alert_is_acknowledged_once_by_whoever_saw_it()
    {
        var accepted = Assert.IsType<Decision.Accepted>(AcknowledgeAlert.Decide(Fold(Raised), new(Id), One, Pk));
        Assert.Equal(new AlertAcknowledged(Id, One), Assert.Single(accepted.Events).Body);
        Assert.Equal("alert:" + Id, accepted.Events[0].Subject);
        var seen = Fold(Raised, new AlertAcknowledged(Id, One));
        Assert.Equal("alert-already-acknowledged", Code(AcknowledgeAlert.Decide(seen, new(Id), Two, Pk)));
    }

    [Fact]
    public void Only_an_acknowledged_alert_is_resolved_and_only_once()
    {
        var command = new ResolveAlert(Id, AlertFinding.Confirmed, "the rope lay on the road");
        Assert.Equal("alert-not-acknowledged", Code(ResolveAlert.Decide(Fold(Raised), command, Two, Pk)));
        var seen = Fold(Raised, new AlertAcknowledged(Id, One));
        var accepted = Assert.IsType<Decision.Accepted>(ResolveAlert.Decide(seen, command, Two, Pk));
        var resolved = Assert.IsType<AlertResolved>(Assert.Single(accepted.Events).Body);
        Assert.Equal(
            (Two, AlertFinding.Confirmed, "the rope lay on the road"),
            (resolved.By, resolved.Finding, resolved.Note.Or("")));
        var done = Fold(Raised, new AlertAcknowledged(Id, One), resolved);
        Assert.Equal("alert-already-resolved", Code(ResolveAlert.Decide(done, command, Two, Pk)));
        Assert.Equal("alert-already-acknowledged", Code(AcknowledgeAlert.Decide(done, new(Id), Two, Pk)));
    }

    [Fact]
    public void Nobody_answers_for_the_other_side_s_alert_or_for_one_that_is_none()
    {
        Assert.Equal("alert-not-own", Code(AcknowledgeAlert.Decide(Fold(Raised), new(Id), One, Af)));
        Assert.Equal("alert-unknown", Code(AcknowledgeAlert.Decide(AlertState.Empty, new(Id), One, Pk)));
        var theirs = Fold(Raised).Apply(Recorded(new AlertAcknowledged(Id, Two), 2, "af"));
        Assert.Equal(AlertStatus.Raised, theirs.Status);
    }

    [Fact]
    public void It_is_late_when_the_record_that_raised_or_dated_it_came_late()
    {
        Assert.False(Fold(Raised).Late);
        Assert.True(Fold(Raised with { Late = true }).Late);
        var earlier = new AlertExtended(Id, Drive.Start.AddMinutes(-10), Drive.Start, Late: true);
        Assert.True(Fold(Raised, earlier).Late);
        Assert.False(Fold(Raised, earlier with { Late = false }).Late);
        Assert.False(Fold(Raised, new AlertExtended(Id, Drive.Start, Drive.Start.AddMinutes(5), Late: true)).Late);
    }

    [Fact]
    public void Its_span_is_the_last_one_told()
    {
        var state = Fold(
            Raised, new AlertExtended(Id, Drive.Start, Drive.Start.AddMinutes(9), false),
            new AlertNarrowed(Id, Drive.Start, Drive.Start.AddMinutes(4)));
        Assert.Equal((Drive.Start, Drive.Start.AddMinutes(4)), (state.From, state.Until));
    }

    [Fact]
    public void What_comes_before_the_alert_changes_nothing() =>
        Assert.Equal(AlertState.Empty, Fold(new AlertAcknowledged(Id, One)));
}
