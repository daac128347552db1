using Rahdari.Movements;

namespace Rahdari.Telemetry.Enriching;

/// <summary>
/// What officers decided about devices under whose id two spoke. Quarantining answers from the events
/// <c>quarantine-ended</c>; tests answer from a table.
/// </summary>
public interface IQuarantines
{
    /// <summary>
    /// Whether an officer has ended the quarantine that began at a time. Called for a device in quarantine only, each
    /// time it speaks.
    /// </summary>
    ValueTask<bool> IsEndedAsync(DeviceId device, DateTimeOffset since, CancellationToken cancel);
}
