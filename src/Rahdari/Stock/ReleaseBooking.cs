using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Asks for a booked device to be free again before its time.</summary>
sealed record ReleaseBooking(DeviceId Device) : IOperation
{
    public string Subject => StockItem.Subject(Device);

    public static Decision Decide(StockItem item, ReleaseBooking command, DateTimeOffset now)
    {
        if (InBooks.Refuse(item, command.Device) is { } refused) return Decision.Refuse(refused);
        return item.StateAt(now) == StockState.Booked && item.Unit is { } unit
            ? Decision.Accept(new NewEvent(command.Subject, new DeviceBookingReleased(command.Device, unit)))
            : Decision.Refuse(new Refusal("device-not-booked", "device").With("device", command.Device));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<StockItem>(Subject, cancel), this, reader.Now);
}
