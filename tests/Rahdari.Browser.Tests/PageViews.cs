using System.Text.RegularExpressions;
using Rahdari.Parties;
using Rahdari.Web;

namespace Rahdari.Browser.Tests;

/// <summary>One way a page can look: who opens which path of it.</summary>
/// <param name="Role">As accounts name it; null for somebody who is not signed in.</param>
sealed record PageView(string Path, string? Role, string Office = "pk:KARACHI", int Status = 200);

/// <summary>Every page of the product's own table, and more of what some of them show.</summary>
static partial class PageViews
{
    /// <summary>Who opens a page, where its row lets them: who has most to do on it comes first.</summary>
    static readonly Role[] Readers =
        [Role.Officer, Role.ControlRoom, Role.Declarant, Role.Auditor, Role.Administrator];

    static readonly (string Name, Func<Sample, PageView> View)[] More =
    [
        ("sign-in", _ => new("/sign-in", null)),
        ("refused", _ => new("/alerts", "declarant", Status: 403)),
        ("address refused", _ => new("/?state=nonsense", "officer", Status: 400)),
        ("movement unknown", _ => new("/movements/26PKNOSUCHNUMBERJ0", "officer", Status: 404)),
        ("guarantee unknown", _ => new("/guarantees/26PKNOSUCHNUMBER0", "officer", Status: 404)),
        ("movement of three units", s => new($"/movements/{s.Declared}", "officer")),
        ("movement of a declarant", s => new($"/movements/{s.Declared}", "declarant")),
        ("movement released", s => new($"/movements/{s.Released}", "officer")),
        ("movement entered", s => new($"/movements/{s.Entered}", "officer")),
        ("movement at the office of exit", s => new($"/movements/{s.UnderWay}", "officer", "pk:TORKHAM")),
        ("movement at the other side", s => new($"/movements/{s.UnderWay}", "officer", "af:TORKHAM")),
        ("work list of one state", _ => new("/?state=under-way", "officer")),
        ("work list of a declarant", _ => new("/", "declarant")),
        ("work list of the control room", _ => new("/", "control-room")),
        ("work list of an auditor", _ => new("/", "auditor")),
        ("work list of the other side", _ => new("/", "officer", "af:TORKHAM")),
        ("device on the road", _ => new("/stock/devices/jt600:8011000001", "officer")),
        ("device unknown", _ => new("/stock/devices/jt600:1", "officer", Status: 404)),
        ("devices of an office", _ => new("/stock?office=pk:KARACHI", "control-room")),
        ("relay of one vendor", _ => new($"/relay?vendor={Platform.Vendor.Party}", "control-room")),
        ("all alerts", _ => new("/alerts?state=all", "control-room")),
    ];

    /// <summary>Routes of the table and names of the rest.</summary>
    public static IEnumerable<string> Names => PageTable.Rows.Select(r => r.Route).Concat(More.Select(m => m.Name));

    public static PageView Find(string name, TwoNodes nodes)
    {
        var more = More.FirstOrDefault(m => m.Name == name);
        if (more.View is not null) return Placed(more.View(nodes.Sample), nodes);
        var row = AccessTable.Find("GET", name)!;
        return Placed(new(PathOf(name, nodes.Sample), row.Open ? "officer" : Slug.Of(ReaderOf(row))), nodes);
    }

    /// <summary>The page a form stands on, and who may send it there.</summary>
    public static PageView Of(PageForm form, Sample sample, TwoNodes nodes)
    {
        var row = AccessTable.Find("POST", form.Route)!;
        var role = ReaderOf(row);
        var other = row.NamesMovement && !row.Allows(role, own: true);
        var mrn = form.Name switch
        {
            "guarantee" => sample.Declared,
            "erasure" => sample.Discharged,
            "corrections" or "approval" or "commands" or "exit" => sample.UnderWay,
            _ => other ? sample.UnderWay : sample.Released,
        };
        var path = PathOf(
            form.PageRoute, sample with { Mrns = Enumerable.Repeat(mrn, Sample.Movements).ToArray() },
            form.Name switch { "booking-release" => Sample.Booked, "return" => Sample.Sent, _ => Sample.InStore });
        var office = other ? "af:TORKHAM" : form.Name == "exit" ? "pk:TORKHAM" : "pk:KARACHI";
        return Placed(new(path, Slug.Of(role), office), nodes);
    }

    /// <summary>Matches the action of a form with its values in it.</summary>
    public static Regex ActionOf(PageForm form) =>
        new("^" + Parameter().Replace(Regex.Escape(form.Route).Replace("}", "\\}", StringComparison.Ordinal), "[^/]+")
            + "$");

    static Role ReaderOf(AccessRow row) => Readers.First(r => row.ReachOf(r) != Reach.None);

    /// <summary>A value for each parameter a route may have; a page with another one needs a line here.</summary>
    static string PathOf(string route, Sample sample, string device = Sample.InStore)
    {
        var path = route.Replace("{mrn}", sample.UnderWay, StringComparison.Ordinal)
            .Replace("{grn}", sample.Grn, StringComparison.Ordinal).Replace("{n}", "1", StringComparison.Ordinal)
            .Replace("{device}", device, StringComparison.Ordinal);
        return path.Contains('{', StringComparison.Ordinal)
            ? throw new InvalidOperationException($"no value for a parameter of {route}")
            : path;
    }

    /// <summary>The control room, the auditor and the administrator sit in one office.</summary>
    static PageView Placed(PageView view, TwoNodes nodes) =>
        view.Role is "control-room" or "auditor" or "administrator" ? view with { Office = nodes.ControlRoom } : view;

    [GeneratedRegex(@"\\\{[^}]+\}")]
    private static partial Regex Parameter();
}
