using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Relaying;

/// <summary>
/// Tables <c>relay_statement</c> (one row a vendor's hour), <c>relay_count</c> (one a device in it) and
/// <c>relay_noted</c>: what vendors and this node said.
/// </summary>
sealed class RelayCountTable(NodeSettings node) : IProjection
{
    public string Schema =>
        """
        create table if not exists relay_statement (
            vendor text not null, hour_micros bigint not null, devices integer not null, frames bigint not null,
            stated_micros bigint not null, primary key (vendor, hour_micros));
        create table if not exists relay_count (
            vendor text not null, hour_micros bigint not null, device text not null, frames bigint not null,
            primary key (vendor, hour_micros, device));
        create table if not exists relay_noted (
            vendor text not null, hour_micros bigint not null, gap text not null, noted_micros bigint not null,
            primary key (vendor, hour_micros, gap));
        """;

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel) =>
        recorded.Header.Stream.Administration != node.Administration ? Task.CompletedTask : recorded.Body switch
        {
            RelayCountStated e => StateAsync(transaction, e, recorded.Header.At.ToMicros(), cancel),
            RelayGapNoted e => transaction.ExecuteAsync(
                """
                insert into relay_noted (vendor, hour_micros, gap, noted_micros) values (@vendor, @hour, @gap, @at)
                on conflict do nothing
                """,
                new
                {
                    vendor = e.Vendor.Value, hour = e.Hour.ToMicros(), gap = Web.Slug.Of(e.Gap),
                    at = recorded.Header.At.ToMicros(),
                }, cancel),
            _ => Task.CompletedTask,
        };

    static async Task StateAsync(
        IRecordTransaction transaction, RelayCountStated e, long at, CancellationToken cancel)
    {
        var (vendor, hour) = (e.Vendor.Value, e.Hour.ToMicros());
        await transaction.ExecuteAsync(
            """
            insert into relay_statement (vendor, hour_micros, devices, frames, stated_micros)
            values (@vendor, @hour, @devices, @frames, @at) on conflict do nothing
            """, new { vendor, hour, devices = e.Counts.Count, frames = e.Counts.Sum(c => c.Frames), at }, cancel);
        foreach (var some in e.Counts.Chunk(RowsAtOnce))
        {
            var args = new Dictionary<string, object> { ["vendor"] = vendor, ["hour"] = hour };
            foreach (var (i, count) in some.Index())
                (args[$"device{i}"], args[$"frames{i}"]) = (count.Device.ToString(), count.Frames);
            var rows = string.Join(
                ", ", Enumerable.Range(0, some.Length).Select(i => $"(@vendor, @hour, @device{i}, @frames{i})"));
            await transaction.ExecuteAsync(
                $"insert into relay_count (vendor, hour_micros, device, frames) values {rows} on conflict do nothing",
                args, cancel);
        }
    }

    /// <summary>
    /// Devices put in by one statement: a vendor's hour of a whole corridor is 200 statements in the one transaction
    /// that records it. Other writers wait for it a tenth as long on PostgreSQL as with a statement a device, and half
    /// as long on SQLite.
    /// </summary>
    const int RowsAtOnce = 100;
}

/// <summary>What came from a vendor of one device in one of the vendor's hours.</summary>
/// <param name="HourMicros">By the platform's receipt, where it says one; else by receipt here.</param>
/// <param name="DelayMicros">From the platform's receipt to receipt here, of all frames together.</param>
/// <param name="MostDelayMicros">The longest of them.</param>
readonly record struct RelayHour(
    string Vendor, string Device, long HourMicros, int Frames, long DelayMicros, long MostDelayMicros)
{
    const long HourLength = 3_600_000_000;

    /// <summary>Null for a record that counts no frame: a direct one, a further one of its frame, a copy.</summary>
    public static RelayHour? Of(JournaledFix fix)
    {
        if (fix is not { Relay: { First: true } relay, ReleasedFrom: null }) return null;
        var received = fix.ReceivedAt.ToMicros();
        var at = relay.ReceivedAt?.ToMicros() ?? received;
        var delay = relay.Doubt == RelayDoubt.None ? Math.Max(0, received - at) : 0;
        return new(relay.Vendor.Value, fix.Device.ToString(), at - at % HourLength, 1, delay, delay);
    }

    public RelayHour Plus(RelayHour other) => this with
    {
        Frames = Frames + other.Frames, DelayMicros = DelayMicros + other.DelayMicros,
        MostDelayMicros = Math.Max(MostDelayMicros, other.MostDelayMicros),
    };
}

/// <summary>
/// Table <c>relay_hour</c>: what came from vendors. It comes from the journal, whose days are dropped one day, so it is
/// kept when boards are made anew.
/// </summary>
static class RelayHourTable
{
    public static readonly NodeTables Tables = new("relay", [
        """
        create table relay_hour (
            vendor text not null, hour_micros bigint not null, device text not null, frames bigint not null,
            delay_micros bigint not null, most_delay_micros bigint not null,
            primary key (vendor, hour_micros, device));
        """,
    ]);

    public static Task AddAsync(IRecordTransaction transaction, RelayHour hour, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into relay_hour (vendor, hour_micros, device, frames, delay_micros, most_delay_micros)
            values (@vendor, @hour, @device, @frames, @delay, @most)
            on conflict (vendor, hour_micros, device) do update set frames = relay_hour.frames + excluded.frames,
                delay_micros = relay_hour.delay_micros + excluded.delay_micros,
                most_delay_micros = case when excluded.most_delay_micros > relay_hour.most_delay_micros
                    then excluded.most_delay_micros else relay_hour.most_delay_micros end
            """,
            new
            {
                vendor = hour.Vendor, hour = hour.HourMicros, device = hour.Device, frames = hour.Frames,
                delay = hour.DelayMicros, most = hour.MostDelayMicros,
            }, cancel);
}
