using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>Table <c>device_command</c>: the own administration's commands that have not been sent.</summary>
sealed class CommandTable(NodeSettings node) : IProjection
{
    public string Schema =>
        """
        create table if not exists device_command (
            mrn text not null, unit integer not null, command_id text not null, device text not null,
            kind text not null, interval_seconds integer, ready integer not null, asked_micros bigint not null,
            expires_micros bigint not null, primary key (mrn, command_id));
        create index if not exists device_command_device on device_command (device, ready);
        """;

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        if (recorded.Header.Stream.Administration != node.Administration) return Task.CompletedTask;
        return recorded.Body switch
        {
            CommandAuthorised e => transaction.ExecuteAsync(
                """
                delete from device_command where device = @device and expires_micros <= @at;
                insert into device_command (mrn, unit, command_id, device, kind, interval_seconds, ready, asked_micros,
                    expires_micros)
                values (@mrn, @unit, @id, @device, @kind, @interval, @ready, @asked, @expires)
                on conflict (mrn, command_id) do nothing
                """,
                new
                {
                    mrn = e.Mrn.Value, unit = e.Unit, id = e.CommandId, device = e.Device.ToString(),
                    kind = Web.Slug.Of(e.Kind), interval = e.IntervalSeconds,
                    at = recorded.Header.At.ToMicros(), ready = e.Kind != CommandKind.Unlock,
                    asked = recorded.Header.At.ToMicros(), expires = e.Expires.ToMicros(),
                }, cancel),
            UnlockApproved e => transaction.ExecuteAsync(
                "update device_command set ready = 1 where mrn = @mrn and command_id = @id",
                new { mrn = e.Mrn.Value, id = e.CommandId }, cancel),
            CommandSent e => transaction.ExecuteAsync(
                "delete from device_command where mrn = @mrn and command_id = @id",
                new { mrn = e.Mrn.Value, id = e.CommandId }, cancel),
            CommandWithheld { Final: true } e => transaction.ExecuteAsync(
                "delete from device_command where mrn = @mrn and command_id = @id",
                new { mrn = e.Mrn.Value, id = e.CommandId }, cancel),
            _ => Task.CompletedTask,
        };
    }
}
