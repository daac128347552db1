using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;

namespace Rahdari.Telemetry.Raising;

/// <summary>The newest believed position of a unit since its gate-out.</summary>
/// <param name="AlongMetres">Along the drawn route; null where the route is not known.</param>
/// <param name="Identity">How sure it is that the record is from the device.</param>
/// <param name="Relay">The vendor whose platform passed the record on; null where the device itself sent it.</param>
sealed record UnitPosition(
    UnitId Unit, DeviceId Device, DateTimeOffset At, int LatitudeE7, int LongitudeE7, int? SpeedMetresPerHour,
    int? CourseDegrees, long? AlongMetres, IdentityGrade Identity,
    string? Relay = null);

/// <summary>
/// Table <c>unit_position</c>: one row a unit, by event time of the record, written in the transaction that moves
/// judging's watermark.
/// </summary>
static class PositionTable
{
    public const string Schema =
        """
        create table if not exists unit_position (
            mrn text not null, unit integer not null, device text not null, at_micros bigint not null,
            latitude_e7 integer not null, longitude_e7 integer not null, speed_metres_per_hour integer,
            course_degrees integer, along_metres bigint, identity text not null default 'none',
            relay text, primary key (mrn, unit));
        """;

    public static Task PutAsync(IRecordTransaction transaction, UnitPosition p, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into unit_position (mrn, unit, device, at_micros, latitude_e7, longitude_e7, speed_metres_per_hour,
                course_degrees, along_metres, identity, relay)
            values (@mrn, @unit, @device, @at, @latitude, @longitude, @speed, @course, @along, @identity, @relay)
            on conflict (mrn, unit) do update set device = excluded.device, at_micros = excluded.at_micros,
                latitude_e7 = excluded.latitude_e7, longitude_e7 = excluded.longitude_e7,
                speed_metres_per_hour = excluded.speed_metres_per_hour, course_degrees = excluded.course_degrees,
                along_metres = excluded.along_metres, identity = excluded.identity, relay = excluded.relay
            where excluded.at_micros > unit_position.at_micros
            """,
            new
            {
                mrn = p.Unit.Mrn.Value, unit = p.Unit.Number, device = p.Device.ToString(), at = p.At.ToMicros(),
                latitude = p.LatitudeE7, longitude = p.LongitudeE7, speed = p.SpeedMetresPerHour,
                course = p.CourseDegrees, along = p.AlongMetres, identity = p.Identity.Slug(),
                relay = p.Relay,
            }, cancel);
}

/// <summary>Answers to Movements where units were last heard.</summary>
sealed class UnitFixes(IRecordStore store) : IUnitFixes
{
    sealed record Row(
        string Mrn, int Unit, string Device, long AtMicros, int LatitudeE7, int LongitudeE7, string? Relay);

    public async Task<IReadOnlyList<UnitFix>> NewestAsync(IReadOnlyCollection<UnitId> units, CancellationToken cancel)
    {
        if (units.Count == 0) return [];
        var rows = await store.ReadAsync(r => r.QueryAsync<Row>(
            """
            select mrn, unit, device, at_micros, latitude_e7, longitude_e7, relay from unit_position
            where mrn in @mrns
            """,
            new { mrns = units.Select(u => u.Mrn.Value).Distinct().ToArray() }, cancel), cancel);
        return [.. rows
            .Select(r => new UnitFix(
                new(new(r.Mrn), r.Unit), DeviceId.Parse(r.Device), CorridorTime.FromMicros(r.AtMicros),
                new GeoCoordinate(r.LatitudeE7 / 1e7, r.LongitudeE7 / 1e7)) { IsRelayed = r.Relay is not null })
            .Where(f => units.Contains(f.Unit))];
    }
}
