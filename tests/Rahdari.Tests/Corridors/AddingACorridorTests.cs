using System.Text.RegularExpressions;
using Rahdari.Corridors;
using Rahdari.Corridors.Loading;

namespace Rahdari.Tests.Corridors;

/// <summary>What <c>docs/adding-a-corridor.md</c> says, tried on a copy of the shipped pack.</summary>
public sealed partial class AddingACorridorTests
{
    static readonly string Guide = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "adding-a-corridor.md"));

    [Fact]
    public void Every_file_and_folder_the_guide_names_is_there()
    {
        var pack = Path.Combine(Checkout.Root, "corridors", "pk-af");
        var named = Code().Matches(Guide).Select(m => m.Groups[1].Value)
            .Where(c => c.Contains('/', StringComparison.Ordinal) || c.EndsWith(".yaml", StringComparison.Ordinal))
            .ToList();
        Assert.True(named.Count > 10);
        Assert.All(named, n => Assert.True(
            Path.Exists(Path.Combine(Checkout.Root, n)) || Path.Exists(Path.Combine(pack, n)), n));
    }

    [Fact]
    public void The_guide_names_every_file_of_a_pack()
    {
        var pack = Path.Combine(Checkout.Root, "corridors", "pk-af");
        foreach (var file in Directory.EnumerateFiles(pack, "*.yaml"))
            Assert.Contains($"`{Path.GetFileName(file)}`", Guide, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_under_another_name_is_another_corridor()
    {
        using var copy = new PackCopy();
        copy.Replace("pack.yaml", "id: pk-af", "id: xx-yy");
        var pack = copy.Load().OrThrow();
        Assert.Equal("xx-yy", pack.Id);
    }

    [Fact]
    public void A_route_needs_no_more_than_its_file_and_its_name()
    {
        using var copy = new PackCopy();
        copy.Write("routes/short.yaml", """
            id: short
            departureOffices: ["pk:QUETTA"]
            crossing: CHAMAN
            exitOffice: "pk:CHAMAN"
            from: 2026-01-01
            source: "a test"
            start: quetta
            legs:
              - {to: chaman-crossing, accuracyMetres: 20000, halfWidthMetres: 21000}
            """);
        copy.Replace("offices.yaml", "roles: [transit, halt]", "roles: [transit, halt, departure]");
        var load = copy.Load();
        Assert.All(load.Problems, p => Assert.Equal("the text 'route.short' is missing", p.Message));
        foreach (var language in new[] { "en", "ur" })
        {
            copy.Replace(
                $"texts/{language}.json", "{\n",
                "{\n  \"route.short\": {\"text\": \"short\", \"reviewed\": false},\n");
        }
        Assert.Single(copy.Load().OrThrow().FindRoute("short")!.Legs);
    }

    [Fact]
    public void An_entry_of_an_overlay_replaces_or_adds_and_its_reason_is_kept()
    {
        using var overlay = new PackCopy("demo");
        overlay.Write("transit.yaml", """
            rows:
              - id: weboc-2020
                assumed: "assumed for a test: ends"
                from: 2020-03-20
                until: 2026-01-01
                source: "a test"
                value: {timeLimitDays: 14, weightTolerancePerMillion: 50000}
              - id: later
                assumed: "assumed for a test: longer"
                from: 2026-01-01
                source: "a test"
                value: {timeLimitDays: 21, weightTolerancePerMillion: 50000}
            """);
        var real = Path.Combine(Checkout.Root, "corridors", "pk-af");
        var pack = CorridorPackLoader.Load(real, overlay.PathOf("")).OrThrow();
        int Days(int year) => pack.Transit.At(new(year, 6, 1, 0, 0, 0, TimeSpan.Zero))!.Value.TimeLimitDays;
        Assert.Equal((14, 21), (Days(2025), Days(2026)));
        Assert.Contains("transit/later: assumed for a test: longer", pack.Assumptions);
    }

    [Fact]
    public void What_a_broken_pack_says_fits_a_terminal()
    {
        using var copy = new PackCopy();
        copy.Replace("fee.yaml", "ratePerMillion: 100000", "rate: 10%");
        var told = copy.Load().Problems;
        Assert.Equal(2, told.Count);
        Assert.All(told, p => Assert.Matches(@"fee\.yaml:[0-9]+: .+", p.ToString()));
        var thrown = Assert.Throws<InvalidDataException>(() => new PackLoad(null, told).OrThrow());
        Assert.Equal(string.Join('\n', told.Select(p => p.ToString())), thrown.Message);
        Assert.IsType<PackProblem>(told[0]);
    }

    [GeneratedRegex("`([^`\\s]+)`")]
    private static partial Regex Code();
}
