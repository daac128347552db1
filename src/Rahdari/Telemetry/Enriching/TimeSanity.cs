using Rahdari.Corridors;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Enriching;

/// <summary>Whether a device's time can be believed, by the rules of the day it was received.</summary>
sealed class TimeSanity(Dated<JudgingRules> rules)
{
    /// <summary>The rules of the day of receipt; null where there are none.</summary>
    public JudgingRules? At(DateTimeOffset receivedAt) => rules.At(receivedAt)?.Value;

    /// <summary>True where the time lies further ahead of receipt or further back than the rules allow. Without rules
    /// nothing is suspect.</summary>
    public bool IsSuspect(DateTimeOffset time, DateTimeOffset receivedAt) =>
        At(receivedAt) is { } limits
        && (time > receivedAt.AddSeconds(limits.FutureToleranceSeconds)
            || time < receivedAt.AddDays(-limits.OldestRecordDays));

    /// <summary>What speaks against a vendor's time of receipt. Without rules nothing does.</summary>
    /// <param name="vendorAt">By the vendor's clock.</param>
    /// <param name="time">The device's own; null where the record has none.</param>
    public RelayDoubt DoubtOf(DateTimeOffset vendorAt, DateTimeOffset? time, DateTimeOffset receivedAt) =>
        At(receivedAt) is not { } limits ? RelayDoubt.None
        : vendorAt > receivedAt.AddSeconds(limits.FutureToleranceSeconds) ? RelayDoubt.VendorTimeAhead
        : time > vendorAt.AddSeconds(limits.FutureToleranceSeconds) ? RelayDoubt.VendorTimeBeforeDevice
        : RelayDoubt.None;
}
