using Rahdari.Telemetry.Commanding;
using Rahdari.Web;

namespace Rahdari.Movements.Views;

/// <summary>The forms of the movement page; each posts what the API's route of the same path takes.</summary>
static class MovementForms
{
    const string Page = "/movements/{mrn}", Unit = Page + "/units/{n}";

    static readonly string[] Conditions = ["intact", "broken", "missing", "number-differs"];

    public static readonly PageForm Guarantee = new(
        Page + "/guarantee", Page, "guarantee",
        new(new FormField("grn", FieldKind.Code), new FormField("accessCode", FieldKind.Text)));

    public static readonly PageForm Selection = new(Page + "/selection", Page, "selection", new());

    public static readonly PageForm Erasure = new(
        Page + "/erasure", Page, "erasure", new(new FormField("reason", FieldKind.Text)));

    public static readonly PageForm Examination = OfUnit(
        "examinations", new FormField("kind", FieldKind.Choice, true, "30", "40"),
        new("result", FieldKind.Choice, true, "A1", "A2", "B1"), new("imageSha256", FieldKind.Text, false));

    public static readonly PageForm Seal = OfUnit(
        "seals", new FormField("seal", FieldKind.Code),
        new("class", FieldKind.Choice, true, "high", "security", "indicative"));

    public static readonly PageForm Device = OfUnit(
        "devices", new FormField("device", FieldKind.Text),
        new("role", FieldKind.Choice, true, "container", "prime-mover"));

    public static readonly PageForm Detachment = OfUnit(
        "detachments", new FormField("device", FieldKind.Text),
        new("reason", FieldKind.Choice, true, [.. Enum.GetValues<DetachReason>().Select(Slug.Of)]));

    public static readonly PageForm Weight = OfUnit("weights", new FormField("massGrams", FieldKind.Kilograms));

    public static readonly PageForm GateOut = OfUnit(
        "gate-out", new FormField("vehicle", FieldKind.Text), new("driver", FieldKind.Text));

    public static readonly PageForm Exit = OfUnit("exit", Sighting);

    public static readonly PageForm Entry = OfUnit("entry", Sighting);

    public static readonly PageForm TurnBack = OfUnit("turn-back", new FormField("reason", FieldKind.Text));

    public static readonly PageForm Discharge = OfUnit("discharge");

    /// <summary>The other side's paper, read by an officer of the departure side.</summary>
    public static readonly PageForm Transcription = OfUnit(
        "transcription", new FormField("office", FieldKind.Choice), new("paper", FieldKind.Text),
        new("dated", FieldKind.Time), new("imageSha256", FieldKind.Text, false));

    /// <summary>Which observation is corrected is chosen from the own ones that still count.</summary>
    public static readonly PageForm Correction = new(
        Page + "/corrections", Page, "corrections",
        new(new FormField("eventId", FieldKind.Choice), new FormField("reason", FieldKind.Text)));

    public static readonly IReadOnlyList<PageForm> OfUnits =
    [
        Examination, Seal, Device, Detachment, CommandForms.Authorise, Weight, GateOut, Exit, Entry, TurnBack,
        Transcription, Discharge,
    ];

    public static readonly IReadOnlyList<PageForm> All = [Guarantee, Selection, Correction, Erasure, .. OfUnits];

    static FormField[] Sighting =>
        [new("sealSeen", FieldKind.Code, false), new("condition", FieldKind.Choice, true, Conditions)];

    static PageForm OfUnit(string what, params FormField[] fields) =>
        new($"{Unit}/{what}", Page, what, new FormShape(fields));
}
