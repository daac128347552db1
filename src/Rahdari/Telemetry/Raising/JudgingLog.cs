namespace Rahdari.Telemetry.Raising;

/// <summary>What judging says to the operator; ids 3100 to 3199, never used again.</summary>
static partial class JudgingLog
{
    [LoggerMessage(3101, LogLevel.Warning, "judging waits for the store: {Why}")]
    public static partial void Waiting(ILogger logger, string why);

    [LoggerMessage(3102, LogLevel.Warning, "escalation waits for the store: {Why}")]
    public static partial void EscalationWaiting(ILogger logger, string why);

    [LoggerMessage(3103, LogLevel.Error, "{Unit}: what is recorded cannot be read, its following goes on: {Why}")]
    public static partial void FollowingUnreadable(ILogger logger, Movements.UnitId unit, string why);
}
