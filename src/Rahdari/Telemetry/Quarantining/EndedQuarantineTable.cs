using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Quarantining;

/// <summary>Table <c>ended_quarantine</c>: what officers decided, one row a quarantine.</summary>
sealed class EndedQuarantineTable(NodeSettings node) : IProjection
{
    public string Schema =>
        """
        create table if not exists ended_quarantine (
            device text not null, since_micros bigint not null, ended_micros bigint not null, released integer not null,
            source text, primary key (device, since_micros));
        """;

    public async Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        if (recorded.Header.Stream.Administration != node.Administration) return;
        if (recorded.Body is not QuarantineEnded e) return;
        await transaction.ExecuteAsync(
            """
            insert into ended_quarantine (device, since_micros, ended_micros, released, source)
            values (@device, @since, @at, @released, @source)
            on conflict (device, since_micros) do nothing
            """,
            new
            {
                device = e.Device.ToString(), since = e.Since.ToMicros(), at = recorded.Header.At.ToMicros(),
                released = e.Ruling == QuarantineRuling.Release, source = e.Source,
            }, cancel);
    }
}

/// <summary>Answers the intake from the record.</summary>
sealed class EndedQuarantinesOf(IRecordStore store) : IQuarantines
{
    public async ValueTask<bool> IsEndedAsync(DeviceId device, DateTimeOffset since, CancellationToken cancel) =>
        (await store.ReadAsync(r => r.QueryAsync<long>(
            "select ended_micros from ended_quarantine where device = @device and since_micros = @since",
            new { device = device.ToString(), since = since.ToMicros() }, cancel), cancel)).Count > 0;
}
