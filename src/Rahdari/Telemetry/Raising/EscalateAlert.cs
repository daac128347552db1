using System.Globalization;
using Rahdari.Corridors;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// The node says that nobody has acknowledged an alert for as long as its severity allows, once a level. Acknowledging
/// it ends that.
/// </summary>
/// <param name="Rules">In force now.</param>
sealed record EscalateAlert(string AlertId, JudgingRules Rules) : IOperation
{
    /// <summary>Whoever did not look after three times the time allowed is not reached by a fourth word.</summary>
    public const int MostLevels = 3;

    public string Subject => AlertState.Subject(AlertId);

    public static Decision Decide(AlertState alert, EscalateAlert command, DateTimeOffset now, AdministrationId own)
    {
        if (AlertRequests.RefuseUnlessOwn(alert, command.AlertId, own) is { } refused) return refused;
        if (alert.Status == AlertStatus.Refuted) return Decision.Refuse("alert-refuted");
        if (alert.Status != AlertStatus.Raised)
            return Decision.Refuse(new Refusal("alert-already-acknowledged").With("by", alert.AcknowledgedBy!));
        var level = LevelAt(alert.RaisedAt, EveryOf(alert.Raised!.Severity, command.Rules), now);
        if (level <= alert.Escalation)
            return Decision.Refuse(new Refusal("alert-already-escalated").With("level", alert.Escalation));
        // The id makes a second one of the same level impossible.
        return Decision.Accept(new NewEvent(
            command.Subject, new AlertEscalated(command.AlertId, level),
            string.Create(CultureInfo.InvariantCulture, $"{command.AlertId}-level-{level}")));
    }

    /// <summary>Seconds without acknowledgement a level; zero where alerts of the severity are never escalated.
    /// </summary>
    public static int EveryOf(AlertSeverity severity, JudgingRules rules) => severity switch
    {
        AlertSeverity.Critical => rules.EscalateCriticalSeconds,
        AlertSeverity.Warning => rules.EscalateWarningSeconds,
        _ => rules.EscalateNoticeSeconds,
    };

    static int LevelAt(DateTimeOffset raised, int every, DateTimeOffset now) =>
        every <= 0 ? 0 : (int)Math.Clamp((now - raised).TotalSeconds / every, 0, MostLevels);

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<AlertState>(Subject, cancel), this, reader.Now, reader.Own);
}
