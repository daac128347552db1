using System.Text;
using System.Text.Json;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

/// <summary>Each trap is shown twice: what the runtime does, and what is done here instead.</summary>
public sealed class StrictTextTests
{
    [Theory]
    [InlineData("", new byte[0])]
    [InlineData("AA==", new byte[] { 0 })]
    [InlineData("AAE=", new byte[] { 0, 1 })]
    [InlineData("+/+/", new byte[] { 0xfb, 0xff, 0xbf })]
    public void Base64_in_its_one_spelling_is_read(string text, byte[] bytes)
    {
        Assert.True(StrictText.TryBase64(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("AB==")]
    [InlineData("AAF=")]
    [InlineData("A A= =")]
    [InlineData("AA==\n")]
    [InlineData(" AA==")]
    [InlineData("AA")]
    [InlineData("AA=")]
    [InlineData("AA===")]
    [InlineData("-_-_")]
    [InlineData("====")]
    [InlineData("AA==AA==")]
    public void Base64_in_any_other_spelling_is_refused(string text) => Assert.False(StrictText.TryBase64(text, out _));

    [Fact]
    public void The_runtime_accepts_loose_bits_and_blanks_in_base64()
    {
        Assert.Equal([0], Convert.FromBase64String("AB=="));
        Assert.Equal([0], Convert.FromBase64String("A A= ="));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_plain_decimal_is_read(string text, long value)
    {
        Assert.True(StrictText.TryDecimal(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 7")]
    [InlineData("7 ")]
    [InlineData("+7")]
    [InlineData("-7")]
    [InlineData("07")]
    [InlineData("00")]
    [InlineData("1_0")]
    [InlineData("0x1")]
    [InlineData("۷")]
    [InlineData("٧")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999")]
    public void Any_other_decimal_is_refused(string text) => Assert.False(StrictText.TryDecimal(text, out _));

    [Fact]
    public void The_runtime_accepts_signs_blanks_and_counts_other_digits_as_digits()
    {
        Assert.Equal(7ul, ulong.Parse(" 7", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(7ul, ulong.Parse("+7", System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(char.IsDigit('۷'));
    }

    [Fact]
    public void The_runtime_escapes_text_keeps_the_last_duplicate_and_replaces_bad_bytes()
    {
        Assert.Equal("\"\\u0627\"", JsonSerializer.Serialize("ا"));
        using (var twice = JsonDocument.Parse("""{"a":1,"a":2}"""))
            Assert.Equal(2, twice.RootElement.GetProperty("a").GetInt32());
        Assert.Equal("\ufffd", Encoding.UTF8.GetString([0xff]));
        Assert.NotEqual("1e+21", 1e21.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Throws<DecoderFallbackException>(() => StrictText.Utf8.GetString([0xff]));
    }
}
