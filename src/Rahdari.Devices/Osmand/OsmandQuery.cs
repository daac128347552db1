namespace Rahdari.Devices.Osmand;

/// <summary>Reads <c>name=value&amp;...</c>, as a query or as the body of a form.</summary>
static class OsmandQuery
{
    /// <summary>Bytes of one value that are looked at; none that is known is longer.</summary>
    const int MaxValue = 128;

    const int MetresPerHourOfAKnot = 1852;

    /// <param name="id">Set where the query names the device; not touched otherwise.</param>
    public static void Read(ReadOnlySpan<byte> query, ref OsmandFix fix, Span<byte> id, ref int idLength)
    {
        Span<byte> decoded = stackalloc byte[MaxValue];
        while (!query.IsEmpty)
        {
            var end = query.IndexOf((byte)'&');
            var pair = end < 0 ? query : query[..end];
            query = end < 0 ? [] : query[(end + 1)..];
            var equals = pair.IndexOf((byte)'=');
            if (equals <= 0) continue;
            var length = Decode(pair[(equals + 1)..], decoded);
            Set(pair[..equals], length < 0 ? [] : decoded[..length], ref fix, id, ref idLength);
        }
    }

    static void Set(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref OsmandFix fix, Span<byte> id, ref int idLength)
    {
        if (name.SequenceEqual("id"u8) || name.SequenceEqual("deviceid"u8) || name.SequenceEqual("device_id"u8))
            idLength = value.Length <= id.Length && value.TryCopyTo(id) ? value.Length : id.Length;
        else if (name.SequenceEqual("lat"u8)) fix.Latitude(value);
        else if (name.SequenceEqual("lon"u8)) fix.Longitude(value);
        else if (name.SequenceEqual("location"u8))
        {
            var comma = value.IndexOf((byte)',');
            fix.Latitude(comma < 0 ? [] : value[..comma], "location");
            fix.Longitude(value[(comma + 1)..], "location");
        }
        else if (name.SequenceEqual("timestamp"u8)) fix.Time(value);
        else if (name.SequenceEqual("speed"u8)) fix.Speed(value, MetresPerHourOfAKnot);
        else if (name.SequenceEqual("bearing"u8)) fix.Course(value, "bearing");
        else if (name.SequenceEqual("heading"u8)) fix.Course(value, "heading");
        else if (name.SequenceEqual("altitude"u8)) fix.Altitude(value);
        else if (name.SequenceEqual("batt"u8)) fix.Battery(value, 100, "batt");
        else if (name.SequenceEqual("charge"u8)) fix.Charging(IsTrue(value));
        else if (name.SequenceEqual("valid"u8)) fix.Valid(IsTrue(value));
        else if (name.SequenceEqual("alarm"u8) && value.SequenceEqual("sos"u8)) fix.Panic();
    }

    static bool IsTrue(ReadOnlySpan<byte> value) => value.SequenceEqual("1"u8) || value.SequenceEqual("true"u8);

    /// <summary>Undoes the escapes of a query; answers how many bytes there are, -1 where they are too many or an
    /// escape is none.</summary>
    static int Decode(ReadOnlySpan<byte> text, Span<byte> decoded)
    {
        var written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (written == decoded.Length) return -1;
            var value = text[i];
            if (value == '+') value = (byte)' ';
            else if (value == '%')
            {
                if (i + 2 >= text.Length || !TryHex(text[i + 1], out var high) || !TryHex(text[i + 2], out var low))
                    return -1;
                value = (byte)(high << 4 | low);
                i += 2;
            }
            decoded[written++] = value;
        }
        return written;
    }

    static bool TryHex(byte digit, out int value)
    {
        value = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
        return char.IsAsciiHexDigit((char)digit);
    }
}
