using Rahdari.Web;

namespace Rahdari.Telemetry.Raising;

/// <summary>Forms of the alert desk.</summary>
static class AlertForms
{
    public static readonly PageForm Acknowledge = new("/alerts/{id}/acknowledge", "/alerts", "acknowledge", new());

    public static readonly PageForm Resolve = new(
        "/alerts/{id}/resolve", "/alerts", "resolve",
        new(
            new FormField(
                "finding", FieldKind.Choice, true, "confirmed", "false-alarm", "authorised", "device-fault", "unknown"),
            new("note", FieldKind.Text)));
}
