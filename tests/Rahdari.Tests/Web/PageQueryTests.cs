using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

/// <summary>Every value that a page reads from its address, given what nobody should send.</summary>
[Collection("Whole node")]
public sealed partial class PageQueryTests(WholeNode node)
{
    /// <summary>For any text that is one of a few, or the name of something.</summary>
    static readonly string[] NoName = ["garbage!", "%00", "a%00b", "%ED%A0%80", "..%2F..", new('A', 300)];

    /// <summary>By value, or by page and value.</summary>
    static readonly Dictionary<string, string[]> Nonsense = new()
    {
        ["state"] = ["unknown", "OPEN", "open,all", "1", "%00"],
        ["list"] = ["mine", "ALL", "%00"],
        ["q"] = ["%00", "a%00b", new('A', 300), "a%0Ab"],
        ["cursor"] = [.. NoName, "MQ", Cursor("1:2"), Cursor("x:26PKKHI000000123J6"), Cursor("1:2:3:"), Cursor("1:\0")],
        ["page"] = ["0", "-1", "abc", "1.5", "51", "99999999999999999999", "%2B5", "%D9%A1", "1%2C2", "%00"],
        ["alert"] = ["%00", "a%00b", new('A', 300)],
        ["office"] = NoName,
        ["after"] = NoName,
        ["vendor"] = NoName,
        ["entry"] = ["two%20words", "%00", new('A', 300)],
        ["done"] = ["garbage", "", "%00", "../x", new('A', 300)],
        ["irregularity"] = ["garbage", "%00", new('A', 300)],
        ["kept"] = ["0", "yes", "%00"],
    };

    public static TheoryData<string> Languages => [.. Catalogues.Languages.Select(l => l.Tag)];

    [Theory, MemberData(nameof(Languages))]
    public async Task Nonsense_in_any_value_is_refused_by_name_with_the_texts_of_the_api(string language)
    {
        var texts = Catalogues.Load().Find(language)!;
        var asked = 0;
        foreach (var row in PageTable.Rows.Where(r => !r.Route.Contains('{')))
            foreach (var value in row.Values.Concat(QueryValue.OfEveryPage))
            {
                Assert.True(Nonsense.ContainsKey(value.Name), $"{row.Route}: nothing is tried in {value.Name}");
                foreach (var text in Nonsense[value.Name].Where(t => t.Length > 0))
                {
                    var address = $"{row.Route}?{Beside(value)}{value.Name}={text}";
                    var (status, page) = await GetAsync(row.Route, address, language);
                    Assert.True(status == HttpStatusCode.BadRequest, $"{address}: {(int)status}");
                    Assert.Equal(language, page.DocumentElement.GetAttribute("lang"));
                    if (value.Name == "entry")
                        Assert.NotNull(page.QuerySelector("#entry[aria-invalid=true][aria-describedby]"));
                    else
                        Said(page, texts, value.Name, value.Refuse(Uri.UnescapeDataString(text), texts)!);
                    asked++;
                }
            }
        Assert.True(asked > 100, "hardly anything was asked");
    }

    [Theory]
    [InlineData("/?state=declared&state=sealed", "state", "input-malformed")]
    [InlineData("/relay?cursor=MTAwL2p0NjAwOjE", "vendor", "input-missing")]
    [InlineData("/sign-in?next=//evil.example/", "next", "input-malformed")]
    [InlineData("/movements/26PKNOSUCHNUMBERJ0?done=nothing", "done", "input-not-a-choice")]
    [InlineData("/language/ur?back=//evil.example/", "back", "input-malformed")]
    [InlineData("/language/ur?back=https://evil.example/", "back", "input-malformed")]
    [InlineData("/language/ur?back=alerts", "back", "input-malformed")]
    [InlineData("/language/ur?back=%2Falerts%0D%0AX:1", "back", "input-malformed")]
    [InlineData("/language/ur?back=%2Falerts&back=%2F", "back", "input-malformed")]
    public async Task What_contradicts_itself_or_leads_elsewhere_is_refused_too(
        string address, string value, string code)
    {
        var route = address.Contains("/movements/") ? "/movements/{mrn}" : address[..address.IndexOf('?')];
        var (status, page) = await GetAsync(route, address, "en");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Said(page, Catalogues.Load().Find("en")!, value, new Refusal(code, value));
    }

