using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>
/// Tables <c>stock_device</c>, one row a device, kept by the code of the fold; and <c>stock_trip</c>, one row each time
/// a device was fitted, from then until it was back in a store.
/// </summary>
sealed class StockTable(NodeSettings node) : IProjection
{
    static readonly JsonSerializerOptions Facts = new(EventCodec.Options) { IgnoreReadOnlyProperties = true };

    public string Schema =>
        """
        create table if not exists stock_device (
            device text primary key, state text not null, office text, vendor text, mrn text, unit integer,
            booked_until_micros bigint, since_micros bigint not null, facts text not null);
        create index if not exists stock_device_office on stock_device (office, state);
        create table if not exists stock_trip (
            device text not null, fitted_micros bigint not null, office text not null, vendor text,
            mrn text not null, unit integer not null, freed_micros bigint, returned_micros bigint,
            returned_office text, primary key (device, fitted_micros));
        create index if not exists stock_trip_fitted on stock_trip (fitted_micros);
        create index if not exists stock_trip_unit on stock_trip (mrn, unit, fitted_micros);
        """;

    public async Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        if (recorded.Header.Stream.Administration != node.Administration) return;
        if (DeviceOf(recorded.Body) is not { } device) return;
        var rows = await transaction.QueryAsync<string>(
            "select facts from stock_device where device = @device", new { device = device.ToString() }, cancel);
        var item = (rows is [var facts] ? Read(facts) : StockItem.Empty).Apply(recorded);
        await transaction.ExecuteAsync(
            """
            insert into stock_device (device, state, office, vendor, mrn, unit, booked_until_micros, since_micros,
                facts)
            values (@device, @state, @office, @vendor, @mrn, @unit, @booked, @since, @facts)
            on conflict (device) do update set state = excluded.state, office = excluded.office,
                vendor = excluded.vendor, mrn = excluded.mrn, unit = excluded.unit,
                booked_until_micros = excluded.booked_until_micros, since_micros = excluded.since_micros,
                facts = excluded.facts
            """,
            new
            {
                device = device.ToString(), state = Web.Slug.Of(item.Said), office = item.Home?.ToString(),
                vendor = item.Card?.Vendor, mrn = item.Unit?.Mrn.Value, unit = item.Unit?.Number,
                booked = item.BookedUntil?.ToMicros(), since = item.Since.ToMicros(),
                facts = JsonSerializer.Serialize(item, Facts),
            }, cancel);
        await ApplyTripAsync(transaction, recorded, device, item, cancel);
    }

    public static StockItem Read(string facts) => JsonSerializer.Deserialize<StockItem>(facts, Facts)!;

    static Task ApplyTripAsync(
        IRecordTransaction transaction, Recorded recorded, DeviceId device, StockItem item, CancellationToken cancel)
    {
        var args = new
        {
            device = device.ToString(), at = recorded.Header.At.ToMicros(), office = recorded.Header.Office.ToString(),
            vendor = item.Card?.Vendor, mrn = item.Unit?.Mrn.Value, unit = item.Unit?.Number,
        };
        return recorded.Body switch
        {
            DeviceTaken => transaction.ExecuteAsync(
                """
                insert into stock_trip (device, fitted_micros, office, vendor, mrn, unit)
                values (@device, @at, @office, @vendor, @mrn, @unit) on conflict (device, fitted_micros) do nothing
                """, args, cancel),
            DeviceFreed => transaction.ExecuteAsync(
                "update stock_trip set freed_micros = @at where device = @device and freed_micros is null", args,
                cancel),
            DeviceReturned => transaction.ExecuteAsync(
                """
                update stock_trip set returned_micros = @at, returned_office = @office
                where device = @device and returned_micros is null and freed_micros is not null
                """, args, cancel),
            _ => Task.CompletedTask,
        };
    }

    static DeviceId? DeviceOf(EventBody body) => body switch
    {
        DeviceTaken e => e.Device,
        DeviceFreed e => e.Device,
        DeviceReceived e => e.Device,
        DeviceCardChanged e => e.Device,
        DeviceBooked e => e.Device,
        DeviceBookingReleased e => e.Device,
        DeviceReturned e => e.Device,
        DeviceSent e => e.Device,
        DeviceUnderRepair e => e.Device,
        DeviceReportedLost e => e.Device,
        DeviceRetired e => e.Device,
        _ => null,
    };
}
