using Rahdari.Corridors;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

public sealed class CatalogueTests
{
    static readonly Catalogues All = Catalogues.Load(
        CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow().Texts);

    public static TheoryData<string> Tags => [.. Catalogues.Languages.Select(l => l.Tag)];

    [Theory, MemberData(nameof(Tags))]
    public void Every_language_has_the_same_keys(string tag) =>
        Assert.Equal(All.Default.Texts.Keys.Order(), All.Find(tag)!.Texts.Keys.Order());

    [Theory, MemberData(nameof(Tags))]
    public void Every_language_names_the_same_arguments(string tag)
    {
        foreach (var (key, text) in All.Find(tag)!.Texts)
            Assert.True(
                text.Pattern.Arguments.SetEquals(All.Default.Texts[key].Pattern.Arguments), $"{tag}: {key}");
    }

    [Fact]
    public void A_missing_text_shows_its_key() => Assert.Equal("no.such", All.Default["no.such"]);

    [Theory]
    [InlineData("۲۶PK", "26PK")]
    [InlineData(" ٢٦٫ ", "26٫")]
    [InlineData("\u206826PKKHI\u2069", "26PKKHI")]
    public void Digits_of_any_script_are_accepted(string typed, string read) =>
        Assert.Equal(read, Digits.ToLatin(typed));
}