    [Theory]
    [InlineData("back=//evil.example/", null)]
    [InlineData("", "/")]
    [InlineData("back=", "/")]
    [InlineData("back=%2Falerts%3Fstate%3Dall", "/alerts?state=all")]
    public async Task A_language_is_remembered_where_the_way_back_leads_to_a_page_of_this_node(
        string query, string? page)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler) { BaseAddress = node.Http.BaseAddress };
        using var answer = await http.GetAsync($"/language/ur?{query}");
        Assert.Equal(page is null ? HttpStatusCode.BadRequest : HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(page, answer.Headers.Location?.OriginalString);
        Assert.Equal(page is not null, answer.Headers.TryGetValues("Set-Cookie", out var set)
            && set.Any(c => c.Contains("-language=ur", StringComparison.Ordinal)));
    }

    /// <summary>What an address holds that no way back may, as a browser sends it unchanged.</summary>
    [Fact]
    public async Task The_switch_of_a_page_leads_to_an_address_that_is_taken()
    {
        var address = new Uri(
            new Uri(node.Http.BaseAddress!, "/").ToString() + "sign-in?next=%2F&q=a\b",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var page = new HtmlParser().ParseDocument(await node.Http.GetStringAsync(address));
        Assert.All(page.QuerySelectorAll("a[hreflang]"), a => Assert.EndsWith("?back=%2F", a.GetAttribute("href")));
        Assert.NotEmpty(page.QuerySelectorAll("a[hreflang]"));
    }

    /// <summary>The page that comes back with a refused form reads the address of the form too.</summary>
    [Fact]
    public async Task A_form_sent_to_an_address_with_nonsense_is_refused_and_does_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/stock/devices?after=%00")
        {
            Content = new FormUrlEncodedContent([]),
        };
        request.Headers.Authorization = new("Bearer", await node.KeyAsync(Role.Officer));
        using var answer = await node.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Said(new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()),
            Catalogues.Load().Default, "after", new("input-malformed"));
    }

    [Theory]
    [InlineData("/", "/?state=&list=&q=&cursor=&page=")]
    [InlineData("/", "/?page=50&done=seals&irregularity=late&irregularity=exit-again&kept=1")]
    [InlineData("/", "/?state=under-way&q=")]
    [InlineData("/", "/?q=CSQU3054383&nobodyAskedForThis=%00")]
    [InlineData("/alerts", "/alerts?state=open&cursor=&alert=")]
    [InlineData("/stock", "/stock?office=pk:KARACHI&after=jt600:8000620011")]
    [InlineData("/relay", "/relay?vendor=some-vendor&cursor=")]
    [InlineData("/sign-in", "/sign-in?next=%2F%3Fstate%3Dopen")]
    public async Task What_can_be_used_is_and_what_is_left_empty_is_not_there(string route, string address) =>
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(route, address, "en")).Status);

    /// <summary>A value that the table does not have would be read unchecked.</summary>
    [Fact]
    public void The_table_has_every_value_that_a_page_or_a_part_of_one_reads()
    {
        var known = PageTable.Rows.SelectMany(r => r.Values).Concat(QueryValue.OfEveryPage).Select(v => v.Name)
            .ToHashSet();
        var read = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(f => Reading().Matches(File.ReadAllText(f))
                .Select(m => (File: Path.GetFileNameWithoutExtension(f), Name: m.Groups[1].Value)))
            .ToList();
        Assert.True(read.Count >= 10, "values are read in another way");
        foreach (var (file, name) in read)
        {
            var page = PageTable.Rows.SingleOrDefault(r => r.Component.Name == file);
            Assert.True(page is null ? known.Contains(name) : page.Values.Any(v => v.Name == name),
                $"{file} reads {name}");
        }
    }

    static void Said(IHtmlDocument page, Catalogue texts, string value, Refusal why)
    {
        var alert = page.QuerySelector("main [role=alert]");
        Assert.Equal(value, alert?.QuerySelector("bdi")?.TextContent);
        Assert.Contains(texts.Of(why), alert!.TextContent, StringComparison.Ordinal);
    }

    static string Beside(QueryValue value) => value.Needs is { } other ? $"{other}=some-{other}&" : "";

    async Task<(HttpStatusCode Status, IHtmlDocument Page)> GetAsync(string route, string address, string language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept-Language", language);
        if (AccessTable.Find("GET", route) is { Open: false } row)
            request.Headers.Authorization = new("Bearer", await node.KeyAsync(row.Roles.Keys.First()));
        using var answer = await node.Http.SendAsync(request);
        return (answer.StatusCode, new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()));
    }

    static string Cursor(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("Request\\.Query(?:\\[|\\.ContainsKey\\()\"(\\w+)\"")]
    private static partial Regex Reading();
}
