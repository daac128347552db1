using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Quarantining;

/// <summary>Rows of one quarantine among those read at once.</summary>
/// <param name="SinceMicros">Names the quarantine of the device.</param>
readonly record struct KeptApart(string Device, long SinceMicros, long LastMicros)
{
    /// <summary>Null for a record that is not kept apart.</summary>
    public static KeptApart? Of(JournaledFix fix) => fix.Quarantine is { } kept
        ? new(fix.Device.ToString(), kept.Since.ToMicros(), fix.ReceivedAt.ToMicros())
        : null;

    public KeptApart Plus(KeptApart other) => this with { LastMicros = Math.Max(LastMicros, other.LastMicros) };
}

/// <summary>
/// Table <c>kept_apart</c>: of which devices the journal holds rows kept apart, whatever officers decided. Noted from
/// the journal as it is read; the journal is not dropped under a quarantine nobody has decided of.
/// </summary>
static class KeptApartTable
{
    public static readonly NodeTables Tables = new("apart", [
        """
        create table kept_apart (
            device text not null, since_micros bigint not null, last_micros bigint not null,
            primary key (device, since_micros));
        """,
    ]);

    public static Task AddAsync(IRecordTransaction transaction, KeptApart kept, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into kept_apart (device, since_micros, last_micros) values (@device, @since, @last)
            on conflict (device, since_micros) do update set last_micros = excluded.last_micros
            where kept_apart.last_micros < excluded.last_micros
            """,
            new { device = kept.Device, since = kept.SinceMicros, last = kept.LastMicros }, cancel);
}
