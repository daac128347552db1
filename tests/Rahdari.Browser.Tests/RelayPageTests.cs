using Rahdari.Web;

namespace Rahdari.Browser.Tests;

/// <summary>What vendors passed on, as customs see it.</summary>
[Collection(nameof(TwoNodes))]
public sealed class RelayPageTests(TwoNodes nodes)
{
    public static TheoryData<string> Tags => [.. Catalogues.Languages.Select(l => l.Tag)];

    [ChromiumTheory]
    [MemberData(nameof(Tags))]
    public async Task Each_vendor_and_each_count_that_does_not_agree_is_a_row(string language)
    {
        var texts = nodes.Texts(language);
        await using var visit = await nodes.SignInAsync("control-room", nodes.ControlRoom, language, scripts: false);
        await visit.GoToAsync("/relay");

        var vendor = Assert.Single(await RowsAsync(visit, table: 0));
        Assert.Equal(("indus-locks", "1", "5"), (vendor[0], vendor[1], vendor[2]));
        var findings = await RowsAsync(visit, table: 1);
        Assert.Equal(
            [
                ("", texts["relay.gap.unstated"], "2"),
                (Sample.InStore, texts["relay.gap.fewer-received"],
                    texts.Plain("relay.received-of", new Dictionary<string, object>
                    {
                        ["received"] = 3L, ["stated"] = 5L,
                    })),
            ],
            findings.Select(f => (f[2], f[3], f[4])));

        await visit.Page.Locator("table").First.Locator("a").ClickAsync();
        Assert.Contains("vendor=indus-locks", visit.Page.Url);
        Assert.Equal(2, (await RowsAsync(visit, table: 1)).Count);
    }

    [ChromiumTheory]
    [MemberData(nameof(Tags))]
    public async Task What_vendors_passed_on_stands_apart_in_the_measure_of_tracking(string language)
    {
        await using var visit = await nodes.SignInAsync("control-room", nodes.ControlRoom, language, scripts: false);
        await visit.GoToAsync("/measures");

        var ways = await visit.Page.Locator("main li").AllInnerTextsAsync();
        Assert.Equal(2, ways.Count);
        Assert.Equal(2, ways.Distinct().Count());
    }

    static async Task<List<string[]>> RowsAsync(Visit visit, int table)
    {
        var rows = new List<string[]>();
        foreach (var row in await visit.Page.Locator("main table").Nth(table).Locator("tbody tr").AllAsync())
            rows.Add([.. (await row.Locator("th, td").AllInnerTextsAsync()).Select(t => t.Trim())]);
        return rows;
    }
}
