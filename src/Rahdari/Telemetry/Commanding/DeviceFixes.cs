using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Commanding;

/// <summary>Where one device says it is.</summary>
/// <param name="FixedAt">By the device's own clock, where it is to be believed.</param>
/// <param name="Sure">The record came from a network of the node's settings or with a secret it had issued: any other's
/// id can be written by whoever reaches a port.</param>
sealed record DeviceFix(DeviceId Device, DateTimeOffset FixedAt, GeoCoordinate Place, bool Sure);

/// <summary>Reads from the journal where a device was last, by its own word: what a vendor passes on opens no lock.
/// </summary>
sealed class DeviceFixes(IJournal journal)
{
    /// <summary>More than a device can send in the few minutes that are looked at.</summary>
    const int MostRows = 4_096;

    /// <summary>
    /// The newest valid fix from one time to another; null where there is none. A device that is heard in records
    /// surely its own is believed in these alone, or else whoever reaches a port could say where it is.
    /// </summary>
    /// <param name="until">Now: no position is from later.</param>
    public async Task<DeviceFix?> NewestAsync(
        DeviceId device, DateTimeOffset since, DateTimeOffset until, CancellationToken cancel)
    {
        var rows = await journal.ReadDeviceAsync(
            device.ToString(), since.ToMicros(), long.MaxValue, MostRows, cancel);
        DeviceFix? newest = null;
        foreach (var row in rows)
        {
            // What cannot be read shows no place, and opens no lock.
            if (JournaledFix.TryRead(row.Entry, out var fix, out _) && fix is
                {
                    TimeSuspect: false, Quarantine: null, Relay: null,
                    Message: { Position: { } place, Time: { } time, Valid: true },
                } && time >= since && time <= until)
            {
                var sure = fix.Identity is IdentityGrade.Network or IdentityGrade.Key;
                if (IsBetter(sure, time, newest))
                    newest = new(device, time, new(place.Latitude, place.Longitude), sure);
            }
        }
        return newest;
    }

    static bool IsBetter(bool sure, DateTimeOffset time, DeviceFix? known) =>
        known is null || (sure == known.Sure ? time > known.FixedAt : sure);
}
