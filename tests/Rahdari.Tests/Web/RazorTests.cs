using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Rahdari.Corridors;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

/// <summary>What may not be written into a page.</summary>
public sealed partial class RazorTests
{
    static readonly string Source = Path.Combine(Checkout.Root, "src", "Rahdari");

    static readonly Catalogues Texts = Catalogues.Load(
        CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow().Texts);

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Source, "*.razor", SearchOption.AllDirectories).Select(f =>
            Path.GetRelativePath(Source, f))];

    public static TheoryData<Type> Components =>
        [.. typeof(Shell).Assembly.GetTypes().Where(t => typeof(IComponent).IsAssignableFrom(t) && !t.IsAbstract)];

    [Theory, MemberData(nameof(Components))]
    public void No_page_holds_text_of_its_own(Type component)
    {
        var literals = RenderedLiterals.Of(component);
        Assert.DoesNotContain(literals, l => l.Text.Any(char.IsLetter) && l.Text != "<!DOCTYPE html>");
    }

    [Theory, MemberData(nameof(Files))]
    public void Every_text_a_page_names_is_in_the_catalogue(string file)
    {
        foreach (Match match in Key().Matches(File.ReadAllText(Path.Combine(Source, file))))
            Assert.True(Texts.Default.Has(match.Groups[1].Value), match.Groups[1].Value);
    }

    [Theory, MemberData(nameof(Files))]
    public void No_page_holds_inline_style_or_script(string file) =>
        Assert.DoesNotMatch("""\s(style|on[a-z]+)=|<style|<script(?![^>]*\bsrc=)""",
            File.ReadAllText(Path.Combine(Source, file)));

    [Fact]
    public void The_style_sheet_knows_start_and_end_but_neither_left_nor_right()
    {
        var css = File.ReadAllText(Path.Combine(Source, "wwwroot", "rahdari.css"));
        var physical = Physical().Matches(css).Select(m => m.Value).ToList();
        Assert.Empty(physical);
    }

    [GeneratedRegex(@"\bT\[""([a-z0-9.-]+)""")]
    private static partial Regex Key();

    [GeneratedRegex(@"(?<![\w-])(left|right|(margin|padding|border)-(left|right|top|bottom)|float"
        + @"|(?:min-|max-)?(?:width|height)(?=\s*:))(?![\w-])(?![^(]*\))")]
    private static partial Regex Physical();
}
