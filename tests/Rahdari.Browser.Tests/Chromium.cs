using Microsoft.Playwright;
using Rahdari.Tests;

namespace Rahdari.Browser.Tests;

/// <summary>The browser of the machine, headless, talking to nobody but the nodes.</summary>
sealed class Chromium : IAsyncDisposable
{
    /// <summary>Debian's package; <c>RAHDARI_CHROMIUM</c> names another.</summary>
    static string Program => Environment.GetEnvironmentVariable("RAHDARI_CHROMIUM") is { Length: > 0 } named
        ? named : "/usr/bin/chromium";

    static readonly string[] Switches =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Longer than any page takes on a busy machine; a wait that ends by it is a failure.</summary>
    public const int PatienceMilliseconds = 30_000;

    readonly IPlaywright playwright;

    Chromium(IPlaywright playwright, IBrowser browser) => (this.playwright, Browser) = (playwright, browser);

    public IBrowser Browser { get; }

    /// <summary>Why tests that need it are skipped; null where they run (and, with CI=true, fail without it).</summary>
    public static string? SkipWithout => Needs.Skip(File.Exists(Program), "Chromium");

    public static async Task<Chromium> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Headless = true,
            Args = Switches,
        });
        return new(playwright, browser);
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright.Dispose();
    }
}

/// <summary>A test in the browser.</summary>
sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.SkipWithout;
}

/// <summary>A data-driven test in the browser.</summary>
sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = Chromium.SkipWithout;
}
