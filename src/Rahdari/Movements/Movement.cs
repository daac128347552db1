namespace Rahdari.Movements;

/// <summary>The way of a declaration. The order of its stages is written here and nowhere else.</summary>
static class Movement
{
    /// <summary>
    /// Each stage is the folder of that name; while a unit is under way it is followed by the other way,
    /// <c>Telemetry</c>.
    /// </summary>
    public static readonly IReadOnlyList<string> Stages =
    [
        "Declaring", "Guaranteeing", "Selecting", "Examining", "Sealing", "../Telemetry", "Crossing", "Discharging",
    ];

    /// <summary>What happens beside the main way, at any time.</summary>
    public static readonly IReadOnlyList<string> OffTheWay = ["Correcting", "Erasing", "Views"];

    /// <summary>
    /// Units of one declaration. A train of the longest kind run between the ports and the crossings has 35 to 40
    /// wagons; a hundred leaves room and keeps one decision small.
    /// </summary>
    public const int MaxUnits = 100;

    /// <summary>Goods items of one declaration, as common transit has it (999).</summary>
    public const int MaxGoods = 999;

    /// <summary>Amounts and masses stay exact in canonical JSON up to 2^53 - 1 (RFC 8785, section 3.2.2.3).</summary>
    public const long MaxExact = (1L << 53) - 1;
}
