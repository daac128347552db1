using FsCheck;
using FsCheck.Fluent;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

public sealed class MessagePatternTests
{
    const string Units = "{n, plural, =0 {no unit} one {# unit} other {# units}} of {mrn}";
    const string State = "{state, select, open {open since {days, plural, one {# day} other {# days}}} other {shut}}";

    [Theory]
    [InlineData(0, "no unit of X")]
    [InlineData(1, "1 unit of X")]
    [InlineData(12, "12 units of X")]
    public void A_plural_takes_the_number_s_form(int n, string expected) =>
        Assert.Equal(expected, Say(Units, ("n", n), ("mrn", "X")));

    [Theory]
    [InlineData("open", 1, "open since 1 day")]
    [InlineData("open", 3, "open since 3 days")]
    [InlineData("else", 3, "shut")]
    public void A_choice_may_hold_a_plural(string state, int days, string expected) =>
        Assert.Equal(expected, Say(State, ("state", state), ("days", days)));

    [Fact]
    public void Arguments_are_isolated_on_pages() => Assert.Equal(
        "کھیپ \u206826PKKHI000000123M9\u2069",
        MessagePattern.Parse("کھیپ {mrn}").Format(Args(("mrn", "26PKKHI000000123M9")), isolate: true));

    [Fact]
    public void Numbers_are_written_in_Latin_digits() => Assert.Equal("1500", Say("{n}", ("n", 1500)));

    [Fact]
    public void A_missing_argument_stays_visible() => Assert.Equal("to {office}", Say("to {office}"));

    [Fact]
    public void All_arguments_are_named_whatever_the_case() =>
        Assert.Equal(["days", "state"], MessagePattern.Parse(State).Arguments);

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("}")]
    [InlineData("{n")]
    [InlineData("{n, plural}")]
    [InlineData("{n, plural, one {a}}")]
    [InlineData("{n, number, other {a}}")]
    [InlineData(
        "{a, select, other {{a, select, other {{a, select, other {{a, select, other {{a, select, other {x}}}}}}}}}}")]
    public void A_text_not_well_formed_says_where(string text) =>
        Assert.Contains("at character", Assert.Throws<FormatException>(() => MessagePattern.Parse(text)).Message);

    [Fact]
    public void Any_text_is_read_or_refused_and_never_breaks_otherwise() => Prop.ForAll<string>(text =>
    {
        try
        {
            MessagePattern.Parse(text ?? "").Format(Args(), isolate: true);
        }
        catch (FormatException)
        {
        }
    }).QuickCheckThrowOnFailure();

    static string Say(string text, params (string, object)[] args) =>
        MessagePattern.Parse(text).Format(Args(args), isolate: false);

    static Dictionary<string, object> Args(params (string Name, object Value)[] args) =>
        args.ToDictionary(a => a.Name, a => a.Value);
}
