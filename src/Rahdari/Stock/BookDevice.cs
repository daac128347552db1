using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Asks for a device in the acting office's store to be kept for a unit.</summary>
sealed record BookDevice(DeviceId Device, UnitId Unit) : IOperation
{
    public string Subject => StockItem.Subject(Device);

    /// <param name="rules">Null where the rules say nothing of stock.</param>
    public static Decision Decide(
        StockItem item, MovementState movement, BookDevice command, OfficeId office, DateTimeOffset now,
        Corridors.StockRules? rules)
    {
        if (InBooks.Refuse(item, command.Device) is { } refused) return Decision.Refuse(refused);
        if (Requests.RefuseUnlessDeclared(movement, command.Unit.Number) is { } undeclared) return undeclared;
        if (movement.Find(command.Unit.Number)!.Discharge is not null) return Decision.Refuse("unit-discharged");
        if (rules is null) return Decision.Refuse("rules-unknown");
        if (InBooks.RefuseUnlessAt(office, item, command.Device, now) is { } elsewhere)
            return Decision.Refuse(elsewhere);
        return Decision.Accept(new NewEvent(
            command.Subject, new DeviceBooked(command.Device, command.Unit, now.AddHours(rules.BookingHours))));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) => Decide(
        await reader.FoldAsync<StockItem>(Subject, cancel),
        await reader.FoldAsync<MovementState>(Unit.Mrn.Value, cancel), this, actor.Office, reader.Now,
        reader.Pack.Stock.At(reader.Now)?.Value);
}
