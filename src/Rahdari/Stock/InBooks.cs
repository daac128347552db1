using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Why a request about a device is refused, as far as several ask the same; null where it is not.</summary>
static class InBooks
{
    public static Refusal? Refuse(StockItem item, DeviceId device) =>
        item.Card is null || item.Said == StockState.Retired
            ? new Refusal("device-unknown", "device").With("device", device)
            : null;

    /// <summary>Also what is fitted to a unit: that ends by detaching it, not in the books.</summary>
    public static Refusal? RefuseUnlessOff(StockItem item, DeviceId device) =>
        Refuse(item, device) ?? (item.IsWithUnit
            ? new Refusal("device-elsewhere", "device").With("device", device).With("unit", item.Unit!)
            : null);

    /// <summary>What does not lie free in the store of the acting office.</summary>
    public static Refusal? RefuseUnlessAt(OfficeId office, StockItem item, DeviceId device, DateTimeOffset now) =>
        item.StateAt(now) != StockState.InStore
            ? new Refusal("device-not-in-store", "device").With("device", device)
            : item.Home != office
                ? new Refusal("device-at-other-office", "device").With("device", device).With("office", item.Home!)
                : null;
}
