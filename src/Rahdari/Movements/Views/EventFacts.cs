using System.Globalization;
using Rahdari.Guarantees;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Movements.Views;

/// <summary>One thing an event says, for the timeline: a label of the catalogue and a value.</summary>
/// <param name="Label">Key under <c>field.</c>.</param>
/// <param name="Choice">Key of a text that is the value; null where <paramref name="Value"/> is.</param>
sealed record EventFact(string Label, string? Value, string? Choice = null);

/// <summary>What an event says beyond its type, as far as both sides may read it.</summary>
static class EventFacts
{
    public static IReadOnlyList<EventFact> Of(EventBody body) => body switch
    {
        SealFitted e => [new("seal", e.Seal.Value), Chosen("class", e.Class)],
        DeviceFitted e => [new("device", e.Device.ToString()), Chosen("role", e.Role)],
        DeviceDetached e =>
            [new("device", e.Device.ToString()), Chosen("role", e.Role),
                .. e.Reason is { } reason ? new[] { Chosen("reason", reason) } : []],
        UnitWeighed e => [new("massGrams", Kilograms(e.Mass))],
        UnitExamined e =>
            [new("kind", null, $"choice.kind.{e.Kind}"), new("result", null, $"choice.result.{e.Result}"),
                .. Given("imageSha256", e.ImageSha256)],
        UnitGatedOut e => Sealed("vehicle", e.Vehicle),
        UnitExited e => [.. Given("sealSeen", e.SealSeen?.Value), Chosen("condition", e.Condition)],
        UnitEntered e => [.. Given("sealSeen", e.SealSeen?.Value), Chosen("condition", e.Condition)],
        FollowingEnded e => [new("device", e.Device.ToString()), new("fixes", e.Fixes.ToString(
            CultureInfo.InvariantCulture))],
        UnitTurnedBack e => [new("reason", e.Reason)],
        UnitDischarged e =>
            [new("grade", null, $"grade.{e.Grade.ToString().ToLowerInvariant()}"), new("credited", Amount(e.Credited))],
        GuaranteeReserved e => [new("grn", e.Grn.Value), new("amount", Amount(e.Amount))],
        FeeAssessed e => [new("fee", Amount(e.Amount))],
        SelectionMade e => [.. e.Units.Select(u => new EventFact(
            "lane", null, $"lane.{Slug.Of(u.Lane)}"))],
        IrregularityOpened { Code: "device-reused" or "device-taken-away" or "device-not-returned",
            Details: [var device, var unit] } e =>
            [new("irregularity", null, $"irregularity.{e.Code}"), new("device", device), new("unit", unit)],
        IrregularityOpened e => [new("irregularity", null, $"irregularity.{e.Code}")],
        ObservationCorrected e => [new("corrected", e.EventId), new("reason", e.Reason)],
        MovementErased e => [new("reason", e.Reason)],
        _ => [],
    };

    static EventFact Chosen<T>(string label, T value) where T : struct, Enum =>
        new(label, null, $"choice.{label}.{Slug.Of(value)}");

    static IReadOnlyList<EventFact> Given(string label, string? value) => value is null ? [] : [new(label, value)];

    static IReadOnlyList<EventFact> Sealed(string label, Sealed<string> value) =>
        value.HasValue ? [new(label, value.Or(""))] : [new(label, null, "value.erased")];

    static string Amount(Money money) => PartBase.Amount(money);

    static string Kilograms(Grams mass) => string.Create(CultureInfo.InvariantCulture, $"{mass.Value / 1000m:N1} kg");
}
