using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>The newest believed position of a unit since its gate-out.</summary>
/// <param name="AlongMetres">Along the drawn route; null where the route is not known.</param>
/// <param name="Identity">How sure it is that the record is from the device.</param>
/// <param name="Relay">The vendor whose platform passed the record on; null where the device itself sent it.</param>
sealed record UnitPosition(
    UnitId Unit, DeviceId Device, DateTimeOffset At, int LatitudeE7, int LongitudeE7, int? SpeedMetresPerHour,
    int? CourseDegrees, long? AlongMetres, IdentityGrade Identity,
    string? Relay = null);

/// <summary>A way by which positions of a unit came since its gate-out.</summary>
/// <param name="IsRelayed">A vendor's platform passed them on; else the devices themselves sent them.</param>
readonly record struct UnitWay(UnitId Unit, bool IsRelayed);

/// <summary>
/// Table <c>unit_position</c>: one row a unit, by event time of the record. Table <c>unit_way</c>: by which ways, the
/// devices' own or a vendor's platform, positions of the unit came since its gate-out. Written in the transaction that
/// moves judging's watermark.
/// </summary>
static class PositionTable
{
    /// <summary>Never changed: a new column or index is a script of <see cref="JudgingTables.Tables"/>.</summary>
    public const string Released =
        """
        create table if not exists unit_position (
            mrn text not null, unit integer not null, device text not null, at_micros bigint not null,
            latitude_e7 integer not null, longitude_e7 integer not null, speed_metres_per_hour integer,
            course_degrees integer, along_metres bigint, identity text not null default 'none',
            relay text, primary key (mrn, unit));
        """;

    /// <summary>By themselves, as released: kept also where judging's tables are older than their released script, and
    /// are made again.</summary>
    public static readonly NodeTables Ways = new("unit-ways", [
        """
        create table unit_way (
            mrn text not null, unit integer not null, relayed integer not null, primary key (mrn, unit, relayed));
        """,
    ]);

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

    public static Task PutAsync(IRecordTransaction transaction, UnitWay way, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            "insert into unit_way (mrn, unit, relayed) values (@mrn, @unit, @relayed) on conflict do nothing",
            new { mrn = way.Unit.Mrn.Value, unit = way.Unit.Number, relayed = way.IsRelayed ? 1 : 0 }, cancel);
}

/// <summary>Answers to Movements where units were last heard.</summary>
sealed class UnitFixes(IRecordStore store) : IUnitFixes
{
    sealed record Row(
        string Mrn, int Unit, string Device, long AtMicros, int LatitudeE7, int LongitudeE7, bool IsDirect,
        bool IsRelayed);

    public async Task<IReadOnlyList<UnitFix>> NewestAsync(IReadOnlyCollection<UnitId> units, CancellationToken cancel)
    {
        if (units.Count == 0) return [];
        var rows = await store.ReadAsync(r => r.QueryAsync<Row>(
            """
            select p.mrn, p.unit, p.device, p.at_micros, p.latitude_e7, p.longitude_e7,
                case when p.relay is null or exists (select 1 from unit_way w
                    where w.mrn = p.mrn and w.unit = p.unit and w.relayed = 0) then 1 else 0 end as is_direct,
                case when p.relay is not null or exists (select 1 from unit_way w
                    where w.mrn = p.mrn and w.unit = p.unit and w.relayed = 1) then 1 else 0 end as is_relayed
            from unit_position p where p.mrn in @mrns
            """,
            new { mrns = units.Select(u => u.Mrn.Value).Distinct().ToArray() }, cancel), cancel);
        return [.. rows
            .Select(r => new UnitFix(
                new(new(r.Mrn), r.Unit), DeviceId.Parse(r.Device), CorridorTime.FromMicros(r.AtMicros),
                new GeoCoordinate(r.LatitudeE7 / 1e7, r.LongitudeE7 / 1e7))
                { IsDirect = r.IsDirect, IsRelayed = r.IsRelayed })
            .Where(f => units.Contains(f.Unit))];
    }
}
