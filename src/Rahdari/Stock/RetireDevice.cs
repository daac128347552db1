using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Asks for a device to leave the books for good.</summary>
sealed record RetireDevice(DeviceId Device, string Reason) : IOperation
{
    public string Subject => StockItem.Subject(Device);

    public static Decision Decide(StockItem item, RetireDevice command) =>
        InBooks.RefuseUnlessOff(item, command.Device) is { } refused
            ? Decision.Refuse(refused)
            : Decision.Accept(new NewEvent(command.Subject, new DeviceRetired(command.Device, command.Reason)));

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<StockItem>(Subject, cancel), this);
}
