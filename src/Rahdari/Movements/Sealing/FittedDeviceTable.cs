using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// Table <c>fitted_device</c>: which own device spoke for which unit, from when until when. Devices the other side
/// fitted report to the other side.
/// </summary>
sealed class FittedDeviceTable(NodeSettings node) : IProjection
{
    public string Schema =>
        """
        create table if not exists fitted_device (
            device text not null, from_micros bigint not null, until_micros bigint, mrn text not null,
            unit integer not null, role text not null, primary key (device, from_micros, mrn, unit));
        create index if not exists fitted_device_unit on fitted_device (mrn, unit);
        """;

    public async Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        if (recorded.Header.Stream.Administration != node.Administration) return;
        var at = recorded.Header.At.ToMicros();
        switch (recorded.Body)
        {
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
