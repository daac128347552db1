using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Scoring;

/// <summary>
/// What a plain tracking server raises, to compare with: the same route and width plus 500 m, two records in a row
/// outside, no hysteresis; a stop where two slow records lie within the radius and beyond the limit; tampering on any
/// one record; silence beyond the limit. Each device alone, records as they come.
/// </summary>
static class Baseline
{
    const double MetresBeyond = 500;

    public static JudgedTrack Judge(JudgedTrack track, Surroundings around)
    {
        var alarms = new List<Alarm>();
        foreach (var device in track.Records.GroupBy(r => r.Device))
        {
            var seen = new Device();
            foreach (var record in device) seen.Take(record, around, alarms);
        }
        return track with { Alarms = alarms };
    }

    /// <summary>Whether one record by itself looks like tampering of a kind.</summary>
    public static bool Shows(AlertKind kind, JudgedRecord record) => kind switch
    {
        AlertKind.RopeCut => record.Reports(RopeCut) || record.Seal is { RopePresent: false },
        AlertKind.CoverOpened => record.Reports(Cover) || record.Seal.CoverClosed == false,
        AlertKind.SealOpened => record.Reports(Opened) || record.Seal.ShackleClosed == false
            || record.Seal.DoorClosed == false,
        AlertKind.Unlocked => record.Reports(Unlocked) || record.Seal.Locked == false,
        AlertKind.Battery => record.Reports(Battery),
        _ => false,
    };

    public static readonly IReadOnlyList<AlertKind> Tampering =
        [AlertKind.RopeCut, AlertKind.CoverOpened, AlertKind.SealOpened, AlertKind.Unlocked];

    static readonly ulong RopeCut = JudgedRecord.MaskOf(DeviceEvent.RopeCut);
    static readonly ulong Cover = JudgedRecord.MaskOf(DeviceEvent.CoverOpened, DeviceEvent.Tampered);
    static readonly ulong Battery = JudgedRecord.MaskOf(DeviceEvent.BatteryLow, DeviceEvent.GoingOffline);

    static readonly ulong Opened = JudgedRecord.MaskOf(
        DeviceEvent.ShackleOpened, DeviceEvent.OpenedWhileSealed, DeviceEvent.DoorOpened, DeviceEvent.Removed);

    static readonly ulong Unlocked = JudgedRecord.MaskOf(
        DeviceEvent.Unsealed, DeviceEvent.UnsealedByCard, DeviceEvent.UnsealedByStaticPassword,
        DeviceEvent.UnsealedByDynamicPassword, DeviceEvent.UnsealedByBluetooth, DeviceEvent.UnsealedBySms,
        DeviceEvent.UnsealedByPlatform, DeviceEvent.UnsealedByVehicleCard, DeviceEvent.RopePulled);

    /// <summary>One device as it is followed.</summary>
    sealed class Device
    {
        readonly HashSet<AlertKind> open = [];
        JudgedRecord? before, slow;
        bool wasOutside;

        public void Take(JudgedRecord record, Surroundings around, List<Alarm> alarms)
        {
            if (around.RulesAt(record.At) is not { } rules) return;
            if ((record.ReceivedAt - before?.ReceivedAt)?.TotalSeconds > rules.SilenceSeconds)
                alarms.Add(new(
                    AlertKind.Silence, before!.ReceivedAt.AddSeconds(rules.SilenceSeconds), before.ReceivedAt,
                    record.ReceivedAt));
            before = record;
            foreach (var kind in Tampering) Say(kind, Shows(kind, record), record, record.At, alarms);
            if (Shows(AlertKind.Battery, record)) Say(AlertKind.Battery, true, record, record.At, alarms);
            if (!record.HasGoodPosition(rules.MinimumSatellites)) return;
            var place = new GeoCoordinate(record.LatitudeE7 / 1e7, record.LongitudeE7 / 1e7);
            var outside = around.Locate(place) is { } found && found.MetresBeyond > MetresBeyond;
            Say(AlertKind.OffCorridor, outside && wasOutside, record, record.At, alarms);
            wasOutside = outside;
            Stop(record, place, around, rules, alarms);
        }

        void Stop(
            JudgedRecord record, GeoCoordinate place, Surroundings around, JudgingRules rules, List<Alarm> alarms)
        {
            if (record.Speed > rules.StopSpeedMetresPerHour
                || (slow is { } first && Earth.MetresBetween(
                    new(first.LatitudeE7 / 1e7, first.LongitudeE7 / 1e7), place) > rules.StopRadiusMetres))
                slow = null;
            if (record.Speed > rules.StopSpeedMetresPerHour)
            {
                open.Remove(AlertKind.UnplannedStop);
                return;
            }
            if (slow is null)
            {
                open.Remove(AlertKind.UnplannedStop);
                slow = record;
            }
            var limit = around.StopAt(place, record.At, rules) is { } stop
                ? TimeSpan.FromMinutes(stop.LimitMinutes)
                : TimeSpan.FromSeconds(rules.StopSeconds);
            if (record.At - slow.At > limit && around.OfficeAt(place, record.At) is null)
                Say(AlertKind.UnplannedStop, true, record, slow.At, alarms);
        }

        void Say(AlertKind kind, bool bad, JudgedRecord record, DateTimeOffset from, List<Alarm> alarms)
        {
            if (!bad) open.Remove(kind);
            else if (open.Add(kind))
                alarms.Add(new(kind, record.ReceivedAt, from < record.At ? from : record.At, record.At));
        }
    }
}
