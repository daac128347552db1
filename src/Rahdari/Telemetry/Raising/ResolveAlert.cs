using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>An officer says what the alert came to. Only one that was acknowledged is resolved.</summary>
sealed record ResolveAlert(string AlertId, AlertFinding Finding, string Note) : IOperation
{
    public string Subject => AlertState.Subject(AlertId);

    public static Decision Decide(AlertState alert, ResolveAlert command, OfficerId by, AdministrationId own)
    {
        if (AlertRequests.RefuseUnlessOwn(alert, command.AlertId, own) is { } refused) return refused;
        return alert.Status switch
        {
            AlertStatus.Raised => Decision.Refuse("alert-not-acknowledged"),
            AlertStatus.Refuted => Decision.Refuse("alert-refuted"),
            AlertStatus.Resolved => Decision.Refuse(
                new Refusal("alert-already-resolved").With("finding", alert.Finding!.Value.Slug())),
            _ => Decision.Accept(new NewEvent(
                command.Subject, new AlertResolved(command.AlertId, by, command.Finding, command.Note))),
        };
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<AlertState>(Subject, cancel), this, actor.Id, reader.Own);
}
