using Rahdari.Web;

namespace Rahdari.Telemetry.Quarantining;

/// <summary>The form below an alert that two devices speak under one id.</summary>
static class QuarantineForms
{
    public static readonly PageForm End = new(
        "/devices/{device}/quarantine-end", "/alerts", "quarantine-end",
        new(
            new FormField("ruling", FieldKind.Choice, true, "keep-out", "release"),
            new("source", FieldKind.Text, false), new("reason", FieldKind.Text)));
}
