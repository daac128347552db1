using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Rahdari.Ledger;

/// <summary>Which numbers a canonical document may hold.</summary>
public enum CanonicalNumbers
{
    /// <summary>Whole numbers within +-(2^53 - 1), spelled without exponent, point or minus zero: what Rahdari signs.
    /// </summary>
    WholeOnly,

    /// <summary>Any IEEE 754 double, in the spelling of RFC 8785, section 3.2.2.3: for documents of others.</summary>
    Any,
}

/// <summary>
/// JSON Canonicalization Scheme, RFC 8785: one document, one byte sequence. Text is taken as it is; normalising it
/// (NFC) is the business of whoever accepts it.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Deepest nesting read or written; the events of this project use fewer than ten levels.</summary>
    public const int MaxDepth = 64;

    static readonly UTF8Encoding Utf8Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The canonical bytes of a document.</summary>
    /// <exception cref="LedgerFormatException">A number that is not allowed, text that is no Unicode, or nesting beyond
    /// <see cref="MaxDepth"/>.</exception>
    public static byte[] Write(JsonNode? node, CanonicalNumbers numbers = CanonicalNumbers.WholeOnly)
    {
        var output = new ArrayBufferWriter<byte>(512);
        WriteValue(output, node, numbers, depth: 0);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The canonical bytes of a document given in any spelling.</summary>
    /// <exception cref="LedgerFormatException">As <see cref="Parse"/> and <see cref="Write"/>.</exception>
    public static byte[] Canonicalise(ReadOnlySpan<byte> utf8, CanonicalNumbers numbers = CanonicalNumbers.WholeOnly) =>
        Write(Parse(utf8), numbers);

    /// <summary>True where the bytes are already the canonical spelling of a document.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> utf8, CanonicalNumbers numbers = CanonicalNumbers.WholeOnly)
    {
        try
        {
            return utf8.SequenceEqual(Canonicalise(utf8, numbers));
        }
        catch (LedgerFormatException)
        {
            return false;
        }
    }

    /// <summary>
    /// Reads one RFC 8259 document strictly: valid UTF-8 without a mark in front, no property twice, no comment,
    /// nothing after the document.
    /// </summary>
    /// <exception cref="LedgerFormatException">Codes <c>json-not-utf8</c>, <c>json-malformed</c>.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8)) throw new LedgerFormatException("json-not-utf8", "the document is not valid UTF-8");
        var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth };
        try
        {
            return JsonNode.Parse(utf8, null, options);
        }
        catch (JsonException e)
        {
            throw new LedgerFormatException("json-malformed", e.Message, e);
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair written as an escape inside a property's name.
            throw new LedgerFormatException("json-not-unicode", "a property's name is no Unicode text", e);
        }
    }

    static void WriteValue(ArrayBufferWriter<byte> output, JsonNode? node, CanonicalNumbers numbers, int depth)
    {
        if (depth > MaxDepth) throw new LedgerFormatException("json-too-deep", $"nesting is deeper than {MaxDepth}");
        switch (node)
        {
            case null:
                output.Write("null"u8);
                return;
            case JsonObject container:
                WriteObject(output, container, numbers, depth);
                return;
            case JsonArray list:
                WriteArray(output, list, numbers, depth);
                return;
            default:
                WriteScalar(output, node, numbers);
                return;
        }
    }

    static void WriteObject(ArrayBufferWriter<byte> output, JsonObject container, CanonicalNumbers numbers, int depth)
    {
        // RFC 8785, section 3.2.3: names are compared as sequences of UTF-16 code units.
        var properties = container.ToArray();
        Array.Sort(properties, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        output.Write("{"u8);
        for (var i = 0; i < properties.Length; i++)
        {
            if (i > 0) output.Write(","u8);
            WriteText(output, properties[i].Key);
            output.Write(":"u8);
            WriteValue(output, properties[i].Value, numbers, depth + 1);
        }
        output.Write("}"u8);
    }

    static void WriteArray(ArrayBufferWriter<byte> output, JsonArray list, CanonicalNumbers numbers, int depth)
    {
        output.Write("["u8);
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            WriteValue(output, list[i], numbers, depth + 1);
        }
        output.Write("]"u8);
    }

    static void WriteScalar(ArrayBufferWriter<byte> output, JsonNode node, CanonicalNumbers numbers)
    {
        switch (node.GetValueKind())
        {
            case JsonValueKind.True:
                output.Write("true"u8);
                return;
            case JsonValueKind.False:
                output.Write("false"u8);
                return;
            case JsonValueKind.Number:
                output.Write(Encoding.ASCII.GetBytes(CanonicalNumber.Respell(node.ToJsonString(), numbers)));
                return;
            case JsonValueKind.String:
                WriteText(output, TextOf(node));
                return;
            default:
                throw new LedgerFormatException("json-malformed", $"a value of kind {node.GetValueKind()} is no JSON");
        }
    }

    static string TextOf(JsonNode node)
    {
        try
        {
            return node.GetValue<string>();
        }
        catch (InvalidOperationException e)
        {
            throw new LedgerFormatException("json-not-unicode", "a value is no Unicode text", e);
        }
    }

    /// <summary>RFC 8785, section 3.2.2.2: only what must be escaped is, and in its shortest form.</summary>
    static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        var clean = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] >= 0x20 && text[i] is not ('"' or '\\')) continue;
            WriteClean(output, text.AsSpan(clean, i - clean));
            WriteEscape(output, text[i]);
            clean = i + 1;
        }
        WriteClean(output, text.AsSpan(clean));
        output.Write("\""u8);
    }

    static void WriteClean(ArrayBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        try
        {
            Utf8Strict.GetBytes(text, output);
        }
        catch (EncoderFallbackException e)
        {
            throw new LedgerFormatException("json-not-unicode", "half of a surrogate pair stands alone", e);
        }
    }

    static void WriteEscape(ArrayBufferWriter<byte> output, char c)
    {
        var escape = c switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\b' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\f' => "\\f",
            '\r' => "\\r",
            _ => $"\\u{(int)c:x4}",
        };
        output.Write(Encoding.ASCII.GetBytes(escape));
    }
}
