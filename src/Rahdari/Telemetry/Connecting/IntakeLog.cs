namespace Rahdari.Telemetry.Connecting;

/// <summary>Log lines of the intake; ids 2000 to 2099, never used again for something else.</summary>
static partial class IntakeLog
{
    [LoggerMessage(2000, LogLevel.Warning,
        "{Protocol} port: {Code}, number {Count}, from {Remote}, byte {Offset}: {Detail} [{Head}]")]
    public static partial void Fault(
        ILogger log, string protocol, string code, long count, string remote, int offset, string detail, string head);

    [LoggerMessage(2001, LogLevel.Error, "{Protocol} port: a connection from {Remote} ended by an unexpected error")]
    public static partial void Unexpected(ILogger log, Exception error, string protocol, string remote);
}
