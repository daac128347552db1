namespace Rahdari.Devices;

/// <summary>
/// The form of a device's id where a person writes it or a protocol sends it as text: 1 to 40 letters, digits and
/// dashes. A node knows no other, so a decoder refuses one in its protocol's own words.
/// </summary>
public static class WrittenId
{
    /// <summary>Longer than an IMEI, a MAC address or a UUID; short enough to be shown.</summary>
    public const int MaxLength = 40;

    /// <summary>What an error says of an id that is none.</summary>
    internal const string Form = "1 to 40 letters, digits and dashes";

    public static bool IsOne(ReadOnlySpan<char> id)
    {
        foreach (var c in id)
            if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
        return id.Length is > 0 and <= MaxLength;
    }

    /// <param name="id">ASCII.</param>
    public static bool IsOne(ReadOnlySpan<byte> id)
    {
        foreach (var c in id)
            if (!char.IsAsciiLetterOrDigit((char)c) && c != '-') return false;
        return id.Length is > 0 and <= MaxLength;
    }
}
