using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class CanonicalJsonTests
{
    [VectorsFact]
    public void Published_documents_become_their_published_bytes()
    {
        var rows = Vectors.Read("jcs_documents.jsonl");
        Assert.Equal(3, rows.Count);
        foreach (var row in rows)
        {
            var bytes = CanonicalJson.Canonicalise(row.Base64("inputB64"), CanonicalNumbers.Any);
            Assert.Equal(row.Base64("wantB64"), bytes);
            Assert.True(CanonicalJson.IsCanonical(bytes, CanonicalNumbers.Any));
        }
    }

    [VectorsFact]
    public void Published_numbers_are_spelled_as_ECMAScript_spells_them()
    {
        var rows = File.ReadAllLines(Checkout.VectorFile("ledger/jcs_numbers.csv"));
        Assert.Equal(1000, rows.Length);
        foreach (var row in rows)
        {
            var comma = row.IndexOf(',');
            var bits = long.Parse(row[..comma], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.Equal(row[(comma + 1)..], CanonicalNumber.Format(BitConverter.Int64BitsToDouble(bits)));
        }
    }

    [Theory]
    [InlineData("1e21", "1e+21")]
    [InlineData("123456789012345680000", "123456789012345680000")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("-0", "0")]
    [InlineData("-1.50", "-1.5")]
    [InlineData("100", "100")]
    [InlineData("5e-324", "5e-324")]
    public void A_number_of_others_has_one_spelling(string given, string canonical) =>
        Assert.Equal(canonical, Text(CanonicalJson.Canonicalise(Utf8(given), CanonicalNumbers.Any)));

    [Theory]
    [InlineData("0")]
    [InlineData("-7")]
    [InlineData("9007199254740991")]
    [InlineData("-9007199254740991")]
    public void A_whole_number_keeps_its_spelling(string number) =>
        Assert.Equal(number, Text(CanonicalJson.Canonicalise(Utf8(number))));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("-0")]
    [InlineData("0.5")]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("123456789012345678901234567890")]
    public void A_signed_document_holds_no_other_number(string number)
    {
        var error = Assert.Throws<LedgerFormatException>(() => CanonicalJson.Canonicalise(Utf8($"[{number}]")));
        Assert.Equal("json-number", error.Code);
    }

    [Fact]
    public void A_double_in_a_document_to_be_signed_is_refused()
    {
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Write(new JsonObject { ["mass"] = 1.5 }));
        Assert.Equal("""{"a":2,"b":3,"mass":1}""",
            Text(CanonicalJson.Write(new JsonObject { ["mass"] = 1, ["b"] = 3L, ["a"] = (short)2 })));
    }

    [Fact]
    public void Text_beyond_ASCII_stands_as_it_is_and_names_sort_by_UTF_16()
    {
        // U+FB33 sorts after U+1F602 in UTF-16, before it in UTF-8.
        var node = new JsonObject { ["\uFB33"] = 1, ["\U0001F602"] = 2, ["راہداری"] = "طورخم <&>/" };
        Assert.Equal("{\"راہداری\":\"طورخم <&>/\",\"\U0001F602\":2,\"\uFB33\":1}", Text(CanonicalJson.Write(node)));
    }

    [Fact]
    public void Control_characters_are_escaped_in_their_shortest_form() =>
        Assert.Equal("""["\b\t\n\f\r\"\\\u0000\u001f/"]""",
            Text(CanonicalJson.Write(new JsonArray("\b\t\n\f\r\"\\\0\u001f/"))));

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"x":{"a":1,"a":1}}""")]
    [InlineData("""["\ud800"]""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""["\udc00\ud800"]""")]
    [InlineData("[1,]")]
    [InlineData("[1] []")]
    [InlineData("// x\n1")]
    [InlineData("[01]")]
    [InlineData("[+1]")]
    [InlineData("[۷]")]
    [InlineData("[NaN]")]
    [InlineData("")]
    [InlineData("\uFEFF{}")]
    [InlineData("{'a':1}")]
    public void What_is_no_strict_JSON_is_refused(string document) =>
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Canonicalise(Utf8(document), CanonicalNumbers.Any));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused()
    {
        byte[][] documents = [[.. "[\""u8, 0xC0, 0xAF, .. "\"]"u8], [.. "[\""u8, 0xED, 0xA0, 0x80, .. "\"]"u8], [0xFF]];
        foreach (var document in documents)
        {
            var error = Assert.Throws<LedgerFormatException>(() => CanonicalJson.Parse(document));
            Assert.Equal("json-not-utf8", error.Code);
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_in_memory_is_refused()
    {
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Write(new JsonArray("\ud800")));
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Write(new JsonObject { ["\udc00"] = 1 }));
    }

    [Fact]
    public void Nesting_has_a_limit()
    {
        var deep = new string('[', CanonicalJson.MaxDepth + 1) + new string(']', CanonicalJson.MaxDepth + 1);
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Canonicalise(Utf8(deep)));
        Assert.Equal(deep[1..^1], Text(CanonicalJson.Canonicalise(Utf8(deep[1..^1]))));
    }

    [Fact]
    public void A_document_cut_at_any_byte_is_refused()
    {
        var whole = CanonicalJson.Write(new JsonObject { ["a"] = new JsonArray(1, "x", true), ["ب"] = null });
        Assert.True(CanonicalJson.IsCanonical(whole));
        for (var length = 0; length < whole.Length; length++)
            Assert.False(CanonicalJson.IsCanonical(whole.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("""{ "a":1}""")]
    [InlineData("""{"b":1,"a":2}""")]
    [InlineData("""["\u0061"]""")]
    [InlineData("""["\/"]""")]
    public void Another_spelling_is_not_canonical(string document) =>
        Assert.False(CanonicalJson.IsCanonical(Utf8(document)));

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}
