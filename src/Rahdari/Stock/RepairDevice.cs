using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Asks for a device to be sent to repair; it comes back by being returned to a store.</summary>
sealed record RepairDevice(DeviceId Device, string Reason) : IOperation
{
    public string Subject => StockItem.Subject(Device);

    public static Decision Decide(StockItem item, RepairDevice command) =>
        InBooks.RefuseUnlessOff(item, command.Device) is { } refused
            ? Decision.Refuse(refused)
            : Decision.Accept(new NewEvent(command.Subject, new DeviceUnderRepair(command.Device, command.Reason)));

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<StockItem>(Subject, cancel), this);
}
