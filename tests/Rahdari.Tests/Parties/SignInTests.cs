using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Rahdari.Parties;

namespace Rahdari.Tests.Parties;

public sealed class SignInTests : IAsyncLifetime
{
    WebNode node = null!;

    public async Task InitializeAsync()
    {
        node = await WebNode.StartAsync(routes =>
        {
            routes.MapGet("/", (HttpContext context) => Results.Content(
                $"<p id=who>{context.GetActor().Office} {context.GetActor().Role}</p>", "text/html"));
            routes.MapGet("/api/v1/clock", (HttpContext context) => context.GetActor().Role.ToString());
            routes.MapPost("/movements", (HttpContext context) => Results.Content("sent", "text/html"));
            routes.MapPost("/api/v1/movements", (HttpContext context) => "sent");
        });
        await node.AddUserAsync(Role.Officer);
    }

    public Task DisposeAsync() => node.DisposeAsync().AsTask();

    [Fact]
    public async Task Who_is_not_signed_in_is_led_to_the_sign_in_page_and_back()
    {
        using var browser = node.OpenBrowser();
        var turned = await browser.GetAsync("/?state=open");
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in?next=%2F%3Fstate%3Dopen"), (turned.Status, turned.Location));
        var page = await browser.GetAsync(turned.Location!);
        var done = await browser.SendAsync(page, "/sign-in", ("name", "officer"), ("password", WebNode.Password));
        Assert.Equal((HttpStatusCode.SeeOther, "/?state=open"), (done.Status, done.Location));
        Assert.Contains("pk:TORKHAM Officer", (await browser.GetAsync(done.Location!)).Text);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("")]
    public async Task Signing_in_leads_to_no_other_host(string next)
    {
        using var browser = node.OpenBrowser();
        var page = await browser.GetAsync("/sign-in");
        var done = await browser.SendAsync(
            page, "/sign-in", ("name", "officer"), ("password", WebNode.Password), ("next", next));
        Assert.Equal("/", done.Location);
    }

