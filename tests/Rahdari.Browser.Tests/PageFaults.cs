using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Rahdari.Browser.Tests;

/// <summary>
/// Looks over the page that is open, at the width of a desk and of a telephone, and fails with all that is wrong.
/// </summary>
static class PageFaults
{
    const int Wide = 1200, Narrow = 400, Height = 900;

    /// <summary>Where pictures of the pages go, for people to look at; none are kept where it is not set.</summary>
    static readonly string? Pictures = Environment.GetEnvironmentVariable("RAHDARI_SCREENSHOTS");

    public static async Task HaveNoneAsync(Visit visit, TwoNodes nodes, string name)
    {
        var faults = new List<string>();
        faults.AddRange(await visit.Page.EvaluateAsync<string[]>(InlineScript));
        faults.AddRange(await visit.Page.EvaluateAsync<string[]>(TextFaults.Script, TextFaults.Of(visit, nodes)));
        foreach (var width in new[] { Narrow, Wide })
        {
            await visit.Page.SetViewportSizeAsync(width, Height);
            faults.AddRange(await TooWideAsync(visit.Page, width));
            await PictureAsync(visit, $"{name}-{visit.Language}-{width}");
        }
        faults.AddRange(await AxeAsync(visit.Page));
        faults.AddRange(visit.Complaints.Select(c => $"console: {c}"));
        Assert.True(faults.Count == 0, $"{visit.Page.Url}\n{string.Join('\n', faults)}");
    }

    static async Task PictureAsync(Visit visit, string name)
    {
        if (Pictures is null) return;
        var file = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{file}.png"), FullPage = true });
    }

    static async Task<IEnumerable<string>> TooWideAsync(IPage page, int width) =>
        (await page.EvaluateAsync<string[]>(
            """
            () => document.documentElement.scrollWidth <= window.innerWidth ? [] :
              [...document.querySelectorAll('body *')]
                .filter(e => { const r = e.getBoundingClientRect();
                  return r.width > 0 && !e.closest('.skip') && (r.right > window.innerWidth + 1 || r.left < -1); })
                .slice(0, 5).map(e => e.outerHTML.slice(0, 120))
            """)).Select(e => $"too wide at {width}: {e}");

    static async Task<IEnumerable<string>> AxeAsync(IPage page) =>
        (await page.RunAxe()).Violations.SelectMany(v => v.Nodes.Take(3).Select(n =>
            $"axe: {v.Id} ({v.Impact}): {n.Html}"));

    /// <summary>The policy would stop them without a word to the reader.</summary>
    const string InlineScript =
        """
        () => [...document.querySelectorAll('script:not([src]), style, [style]')]
          .concat([...document.querySelectorAll('*')]
            .filter(e => [...e.attributes].some(a => a.name.startsWith('on'))))
          // The map's library sets properties of its elements' styles, which the policy allows.
          .filter(e => e.type !== 'application/json' && !e.closest('.map'))
          .map(e => 'inline: ' + e.outerHTML.slice(0, 120))
        """;
}
