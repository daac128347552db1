using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Asks for a device to be taken into the books, in the store of the acting office.</summary>
sealed record ReceiveDevice(DeviceId Device, string Vendor, string? Model, string? Firmware, string? Iccid) : IOperation
{
    public string Subject => StockItem.Subject(Device);

    public static Decision Decide(StockItem item, ReceiveDevice command)
    {
        if (!Registry.IsKnown(command.Device.Protocol))
        {
            return Decision.Refuse(new Refusal("device-protocol-unknown", "device")
                .With("value", command.Device.Protocol).With("known", string.Join(' ', Registry.Order)));
        }
        if (item.Card is not null && item.Said != StockState.Retired)
            return Decision.Refuse(new Refusal("device-in-books", "device").With("device", command.Device));
        if (SimCard.Refuse(command.Iccid) is { } refused) return Decision.Refuse(refused);
        return Decision.Accept(new NewEvent(command.Subject, new DeviceReceived(
            command.Device, command.Vendor, command.Model, command.Firmware, command.Iccid)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<StockItem>(Subject, cancel), this);
}

static class SimCard
{
    public static Refusal? Refuse(string? iccid) => iccid is null || SimCardNumber.TryParse(iccid, out _)
        ? null
        : new Refusal("iccid-malformed", "iccid").With("value", iccid);
}
