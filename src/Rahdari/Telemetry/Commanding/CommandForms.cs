using Rahdari.Web;

namespace Rahdari.Telemetry.Commanding;

/// <summary>Forms of commands to devices.</summary>
static class CommandForms
{
    const string Page = "/movements/{mrn}";

    public static readonly PageForm Authorise = new(
        $"{Page}/units/{{n}}/commands", Page, "commands",
        new(
            new FormField("device", FieldKind.Text),
            new("command", FieldKind.Choice, true, [.. Enum.GetValues<CommandKind>().Select(Slug.Of)]),
            new("intervalSeconds", FieldKind.Whole, Required: false), new("reason", FieldKind.Text)));

    public static readonly PageForm Approve = new(
        $"{Page}/units/{{n}}/commands/{{id}}/approval", Page, "approval", new());

    public static readonly IReadOnlyList<PageForm> All = [Authorise, Approve];
}
