using System.Numerics;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>On which half hours of one day (UTC, by the records' own time) a device was heard.</summary>
/// <param name="Day">Days since 1970-01-01.</param>
/// <param name="HalfHours">Bit n: the half hour that begins n half hours after midnight.</param>
/// <param name="BatteryPercent">Of the newest reading; null where no record told.</param>
/// <param name="NewestMicros">The newest receipt.</param>
readonly record struct DeviceDay(
    string Device, int Day, long HalfHours, int Records, int? BatteryPercent, long NewestMicros)
{
    /// <summary>
    /// The reporting gap that descriptions of customs-grade tracking allow at most; the unit of coverage.
    /// </summary>
    public static readonly TimeSpan Slot = TimeSpan.FromMinutes(30);

    public const int SlotsADay = 48;

    const long SlotMicros = 30 * 60 * 1_000_000L;

    /// <summary>When the battery was read, by the record's own time: what a device stored comes after what it said
    /// later.</summary>
    public long? BatteryMicros { get; init; }

    /// <summary>The SIM card told last, by the records' own time; null where no record told.</summary>
    public string? SimCard { get; init; }

    public long? SimCardMicros { get; init; }

    /// <summary>Of the half hours, those in which the device itself was heard.</summary>
    public long Direct { get; init; }

    /// <summary>Those in which a vendor's platform passed on what it said.</summary>
    public long Relayed { get; init; }

    public static DeviceDay Of(
        string device, long atMicros, int? battery, long receivedMicros, bool relayed = false, string? card = null)
    {
        var slot = SlotOf(atMicros);
        var bit = 1L << (int)(slot % SlotsADay);
        return new(device, DayOf(slot), bit, 1, battery, receivedMicros)
        {
            Direct = relayed ? 0 : bit, Relayed = relayed ? bit : 0, BatteryMicros = battery is null ? null : atMicros,
            SimCard = card, SimCardMicros = card is null ? null : atMicros,
        };
    }

    /// <summary>Half hours since 1970.</summary>
    public static long SlotOf(long micros) => micros / SlotMicros;

    public static int DayOf(long slot) => (int)(slot / SlotsADay);

    /// <param name="read">Read after this one, whenever it was said.</param>
    public DeviceDay Plus(DeviceDay read)
    {
        var battery = read.BatteryMicros is not null && !(read.BatteryMicros < BatteryMicros) ? read : this;
        var card = read.SimCardMicros is not null && !(read.SimCardMicros < SimCardMicros) ? read : this;
        return this with
        {
            SimCard = card.SimCard, SimCardMicros = card.SimCardMicros,
            HalfHours = HalfHours | read.HalfHours, Records = Records + read.Records,
            BatteryPercent = battery.BatteryPercent, BatteryMicros = battery.BatteryMicros,
            NewestMicros = Math.Max(NewestMicros, read.NewestMicros), Direct = Direct | read.Direct,
            Relayed = Relayed | read.Relayed,
        };
    }

    /// <summary>How many of the slots from one to before another the device was heard in.</summary>
    public static int Heard(IReadOnlyDictionary<int, long> halfHoursByDay, long fromSlot, long toSlot)
    {
        var heard = 0;
        for (var day = DayOf(fromSlot); (long)day * SlotsADay < toSlot; day++)
        {
            if (!halfHoursByDay.TryGetValue(day, out var bits)) continue;
            var first = Math.Max(fromSlot - (long)day * SlotsADay, 0);
            var count = Math.Min(toSlot - (long)day * SlotsADay, SlotsADay) - first;
            heard += BitOperations.PopCount((ulong)(bits >> (int)first) & ((1UL << (int)count) - 1));
        }
        return heard;
    }
}

/// <summary>
/// Table <c>device_day</c>: when devices were heard, whatever they were fitted to. No view of events: it comes from the
/// journal, whose days are dropped one day, so it is kept when boards are made anew.
/// </summary>
static class DeviceDayTable
{
    public static readonly NodeTables Tables = new("stock", [
        """
        create table device_day (
            device text not null, day integer not null, half_hours bigint not null, records integer not null,
            battery integer, newest_micros bigint not null, primary key (device, day));
        """,
        // Before the second script nobody passed anything on.
        """
        alter table device_day add column direct_half_hours bigint not null default 0;
        alter table device_day add column relayed_half_hours bigint not null default 0;
        update device_day set direct_half_hours = half_hours;
        """,
        // When older readings were made is not known: no later than the newest receipt.
        """
        alter table device_day add column battery_micros bigint;
        update device_day set battery_micros = newest_micros where battery is not null;
        """,
        """
        alter table device_day add column sim_card text;
        alter table device_day add column sim_card_micros bigint;
        """,
    ]);

    public static Task AddAsync(IRecordTransaction transaction, DeviceDay day, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into device_day (device, day, half_hours, records, battery, newest_micros, direct_half_hours,
                relayed_half_hours, battery_micros, sim_card, sim_card_micros)
            values (@device, @day, @halfHours, @records, @battery, @newest, @direct, @relayed, @batteryAt, @card,
                @cardAt)
            on conflict (device, day) do update set half_hours = device_day.half_hours | excluded.half_hours,
                direct_half_hours = device_day.direct_half_hours | excluded.direct_half_hours,
                relayed_half_hours = device_day.relayed_half_hours | excluded.relayed_half_hours,
                records = device_day.records + excluded.records,
                battery = case when excluded.battery is not null and (device_day.battery_micros is null
                    or excluded.battery_micros >= device_day.battery_micros)
                    then excluded.battery else device_day.battery end,
                battery_micros = case when excluded.battery is not null and (device_day.battery_micros is null
                    or excluded.battery_micros >= device_day.battery_micros)
                    then excluded.battery_micros else device_day.battery_micros end,
                sim_card = case when excluded.sim_card is not null and (device_day.sim_card_micros is null
                    or excluded.sim_card_micros >= device_day.sim_card_micros)
                    then excluded.sim_card else device_day.sim_card end,
                sim_card_micros = case when excluded.sim_card is not null and (device_day.sim_card_micros is null
                    or excluded.sim_card_micros >= device_day.sim_card_micros)
                    then excluded.sim_card_micros else device_day.sim_card_micros end,
                newest_micros = case when excluded.newest_micros > device_day.newest_micros
                    then excluded.newest_micros else device_day.newest_micros end
            """,
            new
            {
                device = day.Device, day = day.Day, halfHours = day.HalfHours, records = day.Records,
                battery = day.BatteryPercent, newest = day.NewestMicros, direct = day.Direct, relayed = day.Relayed,
                batteryAt = day.BatteryMicros, card = day.SimCard, cardAt = day.SimCardMicros,
            }, cancel);
}