    [Theory]
    [InlineData("officer", "wrong horse battery")]
    [InlineData("nobody", WebNode.Password)]
    [InlineData("Officer' or 1=1", WebNode.Password)]
    [InlineData("", "")]
    public async Task A_wrong_name_or_password_gets_the_same_answer(string name, string password)
    {
        using var browser = node.OpenBrowser();
        var page = await browser.SignInAsync(name, password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("#sign-in-name", page.Html.QuerySelector(".notice.bad a")?.GetAttribute("href"));
        Assert.NotNull(page.Html.QuerySelector("#sign-in-name"));
        Assert.Equal("", page.Html.QuerySelector("#sign-in-password")!.GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task After_five_failures_the_right_password_waits_too()
    {
        using var browser = node.OpenBrowser();
        for (var i = 0; i < 5; i++) await browser.SignInAsync("officer", "wrong horse battery");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SignInAsync("officer")).Status);
        node.Machine.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SignInAsync("officer")).Status);
        node.Machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync("officer")).Status);
    }

    [Fact]
    public async Task A_form_filled_before_the_session_ended_is_kept_over_the_sign_in()
    {
        using var browser = node.OpenBrowser();
        var turned = await Page.ReadAsync(await browser.Client.PostAsync("/movements", new FormUrlEncodedContent(
            new Dictionary<string, string> { ["_page"] = "/movements/new", ["holder"] = "رحمان" })));
        Assert.Equal(HttpStatusCode.Unauthorized, turned.Status);
        var done = await browser.SendAsync(turned, "/sign-in", ("name", "officer"), ("password", WebNode.Password));
        Assert.Equal("/movements/new?kept=1", done.Location);
        var officer = (await node.Get<UserRegister>().ListAsync(default))[0].Actor.Id;
        var kept = await node.Get<KeptForms>().FindAsync(officer, "/movements/new", default);
        Assert.Equal(("/movements", "رحمان"), (kept?.Action, kept?.Fields["holder"]));
    }

    [Fact]
    public async Task A_form_from_another_site_is_not_kept()
    {
        using var browser = node.OpenBrowser();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/movements")
        {
            Headers = { { "Sec-Fetch-Site", "cross-site" } },
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["holder"] = "x" }),
        };
        var turned = await Page.ReadAsync(await browser.Client.SendAsync(request));
        Assert.False(turned.FieldsOf("/sign-in").ContainsKey("kept"));
    }

    [Fact]
    public async Task A_kept_form_that_was_changed_on_the_way_is_dropped()
    {
        using var browser = node.OpenBrowser();
        var page = await browser.GetAsync("/sign-in");
        var done = await browser.SendAsync(
            page, "/sign-in", ("name", "officer"), ("password", WebNode.Password), ("kept", "CfDJ8nonsense"));
        Assert.Equal("/", done.Location);
    }

    [Fact]
    public async Task Signing_in_without_the_form_s_token_is_refused()
    {
        using var browser = node.OpenBrowser();
        var page = await browser.GetAsync("/sign-in");
        var answer = await browser.SendAsync(
            page, "/sign-in", ("name", "officer"), ("password", WebNode.Password), ("__RequestVerificationToken", "x"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
    }

    [Theory]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\ncontent-disposition: form-data; name=\"name\"\r\n\r\no")]
    [InlineData("application/x-www-form-urlencoded", "name=%00&password=%")]
    [InlineData("application/x-www-form-urlencoded", "many")]
    public async Task What_claims_to_be_a_form_and_is_none_is_answered_with_the_page(string type, string body)
    {
        using var browser = node.OpenBrowser();
        var text = body == "many" ? string.Join('&', Enumerable.Range(0, 1100).Select(i => $"f{i}=1")) : body;
        using var content = new ByteArrayContent(System.Text.Encoding.ASCII.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await browser.Client.PostAsync("/sign-in", content);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_ends_when_unused_for_an_hour()
    {
        using var browser = node.OpenBrowser();
        await browser.SignInAsync("officer");
        node.Machine.Advance(Sessions.Idle - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);
        node.Machine.Advance(Sessions.Idle + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task A_session_in_use_ends_with_the_longest_shift()
    {
        using var browser = node.OpenBrowser();
        await browser.SignInAsync("officer");
        for (var at = TimeSpan.Zero; at < Sessions.Longest; at += TimeSpan.FromMinutes(40))
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);
            node.Machine.Advance(TimeSpan.FromMinutes(40));
        }
        node.Machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task A_new_password_or_a_shut_name_ends_sessions_at_once()
    {
        using var browser = node.OpenBrowser();
        await browser.SignInAsync("officer");
        await node.Get<UserRegister>().SetEnabledAsync("officer", false, default);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SignInAsync("officer")).Status);
        await node.Get<UserRegister>().SetEnabledAsync("officer", true, default);
        await browser.SignInAsync("officer");
        Assert.Null(await node.Get<UserRegister>().SetPasswordAsync("officer", "another long one", default));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        using var browser = node.OpenBrowser();
        await browser.SignInAsync("officer");
        using var leftOpen = node.OpenBrowser();
        await leftOpen.SignInAsync("officer");
        Assert.Equal(HttpStatusCode.OK, (await leftOpen.GetAsync("/")).Status);
        await browser.SendAsync(await browser.GetAsync("/sign-in"), "/sign-out");
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/")).Status);
        // The stamp is the name's: a cookie left behind elsewhere opens nothing either.
        Assert.Equal(HttpStatusCode.SeeOther, (await leftOpen.GetAsync("/")).Status);
    }

    [Fact]
    public async Task The_cookie_carries_the_node_and_no_script_can_read_it()
    {
        using var browser = node.OpenBrowser();
        var cookie = (await browser.SignInAsync("officer")).Answer.Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith("rahdari-pk-test=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=lax", cookie);
    }

    [Fact]
    public async Task The_cookie_reads_the_API_and_never_writes_through_it()
    {
        using var browser = node.OpenBrowser();
        await browser.SignInAsync("officer");
        Assert.Equal("Officer", await browser.Client.GetStringAsync("/api/v1/clock"));
        var answer = await browser.Client.PostAsync("/api/v1/movements", null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_first_administrator_is_made_only_on_a_new_node()
    {
        var office = OfficeId.Parse("pk:TORKHAM");
        var refusal = await node.Get<UserRegister>().CreateAdministratorAsync("root", WebNode.Password, office,
            default);
        Assert.Equal("users-exist", refusal?.Code);
    }
}
