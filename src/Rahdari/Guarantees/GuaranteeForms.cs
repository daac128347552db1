using Rahdari.Web;

namespace Rahdari.Guarantees;

/// <summary>Forms of guarantees.</summary>
static class GuaranteeForms
{
    public static readonly PageForm Register = new(
        "/guarantees", "/guarantees", "register-guarantee",
        new(
            new FormField("grn", FieldKind.Code), new("type", FieldKind.Text), new("limit", FieldKind.Amount),
            new("validUntil", FieldKind.Time), new("guarantor", FieldKind.Text),
            new("guarantorRating", FieldKind.Code, Required: false), new("accessCode", FieldKind.Text)));

    /// <summary>Which unit is chosen from those something is locked for.</summary>
    public static readonly PageForm Call = new(
        "/guarantees/{grn}/calls", "/guarantees/{grn}", "calls",
        new(new FormField("unit", FieldKind.Choice), new FormField("reason", FieldKind.Text)));
}
