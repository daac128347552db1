using Microsoft.Playwright;

namespace Rahdari.Browser.Tests;

/// <summary>One person at one browser window. Elements are found by form, field and text, never by layout.</summary>
sealed class Visit : IAsyncDisposable
{
    readonly TwoNodes nodes;
    readonly List<string> complaints = [];

    Visit(TwoNodes nodes, Uri address, IPage page, string language)
    {
        (this.nodes, Address, Page, Language) = (nodes, address, page, language);
        page.SetDefaultTimeout(Chromium.PatienceMilliseconds);
        page.Console += (_, message) =>
        {
            // That an answer is 4xx is what some tests ask for.
            if (message.Type == "error"
                && !message.Text.StartsWith("Failed to load", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
    }

    /// <summary>The node's own.</summary>
    public Uri Address { get; }

    public IPage Page { get; }

    public string Language { get; }

    /// <summary>What the browser objected to since the window was opened: policy, scripts, files.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    /// <summary>A new window of a browser that may be signed in already.</summary>
    public static async Task<Visit> OpenAsync(
        TwoNodes nodes, IBrowserContext context, Uri address, string language) =>
        new(nodes, address, await context.NewPageAsync(), language);

    /// <summary>The text of a key in this person's language.</summary>
    public string Text(string key) => nodes.Texts(Language)[key];

    public Task<IResponse?> GoToAsync(string path) => Page.GotoAsync(path);

    public async Task SignInAsync(string user, string password)
    {
        await GoToAsync("/sign-in");
        await SubmitAsync("/sign-in", ("name", user), ("password", password));
        Assert.Equal(0, await Page.Locator("form[action='/sign-in']").CountAsync());
    }

    public ILocator Form(string action) => Page.Locator($"form[action='{action}']").First;

    /// <summary>Fills the form with this action as a person does and sends it.</summary>
    public async Task<IResponse> SubmitAsync(string action, params (string Name, string Value)[] values)
    {
        var form = Form(action);
        await RevealAsync(form);
        foreach (var (name, value) in values) await FillAsync(form.Locator($"[name='{name}']"), value);
        var sent = Page.WaitForResponseAsync(r => r.Request.IsNavigationRequest && r.Status is not (303 or 302));
        await form.Locator("button:not([name])").ClickAsync();
        var answer = await sent;
        await Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
        return answer;
    }

    /// <summary>Sends a form that is to be taken; a minute passes.</summary>
    /// <param name="done">The form's name in the catalogue: the page says <c>done.NAME</c> afterwards.</param>
    public async Task DoAsync(string action, string done, params (string Name, string Value)[] values)
    {
        nodes.Clock.Advance(TimeSpan.FromMinutes(1));
        await SubmitAsync(action, values);
        var said = await Page.Locator("main [role=status], main [role=alert]").AllInnerTextsAsync();
        Assert.True(
            said.Any(s => s.Contains(Text($"done.{done}"), StringComparison.Ordinal)),
            $"{action}: {string.Join(" | ", said)}");
    }

    /// <summary>Loads a page again until it shows what is awaited; fails when it does not come.</summary>
    public async Task<ILocator> ReloadUntilAsync(string path, string selector)
    {
        var shown = "";
        return await TwoNodes.UntilAsync(
            async () =>
            {
                await GoToAsync(path);
                var found = Page.Locator(selector);
                if (await found.CountAsync() > 0) return found.First;
                shown = await Page.Locator("body").InnerTextAsync();
                return null;
            }, () => $"{selector} on {path}; it shows:\n{shown}");
    }

    /// <summary>Opens what the element is folded into.</summary>
    static async Task RevealAsync(ILocator element)
    {
        var folded = element.Locator("xpath=ancestor::details[not(@open)]/summary");
        if (await folded.CountAsync() > 0) await folded.First.ClickAsync();
    }

    static async Task FillAsync(ILocator field, string value)
    {
        var tag = await field.EvaluateAsync<string>("e => e.tagName");
        if (tag == "SELECT") await field.SelectOptionAsync(value);
        else await field.FillAsync(value);
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
