using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Asks for a device of the acting office's store to be sent to another office's.</summary>
sealed record SendDevice(DeviceId Device, OfficeId To) : IOperation
{
    public string Subject => StockItem.Subject(Device);

    public static Decision Decide(
        StockItem item, SendDevice command, bool isOwnOffice, OfficeId office, DateTimeOffset now)
    {
        if (InBooks.RefuseUnlessOff(item, command.Device) is { } refused) return Decision.Refuse(refused);
        if (!isOwnOffice || command.To == office)
            return Decision.Refuse(new Refusal("office-unknown", "to").With("value", command.To));
        if (InBooks.RefuseUnlessAt(office, item, command.Device, now) is { } elsewhere)
            return Decision.Refuse(elsewhere);
        return Decision.Accept(new NewEvent(command.Subject, new DeviceSent(command.Device, command.To)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) => Decide(
        await reader.FoldAsync<StockItem>(Subject, cancel), this,
        To.Administration == reader.Own && reader.Pack.FindOffice(To) is not null, actor.Office, reader.Now);
}
