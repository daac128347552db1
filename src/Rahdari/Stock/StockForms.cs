using Rahdari.Web;

namespace Rahdari.Stock;

/// <summary>Forms of the device stock.</summary>
static class StockForms
{
    const string One = "/stock/devices/{device}";

    public static readonly PageForm Receive = new(
        "/stock/devices", "/stock", "receive-device",
        new(
            new FormField("device", FieldKind.Text), new("vendor", FieldKind.Text),
            new("model", FieldKind.Text, Required: false), new("firmware", FieldKind.Text, Required: false),
            new("iccid", FieldKind.Code, Required: false)));

    public static readonly PageForm Card = new(
        $"{One}/card", One, "card",
        new(
            new FormField("vendor", FieldKind.Text, Required: false), new("model", FieldKind.Text, Required: false),
            new("firmware", FieldKind.Text, Required: false), new("iccid", FieldKind.Code, Required: false)));

    public static readonly PageForm Book = new(
        $"{One}/booking", One, "booking", new(new FormField("unit", FieldKind.Code)));

    public static readonly PageForm Release = new($"{One}/booking-release", One, "booking-release", new());

    public static readonly PageForm Return = new(
        $"{One}/return", One, "return",
        new(new FormField(
            "deviceCondition", FieldKind.Choice, Choices: [.. Enum.GetValues<DeviceCondition>().Select(Slug.Of)])));

    /// <summary>The offices are the corridor's own, less the one the device lies at.</summary>
    public static readonly PageForm Send = new(
        $"{One}/transfer", One, "transfer", new(new FormField("to", FieldKind.Choice)));

    public static readonly PageForm Repair = new(
        $"{One}/repair", One, "repair", new(new FormField("reason", FieldKind.Text)));

    public static readonly PageForm Lose = new(
        $"{One}/loss", One, "loss", new(new FormField("reason", FieldKind.Text)));

    public static readonly PageForm Retire = new(
        $"{One}/retirement", One, "retirement", new(new FormField("reason", FieldKind.Text)));

    public static readonly IReadOnlyList<PageForm> All =
        [Receive, Card, Book, Release, Return, Send, Repair, Lose, Retire];

    /// <summary>What can be asked of a device where it is now.</summary>
    public static IReadOnlyList<PageForm> For(StockState state) => state switch
    {
        StockState.InStore => [Book, Send, Repair, Lose, Card, Retire],
        StockState.Booked => [Release, Lose, Card],
        StockState.Fitted => [Lose, Card],
        StockState.AwaitingReturn or StockState.Sent => [Return, Lose, Card],
        StockState.InRepair => [Return, Lose, Card, Retire],
        StockState.Lost => [Return, Card, Retire],
        _ => [],
    };
}
