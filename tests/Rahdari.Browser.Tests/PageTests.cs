using System.Text;
using System.Text.RegularExpressions;
using Rahdari.Web;

namespace Rahdari.Browser.Tests;

/// <summary>What every page promises, for every page of the table in every language.</summary>
[Collection(nameof(TwoNodes))]
public sealed partial class PageTests(TwoNodes nodes)
{
    /// <summary>What a page may weigh on the line, compressed, with style and scripts and without fonts and the map's
    /// library (design 10).</summary>
    const int MaxBytes = 30_000;

    public static TheoryData<string, string> Pages
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in PageViews.Names)
                foreach (var language in Catalogues.Languages) data.Add(name, language.Tag);
            return data;
        }
    }

    /// <summary>In Urdu: what a returned form lacks in one language it lacks in all, but for what is written from right
    /// to left.</summary>
    public static TheoryData<string> FormsWithFields =>
        [.. PageTable.Forms.Where(f => f.Shape.Fields.Count > 0).Select(f => f.Name)];

    [ChromiumTheory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_whole_without_scripts(string page, string language)
    {
        var view = PageViews.Find(page, nodes);
        await using var visit = await OpenAsync(view, language, scripts: false);
        Assert.NotEqual("", await visit.Page.Locator("main h1").InnerTextAsync());
        Assert.True(await visit.Page.Locator("main h1").IsVisibleAsync());
        var forms = await visit.Page.Locator("form").EvaluateAllAsync<string[]>(
            "fs => fs.map(f => [f.method, f.getAttribute('action'), f.querySelectorAll('button').length].join(' '))");
        Assert.All(forms, f => Assert.Matches("^(get|post) /[^/ ]?[^ ]* [1-9]", f));
        var hidden = await visit.Page.Locator("main form").EvaluateAllAsync<int>(
            "fs => fs.filter(f => f.closest('[hidden]')).length");
        Assert.Equal(0, hidden);
    }

    [ChromiumTheory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_accessible_narrow_and_in_its_language(string page, string language)
    {
        var view = PageViews.Find(page, nodes);
        await using var visit = await OpenAsync(view, language, scripts: true);
        await PageFaults.HaveNoneAsync(visit, nodes, page);
    }

    [ChromiumTheory]
    [MemberData(nameof(Pages))]
    public async Task A_page_comes_over_the_line_within_30_kB(string page, string language)
    {
        var view = PageViews.Find(page, nodes);
        var html = await nodes.OverTheLineAsync(view, view.Path, language, "identity");
        var total = (await nodes.OverTheLineAsync(view, view.Path, language, "br")).Length;
        foreach (Match asset in Asset().Matches(Encoding.UTF8.GetString(html)))
            total += (await nodes.OverTheLineAsync(view, asset.Groups[1].Value, language, "br")).Length;
        Assert.True(total <= MaxBytes, $"{total} bytes");
        // A page that is not compressed at all is caught before it has grown.
        Assert.True(total < html.Length + 12_000, $"{total} bytes of {html.Length}");
    }

    [ChromiumTheory]
    [MemberData(nameof(FormsWithFields))]
    public async Task A_form_filled_wrongly_comes_back_with_every_fault_named(string name)
    {
        var form = PageTable.Forms.Single(f => f.Name == name);
        await using var visit = await OpenAsync(PageViews.Of(form, nodes.Sample, nodes), "ur", scripts: true);
        var actions = await visit.Page.Locator("main form").EvaluateAllAsync<string[]>(
            "fs => fs.map(f => f.getAttribute('action'))");
        var action = actions.FirstOrDefault(PageViews.ActionOf(form).IsMatch);
        Assert.True(action is not null, $"{form.Route} is not on the page: {string.Join(' ', actions)}");
        var answer = await visit.SubmitAsync(
            action, [.. form.Shape.Fields.Select(f => (f.Name.Replace("[]", "[0]"), Wrong(f.Kind)))
                .Where(f => f.Item2.Length > 0)]);
        Assert.InRange(answer.Status, 400, 422);
        var links = await visit.Page.Locator("main [role=alert] a").EvaluateAllAsync<string[]>(
            "links => links.map(a => a.getAttribute('href'))");
        Assert.NotEmpty(links);
        foreach (var link in links)
        {
            var field = visit.Page.Locator($"[id='{link[1..]}']");
            Assert.Equal("true", await field.GetAttributeAsync("aria-invalid"));
            var described = (await field.GetAttributeAsync("aria-describedby"))!.Split(' ')[^1];
            Assert.NotEqual("", await visit.Page.Locator($"[id='{described}']").InnerTextAsync());
        }
        foreach (var field in form.Shape.Fields.Where(f => Wrong(f.Kind).Length > 0))
            Assert.Equal(
                Wrong(field.Kind),
                await visit.Form(action).Locator($"[name='{field.Name.Replace("[]", "[0]")}']").InputValueAsync());
        await PageFaults.HaveNoneAsync(visit, nodes, $"wrong {name}");
    }

    /// <summary>What nobody can take for it; empty where the field is better left empty.</summary>
    static string Wrong(FieldKind kind) => kind switch
    {
        FieldKind.Code => "!!",
        // The check digit of this number is 3.
        FieldKind.Container => "CSQU3054384",
        FieldKind.Whole or FieldKind.Kilograms or FieldKind.Amount => "many",
        _ => "",
    };

    async Task<Visit> OpenAsync(PageView view, string language, bool scripts)
    {
        var visit = await nodes.OpenAsync(view, language, scripts);
        var answer = await visit.GoToAsync(view.Path);
        Assert.Equal(view.Status, answer!.Status);
        Assert.Equal(HeadersMiddleware.Policy, await answer.HeaderValueAsync("content-security-policy"));
        Assert.Equal("true", await answer.HeaderValueAsync("rahdari-simulated"));
        return visit;
    }

    [GeneratedRegex("""(?:src|href)="(/assets/[^"]+\.(?:css|js|mjs)\?[^"]*)""")]
    private static partial Regex Asset();
}
