using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>
/// Reports a device lost, fitted or not: a lock that never arrived is missed while its unit is still under way. Its
/// unit keeps it until it is detached; what it sends is still heard.
/// </summary>
sealed record ReportDeviceLost(DeviceId Device, string Reason) : IOperation
{
    public string Subject => StockItem.Subject(Device);

    public static Decision Decide(StockItem item, ReportDeviceLost command) =>
        InBooks.Refuse(item, command.Device) is { } refused
            ? Decision.Refuse(refused)
            : Decision.Accept(new NewEvent(command.Subject, new DeviceReportedLost(command.Device, command.Reason)));

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<StockItem>(Subject, cancel), this);
}
