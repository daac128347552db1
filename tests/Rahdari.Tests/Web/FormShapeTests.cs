using Rahdari.Web;

namespace Rahdari.Tests.Web;

public sealed class FormShapeTests
{
    static readonly FormPlace Karachi = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Karachi"), "PKR");

    static readonly FormShape Shape = new(
        new("reason", FieldKind.Text), new("seal", FieldKind.Code), new("massGrams", FieldKind.Kilograms),
        new("until", FieldKind.Time, Required: false), new("count", FieldKind.Whole),
        new("units[].container", FieldKind.Container), new("units[].kind", FieldKind.Choice),
        new("goods[].value", FieldKind.Amount));

    [Fact]
    public void Rows_of_a_form_become_lists_of_the_body() => Assert.Equal(
        """{"units":[{"container":"MSKU1234565","kind":"container"},{"container":"CSQU3054383"}],"""
            + "\"goods\":[{\"value\":{\"minor\":125050,\"currency\":\"PKR\"}}]}",
        Body(
            ("units[0].container", "msku 123456-5"), ("units[0].kind", "container"), ("units[1].container",
                "CSQU3054383"),
            ("goods[0].value", "1,250.50")));

    [Fact]
    public void A_row_left_empty_between_others_stays_for_the_API_to_name() => Assert.Equal(
        """{"units":[{},{"kind":"wagon"}]}""", Body(("units[0].kind", ""), ("units[1].kind", "wagon")));

    [Theory]
    [InlineData("24000", "24000000")]
    [InlineData("24,000.125", "24000125")]
    [InlineData("0.5", "500")]
    [InlineData("-3", "-3000")]
    [InlineData("1.2345", "\"1.2345\"")]
    [InlineData("heavy", "\"heavy\"")]
    [InlineData("99999999999999999999", "\"99999999999999999999\"")]
    [InlineData("79228162514264337593543950335", "\"79228162514264337593543950335\"")]
    public void Kilograms_become_grams_and_what_is_no_mass_stays_as_typed(string typed, string json) =>
        Assert.Equal($$"""{"massGrams":{{json}}}""", Body(("massGrams", typed)));

    [Theory]
    [InlineData("2026-01-05T03:30", "\"2026-01-04T22:30:00Z\"")]
    [InlineData("2026-01-05 03:30", "\"2026-01-04T22:30:00Z\"")]
    [InlineData("tomorrow", "\"tomorrow\"")]
    [InlineData("0001-01-01T00:00", "\"0001-01-01T00:00\"")]
    public void A_time_is_the_office_s_own(string typed, string json) =>
        Assert.Equal($$"""{"until":{{json}}}""", Body(("until", typed)));

    [Fact]
    public void Fields_the_form_does_not_have_never_reach_the_API() =>
        Assert.Equal("""{"seal":"PK-0001"}""", Body(("seal", "pk-00 01"), ("_key", "x"), ("administration", "af"),
            ("units[0].x", "y")));

    [Fact]
    public void Nothing_typed_is_an_empty_body() => Assert.Equal("{}", Body(("reason", ""), ("massGrams", "")));

    [Theory]
    [InlineData("units[99999].kind")]
    [InlineData("units[-1].kind")]
    [InlineData("units[].kind")]
    [InlineData("units[١].kind")]
    [InlineData("units[1]kind")]
    public void A_row_that_is_no_row_is_left_out(string name) => Assert.DoesNotContain("wagon", Body((name, "wagon")));

    static string Body(params (string Name, string Value)[] typed) =>
        Shape.ToBody(typed.ToDictionary(t => t.Name, t => t.Value), Karachi).ToJsonString(
            new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
