using Rahdari.Web;

namespace Rahdari.Crossings;

/// <summary>Forms of closure notices.</summary>
static class ClosureForms
{
    public static readonly PageForm Close = new(
        "/closures", "/closures", "close-crossing",
        new(
            new FormField("crossing", FieldKind.Choice), new("from", FieldKind.Time, Required: false),
            new("until", FieldKind.Time, Required: false), new("reason", FieldKind.Text)));

    public static readonly PageForm Reopen = new(
        "/closures/{noticeId}/reopening", "/closures", "reopen-crossing", new());
}
