using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>
/// Asks for a device to be put into the acting office's store: after a trip, a transfer, a repair, or found again. One
/// that comes back damaged goes on to repair in the same step.
/// </summary>
sealed record ReturnDevice(DeviceId Device, DeviceCondition Condition) : IOperation
{
    public string Subject => StockItem.Subject(Device);

    public static Decision Decide(StockItem item, ReturnDevice command, OfficeId office, DateTimeOffset now)
    {
        if (InBooks.RefuseUnlessOff(item, command.Device) is { } refused) return Decision.Refuse(refused);
        if (item.StateAt(now) is StockState.InStore or StockState.Booked && item.Home == office)
            return Decision.Refuse(new Refusal("device-in-store", "device").With("device", command.Device));
        var back = new NewEvent(command.Subject, new DeviceReturned(command.Device, command.Condition));
        return command.Condition == DeviceCondition.Damaged
            ? Decision.Accept(back, new(command.Subject, new DeviceUnderRepair(command.Device, "damaged")))
            : Decision.Accept(back);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<StockItem>(Subject, cancel), this, actor.Office, reader.Now);
}
