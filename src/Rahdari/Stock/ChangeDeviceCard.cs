using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Asks for lines of a device's card to be written anew; a line left out stays.</summary>
sealed record ChangeDeviceCard(DeviceId Device, string? Vendor, string? Model, string? Firmware, string? Iccid)
    : IOperation
{
    public string Subject => StockItem.Subject(Device);

    public static Decision Decide(StockItem item, ChangeDeviceCard command)
    {
        if (InBooks.Refuse(item, command.Device) is { } refused) return Decision.Refuse(refused);
        if ((command.Vendor ?? command.Model ?? command.Firmware ?? command.Iccid) is null)
            return Decision.Refuse("card-unchanged");
        if (SimCard.Refuse(command.Iccid) is { } wrong) return Decision.Refuse(wrong);
        return Decision.Accept(new NewEvent(command.Subject, new DeviceCardChanged(
            command.Device, command.Vendor, command.Model, command.Firmware, command.Iccid)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<StockItem>(Subject, cancel), this);
}
