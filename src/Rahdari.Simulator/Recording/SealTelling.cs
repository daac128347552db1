using Rahdari.Devices;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>
/// Tells tampering that the unit's records show from tampering they do not: the device was off all the while, or the
/// lock shows only its new state and was shut again before its next report, or the report is still on its way when the
/// window closes. What no record shows nobody can be asked to find; it is written down apart.
/// </summary>
static class SealTelling
{
    const string Untold = "benign:untold-";

    /// <summary>Clocks of devices are wrong by no more.</summary>
    const double ClockSeconds = 300;

    public static IReadOnlyList<Happening> Told(UnitTrip trip, IReadOnlyList<Happening> items, TrackOptions options)
    {
        if (!items.Any(i => Shows(i.Kind) is not null)) return items;
        var records = new DeviceTrack(trip, DeviceRole.Container, options.Hours * 3_600.0).Records()
            .Where(r => r.Event is not null || r.Seal != default).ToList();
        return
        [
            .. items.Select(i => Shows(i.Kind) is not { } shows || records.Any(r => shows(r)
                && r.DeviceTime >= i.From - ClockSeconds && r.DeviceTime <= i.Until + ClockSeconds)
                    ? i
                    : i with { Kind = Untold + i.Kind }),
        ];
    }

    static Func<TrackRecord, bool>? Shows(string kind) => kind switch
    {
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
