using Rahdari.Devices;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>
/// Tells tampering that the unit's records show from tampering they do not: the device was off all the while, or the
/// lock shows only its new state and was shut again before its next report, or the report is still on its way when the
/// window closes. So with a jamming of which the window shows less than what is told by missing positions: it happened
/// where a device said so. What no record shows nobody can be asked to find; it is written down apart.
/// </summary>
static class RecordTelling
{
    const string Untold = "benign:untold-";

    /// <summary>Clocks of devices are wrong by no more.</summary>
    const double ClockSeconds = 300;

    public static IReadOnlyList<Happening> Told(UnitTrip trip, IReadOnlyList<Happening> items, TrackOptions options)
    {
        if (!items.Any(i => Shows(i) is not null)) return items;
        var records = RecordsOf(DeviceRole.Container);
        // What is done to the seal only the lock tells; jamming any receiver.
        if (items.Any(i => i.Kind == "jamming" && Shows(i) is not null))
            records.AddRange(RecordsOf(DeviceRole.PrimeMover).Where(r => r.Event == DeviceEvent.Jamming));
        return
        [
            .. items.Select(i => Shows(i) is not { } shows || records.Any(r => shows(r)
                && r.DeviceTime >= i.From - ClockSeconds && r.DeviceTime <= i.Until + ClockSeconds)
                    ? i
                    : i with { Kind = Untold + i.Kind }),
        ];

        List<TrackRecord> RecordsOf(DeviceRole role) => [.. new DeviceTrack(trip, role, options.Hours * 3_600.0)
            .Records().Where(r => r.Event is not null || r.Seal != default)];
    }

    static Func<TrackRecord, bool>? Shows(Happening item) => item.Kind switch
    {
        "jamming" when item.Until - item.From < TripTruth.JammedSeconds => r => r.Event == DeviceEvent.Jamming,
        "rope-cut" => r => r.Event == DeviceEvent.RopeCut || r.Seal.RopePresent == false,
        "cover-opened" => r => r.Event is DeviceEvent.CoverOpened or DeviceEvent.Tampered
            || r.Seal.CoverClosed == false,
        "seal-opened" => r => r.Event is DeviceEvent.OpenedWhileSealed or DeviceEvent.DoorOpened
            || r.Seal.ShackleClosed == false || r.Seal.DoorClosed == false,
        "unlocked" => r => r.Seal.Locked == false || r.Event is DeviceEvent.UnsealedByCard
            or DeviceEvent.UnsealedByStaticPassword or DeviceEvent.UnsealedByBluetooth or DeviceEvent.Unsealed,
        _ => null,
    };
}
