using System.Buffers.Text;

namespace Rahdari.Devices;

/// <summary>Fields of a text frame, found once and read by place; nothing is copied.</summary>
readonly ref struct TextFields
{
    readonly ReadOnlySpan<byte> text;
    readonly ReadOnlySpan<Range> ranges;

    /// <param name="separator">The byte between fields.</param>
    /// <param name="places">Where the fields' places are kept; its length limits their count, the last one then
    /// holds the rest of the text.</param>
    public TextFields(ReadOnlySpan<byte> text, byte separator, Span<Range> places)
    {
        this.text = text;
        var (count, start) = (0, 0);
        while (count < places.Length)
        {
            var end = count == places.Length - 1 ? -1 : text[start..].IndexOf(separator);
            places[count++] = end < 0 ? start..text.Length : start..(start + end);
            if (end < 0) break;
            start += end + 1;
        }
        ranges = places[..count];
    }

    public int Count => ranges.Length;

    /// <summary>The field at a place; empty where there is none.</summary>
    public ReadOnlySpan<byte> this[int place] => place < ranges.Length ? text[ranges[place]] : [];

    /// <summary>Where the field starts in the text.</summary>
    public int OffsetOf(int place) => place < ranges.Length ? ranges[place].Start.Value : text.Length;

    /// <summary>A whole number without sign; null where the field is none.</summary>
    public int? Number(int place) =>
        Utf8Parser.TryParse(this[place], out uint value, out var read) && read == this[place].Length
            && value <= int.MaxValue
            ? (int)value
            : null;

    /// <summary>A decimal number without sign as a whole count of its 10^-<paramref name="decimals"/> parts, rounded
    /// down; null where the field is none or has more than nine digits before the point.</summary>
    public long? Fixed(int place, int decimals)
    {
        var field = this[place];
        var point = field.IndexOf((byte)'.');
        var whole = point < 0 ? field : field[..point];
        var fraction = point < 0 ? [] : field[(point + 1)..];
        if (whole.Length is 0 or > 9) return null;
        long value = 0;
        foreach (var c in whole)
        {
            if (!char.IsAsciiDigit((char)c)) return null;
            value = value * 10 + c - '0';
        }
        foreach (var c in fraction)
            if (!char.IsAsciiDigit((char)c)) return null;
        for (var i = 0; i < decimals; i++) value = value * 10 + (i < fraction.Length ? fraction[i] - '0' : 0);
        return value;
    }
}
