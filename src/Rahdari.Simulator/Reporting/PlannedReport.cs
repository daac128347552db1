using Rahdari.Devices;

namespace Rahdari.Simulator.Reporting;

/// <summary>One record a device is going to make.</summary>
/// <param name="Index">Counts the device's records from 0; its last byte is the serial on the wire.</param>
/// <param name="SendableFrom">When the device can first send it: later than its time where coverage is missing.</param>
sealed record PlannedReport(int Index, DateTimeOffset Time, DateTimeOffset SendableFrom, DeviceMessage Message)
{
    /// <summary>Made where there is no coverage, so that it waits in the device's memory.</summary>
    public bool IsKept => SendableFrom > Time;
}
