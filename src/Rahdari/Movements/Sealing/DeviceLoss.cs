using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>Where a unit was last heard: the newest believed position, and the device that told it.</summary>
sealed record LastHeard(DeviceId Device, DateTimeOffset At, GeoPosition Place)
{
    sealed record Row(string Device, long AtMicros, int LatitudeE7, int LongitudeE7);

    /// <summary>Null where the unit was never heard.</summary>
    public static async Task<LastHeard?> FindAsync(IDeskReader reader, UnitId unit, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            "select device, at_micros, latitude_e7, longitude_e7 from unit_position where mrn = @mrn and unit = @unit",
            new { mrn = unit.Mrn.Value, unit = unit.Number }, cancel);
        return rows is [var row]
            ? new(
                DeviceId.Parse(row.Device), CorridorTime.FromMicros(row.AtMicros), new(row.LatitudeE7, row.LongitudeE7))
            : null;
    }
}

/// <summary>Who takes a device off, where and when; the rules are looked up by that date.</summary>
sealed record Acting(OfficerId By, OfficeId Office, DateTimeOffset Now, CorridorPack Pack)
{
    public static Acting Of(Actor actor, IDeskReader reader) => new(actor.Id, actor.Office, reader.Now, reader.Pack);
}

/// <summary>
/// A unit under way loses a device by the word of an office. It is recorded whatever speaks against it; the control
/// room is told where the unit was heard elsewhere than at that office, or where its device was put on another unit.
/// </summary>
static class DeviceLoss
{
    /// <summary>The irregularity of an act that no truck was there for. It permits nothing.</summary>
    public const string Elsewhere = "detached-elsewhere";

    /// <summary>Whether anybody has to be told: it left the gate and has not exited.</summary>
    public static bool IsTold(MovementState? movement, UnitId unit) =>
        movement?.Find(unit.Number) is { IsUnderWay: true };

    /// <summary>An officer took a device off, or replaced it.</summary>
    /// <param name="isReplaced">By fitting another one.</param>
    public static IEnumerable<NewEvent> OfDetaching(
        UnitId unit, DeviceId device, bool isReplaced, Acting act, LastHeard? heard)
    {
        if (heard is null || MetresOutside(act, heard) is not { } metres || metres <= 0) return [];
        var isCertain = act.Pack.Judging.At(act.Now)?.Value is { } rules
            && metres > Math.Max(0, (act.Now - heard.At).TotalHours) * rules.ImplausibleSpeedMetresPerHour;
        var alert = Raised(
            unit, device, isCertain ? AlertSeverity.Critical : AlertSeverity.Warning, act, heard, otherUnit: null);
        return isCertain
            ?
            [
                new(unit.Mrn.Value, new IrregularityOpened(
                    unit.Mrn, unit.Number, Elsewhere, isReplaced ? "device-fitted" : "device-detached",
                    [device.ToString(), act.Office.ToString(), Sentence.Kilometres(metres)])),
                alert,
            ]
            : [alert];
    }

    /// <summary>The device was put on another unit: that it is off this one is no more than a conclusion.</summary>
    public static NewEvent OfTaking(UnitId unit, DeviceId device, Acting act, LastHeard? heard, UnitId otherUnit) =>
        Raised(unit, device, AlertSeverity.Critical, act, heard, otherUnit);

    /// <summary>From the edge of the office's zone; null where the pack has no such office.</summary>
    static double? MetresOutside(Acting act, LastHeard heard) => act.Pack.FindOffice(act.Office) is { } office
        ? Earth.MetresBetween(office.Place, new(heard.Place.Latitude, heard.Place.Longitude)) - office.ZoneRadiusMetres
        : null;

    static NewEvent Raised(
        UnitId unit, DeviceId device, AlertSeverity severity, Acting act, LastHeard? heard, UnitId? otherUnit)
    {
        var kind = AlertKind.DeviceTakenAway;
        var id = AlertIds.Of(unit, kind, act.Now, device);
        string[] who = ["device", device.ToString(), "by", act.By.Value, "office", act.Office.ToString()];
        var sentence = heard is not null && MetresOutside(act, heard) is { } metres
            ? new Sentence($"alert.{kind.Slug()}",
            [
                .. who, "kilometres", Sentence.Kilometres(Math.Max(0, metres)),
                "minutes", Sentence.Minutes(act.Now - heard.At), "heard", heard.Device.ToString(),
            ])
            : new Sentence($"alert.{kind.Slug()}.unplaced", who);
        return new(
            AlertState.Subject(id),
            new AlertRaised(
                id, unit, kind, severity, act.Now, act.Now, Late: false, device, heard?.Place.LatitudeE7,
                heard?.Place.LongitudeE7, sentence.Key, sentence.Args) { OtherUnit = otherUnit },
            id);
    }
}
