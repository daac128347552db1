using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// Table <c>fitted_device</c>: which own device spoke for which unit, from when until when, and where following it ends
/// beyond the crossing. Devices the other side fitted report to the other side.
/// </summary>
sealed class FittedDeviceTable(NodeSettings node) : IProjection
{
    const string Undo = "update fitted_device set exit_event = null, exited_micros = null, followed_micros = null";

    public string Schema =>
        """
        create table if not exists fitted_device (
            device text not null, from_micros bigint not null, until_micros bigint, mrn text not null,
            unit integer not null, role text not null, exit_event text, exited_micros bigint, followed_micros bigint,
            primary key (device, from_micros, mrn, unit));
        create index if not exists fitted_device_unit on fitted_device (mrn, unit);
        create index if not exists fitted_device_from on fitted_device (from_micros);
        create index if not exists fitted_device_exited on fitted_device (exited_micros);
        """;

    sealed record UnitRow(string Mrn, int Unit);

    /// <summary>The unit a device spoke for at a time; null where it was fitted to none.</summary>
    public static async Task<UnitId?> UnitAtAsync(
        IRecordReader reader, string device, long atMicros, CancellationToken cancel) =>
        await reader.QueryAsync<UnitRow>(
            """
            select mrn, unit from fitted_device
            where device = @device and from_micros <= @at and (until_micros is null or until_micros > @at)
            order by from_micros desc, mrn, unit limit 1
            """, new { device, at = atMicros }, cancel) is [var row] ? new UnitId(new(row.Mrn), row.Unit) : null;

    public async Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        var at = recorded.Header.At.ToMicros();
        // Whichever side turned it back: it is on this side again.
        if (recorded.Body is UnitTurnedBack back)
            await transaction.ExecuteAsync(
                $"{Undo} where mrn = @mrn and unit = @unit and exited_micros < @at",
                new { at, mrn = back.Mrn.Value, unit = back.Unit }, cancel);
        if (recorded.Header.Stream.Administration != node.Administration) return;
        switch (recorded.Body)
        {
            case UnitExited e:
                await transaction.ExecuteAsync(
                    """
                    update fitted_device set exit_event = @id, exited_micros = @at
                    where mrn = @mrn and unit = @unit and until_micros is null
                    """,
                    new { id = recorded.Header.EventId, at, mrn = e.Mrn.Value, unit = e.Unit }, cancel);
                break;
            case FollowingEnded e:
                await transaction.ExecuteAsync(
                    """
                    update fitted_device set followed_micros = @last
                    where mrn = @mrn and unit = @unit and exited_micros < @last
                    """, new { last = e.LastFix.ToMicros(), mrn = e.Mrn.Value, unit = e.Unit }, cancel);
                break;
            case ObservationCorrected { Unit: { } unit } e:
                await transaction.ExecuteAsync(
                    $"{Undo} where mrn = @mrn and unit = @unit and exit_event = @id",
                    new { id = e.EventId, mrn = e.Mrn.Value, unit }, cancel);
                break;
            case DeviceFitted e:
                await transaction.ExecuteAsync(
                    """
                    insert into fitted_device (device, from_micros, until_micros, mrn, unit, role)
                    values (@device, @at, null, @mrn, @unit, @role)
                    on conflict (device, from_micros, mrn, unit) do update set until_micros = null, role = excluded.role
                    """,
                    new { device = e.Device.ToString(), at, mrn = e.Mrn.Value, unit = e.Unit,
                        role = e.Role.ToString() }, cancel);
                break;
            case DeviceDetached e:
                await transaction.ExecuteAsync(
                    """
                    update fitted_device set until_micros = @at
                    where device = @device and mrn = @mrn and unit = @unit and until_micros is null
                    """,
                    new { device = e.Device.ToString(), at, mrn = e.Mrn.Value, unit = e.Unit }, cancel);
                break;
        }
    }
}
