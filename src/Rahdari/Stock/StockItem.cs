using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Where a device is. The slug is the name in kebab case.</summary>
enum StockState
{
    /// <summary>Nothing was ever said of it, or only that it was fitted and taken off again.</summary>
    NotInBooks, InStore, Booked, Fitted, AwaitingReturn, Sent, InRepair, Lost, Retired,
}

/// <summary>What is written on a device's card.</summary>
sealed record DeviceCard(string Vendor, string? Model, string? Firmware, string? Iccid);

/// <summary>
/// One device as the fold of <c>device:ID</c>: its card and where it is. The same code keeps the board, which holds it
/// as JSON.
/// </summary>
sealed record StockItem : IFold<StockItem>
{
    public static StockItem Empty { get; } = new();

    /// <summary>Null where the device was never received.</summary>
    public DeviceCard? Card { get; init; }

    /// <summary>As last said; <see cref="StateAt"/> tells whether a booking still holds.</summary>
    public StockState Said { get; init; }

    /// <summary>Whose device it is: the office in whose store it lay last.</summary>
    public OfficeId? Home { get; init; }

    /// <summary>Where it is going; only while sent.</summary>
    public OfficeId? SentTo { get; init; }

    /// <summary>For which it is booked, or to which it is fitted.</summary>
    public UnitId? Unit { get; init; }

    /// <summary>The unit it was taken off last; null before the first time.</summary>
    public UnitId? LastUnit { get; init; }
    public DateTimeOffset? BookedUntil { get; init; }

    /// <summary>Since when it is in the state last said.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it was fitted last; null before the first time.</summary>
    public DateTimeOffset? FittedAt { get; init; }

    public StockState StateAt(DateTimeOffset now) =>
        Said == StockState.Booked && BookedUntil <= now ? StockState.InStore : Said;

    /// <summary>Whether it speaks for <see cref="Unit"/>.</summary>
    public bool IsWithUnit => Unit is not null && Said is StockState.Fitted or StockState.Lost;

    public StockItem Apply(Recorded recorded)
    {
        var (at, office) = (recorded.Header.At, recorded.Header.Office);
        StockItem In(StockState state) => this with
        {
            Said = state, Since = at, Unit = null, BookedUntil = null, SentTo = null,
        };
        return recorded.Body switch
        {
            DeviceReceived e => (Said == StockState.Fitted ? this : In(StockState.InStore)) with
            {
                Card = new(e.Vendor, e.Model, e.Firmware, e.Iccid), Home = office,
            },
            DeviceCardChanged e when Card is { } card => this with
            {
                Card = new(
                    e.Vendor ?? card.Vendor, e.Model ?? card.Model, e.Firmware ?? card.Firmware,
                    e.Iccid ?? card.Iccid),
            },
            DeviceBooked e => In(StockState.Booked) with { Unit = e.Unit, BookedUntil = e.Until },
            DeviceBookingReleased => In(StockState.InStore),
            DeviceTaken e => In(StockState.Fitted) with { Unit = e.Unit, FittedAt = at },
            DeviceFreed e when Said == StockState.Fitted && e.Unit == Unit =>
                In(Card is null ? StockState.NotInBooks : StockState.AwaitingReturn) with { LastUnit = e.Unit },
            DeviceFreed e when e.Unit == Unit => this with { Unit = null, LastUnit = e.Unit },
            DeviceReturned => In(StockState.InStore) with { Home = office },
            DeviceSent e => In(StockState.Sent) with { SentTo = e.To },
            DeviceUnderRepair => In(StockState.InRepair),
            // One lost while it is fitted stays with its unit until it is detached.
            DeviceReportedLost => In(StockState.Lost) with { Unit = IsWithUnit ? Unit : null },
            DeviceRetired => In(StockState.Retired),
            _ => this,
        };
    }

    /// <summary>
    /// Why the device may not be fitted to a unit; null where it may. A device nobody has received may: that the books
    /// lag behind must not hold up a truck.
    /// </summary>
    public Refusal? RefuseFitting(DeviceId device, UnitId unit, DateTimeOffset now) => StateAt(now) switch
    {
        StockState.Booked when Unit is { } booked && booked != unit =>
            new Refusal("device-booked", "device").With("device", device).With("unit", booked),
        StockState.InRepair => new Refusal("device-in-repair", "device").With("device", device),
        StockState.Lost => new Refusal("device-lost", "device").With("device", device),
        StockState.Retired => new Refusal("device-retired", "device").With("device", device),
        _ => null,
    };

    public static string Subject(DeviceId device) => DeviceHolder.Subject(device);
}
