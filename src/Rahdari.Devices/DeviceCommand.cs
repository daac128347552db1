namespace Rahdari.Devices;

/// <summary>
/// What a platform may ask a device to do. Unlocking by a password that stays the same is no member: whoever has read
/// it once could open every seal of that kind.
/// </summary>
public abstract record DeviceCommand
{
    DeviceCommand() { }

    /// <summary>Report the position at once.</summary>
    public sealed record PositionNow : DeviceCommand;

    /// <summary>Report on the way at this interval.</summary>
    /// <param name="Interval">Whole seconds; a protocol's own limits apply.</param>
    public sealed record ReportEvery(TimeSpan Interval) : DeviceCommand;

    /// <summary>Lock.</summary>
    public sealed record Lock : DeviceCommand;

    /// <summary>Unlock once.</summary>
    /// <param name="OneTimePassword">The password the device itself drew and told last; it is void after use.</param>
    public sealed record UnlockOnce(string OneTimePassword) : DeviceCommand
    {
        /// <summary>Without the password: a command may stand in a log line.</summary>
        public override string ToString() => nameof(UnlockOnce);
    }
}
