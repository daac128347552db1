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
sealed class DeviceFixes(
    IJournal journal, CorridorPack pack, CorridorClock clock, int most = DeviceFixes.MostRows)
{
    const int PageRows = 4_096;

    /// <summary>
    /// What a device that was out of reach for a week, and reported each ten seconds, sends in the few minutes that are
    /// looked at. Of one that sent more nothing is told until they are over: an older place is not its newest.
    /// </summary>
    const int MostRows = 16 * PageRows;

    /// <summary>The newest in the time that the rules in force look back; null also where there are none.</summary>
    public async Task<DeviceFix?> LatelyAsync(DeviceId device, CancellationToken cancel)
    {
        var now = clock.Now;
        return pack.Commands.At(now)?.Value is { } rules
            ? await NewestAsync(device, now.AddSeconds(-rules.PositionSeconds), now, cancel)
            : null;
    }

    /// <summary>
    /// The newest valid fix from one time to another; null where there is none, or where too much was received since
    /// to look through. A device that is heard in records surely its own is believed in these alone, or else whoever
    /// reaches a port could say where it is.
    /// </summary>
    /// <param name="until">Now: no position is from later.</param>
    public async Task<DeviceFix?> NewestAsync(
        DeviceId device, DateTimeOffset since, DateTimeOffset until, CancellationToken cancel)
    {
        DeviceFix? newest = null;
        var (from, page, read) = (since.ToMicros(), PageRows, 0);
        while (true)
        {
            var rows = await journal.ReadDeviceAsync(device.ToString(), from, long.MaxValue, page, cancel);
            foreach (var row in rows)
            {
                if (FixOf(device, row) is { } fix && fix.FixedAt >= since && fix.FixedAt <= until
                    && IsBetter(fix, newest)) newest = fix;
            }
            read += rows.Count;
            if (read > most) return null;
            if (rows.Count < page) return newest;
            // Rows of the last time of receipt may go on behind the page: they are read again, which changes nothing.
            var last = rows[^1].Entry.ReceivedMicros;
            if (last == from) page *= 2;
            from = last;
        }
    }

    /// <summary>Null for what tells no place, and for what cannot be read.</summary>
    static DeviceFix? FixOf(DeviceId device, JournalRow row) =>
        JournaledFix.TryRead(row.Entry, out var fix, out _) && fix is
        {
            TimeSuspect: false, Quarantine: null, Relay: null,
            Message: { Position: { } place, Time: { } time, Valid: true },
        }
            ? new(
                device, time, new(place.Latitude, place.Longitude),
                fix.Identity is IdentityGrade.Network or IdentityGrade.Key)
            : null;

    static bool IsBetter(DeviceFix fix, DeviceFix? known) =>
        known is null || (fix.Sure == known.Sure ? fix.FixedAt > known.FixedAt : fix.Sure);
}
