using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>An officer says that the alert is seen and being looked into.</summary>
sealed record AcknowledgeAlert(string AlertId) : IOperation
{
    public string Subject => AlertState.Subject(AlertId);

    public static Decision Decide(AlertState alert, AcknowledgeAlert command, OfficerId by, AdministrationId own)
    {
        if (AlertRequests.RefuseUnlessOwn(alert, command.AlertId, own) is { } refused) return refused;
        return alert.Status switch
        {
            AlertStatus.Raised =>
                Decision.Accept(new NewEvent(command.Subject, new AlertAcknowledged(command.AlertId, by))),
            AlertStatus.Refuted => Decision.Refuse("alert-refuted"),
            _ => Decision.Refuse(new Refusal("alert-already-acknowledged").With("by", alert.AcknowledgedBy!)),
        };
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<AlertState>(Subject, cancel), this, actor.Id, reader.Own);
}

static class AlertRequests
{
    public static Decision? RefuseUnlessOwn(AlertState alert, string alertId, AdministrationId own) =>
        alert.Raised is null ? Decision.Refuse(new Refusal("alert-unknown", "id").With("id", alertId))
        : alert.Administration != own
            ? Decision.Refuse(new Refusal("alert-not-own", "id").With("administration", alert.Administration))
        : null;
}
