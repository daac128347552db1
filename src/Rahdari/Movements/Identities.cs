using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Rahdari.Devices;

namespace Rahdari.Movements;

/// <summary>
/// Movement reference number: year, country, 12 characters, procedure letter, check digit (18 in all).
/// </summary>
public readonly record struct Mrn(string Value) : IParsable<Mrn>
{
    public override string ToString() => Value;

    public static Mrn Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var mrn) ? mrn : throw new FormatException($"'{s}' is no MRN");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Mrn result)
    {
        var ok = HasMrnForm(s) && CheckDigit.Of(s.AsSpan(0, 17)) == s![17] - '0';
        result = ok ? new(s!) : default;
        return ok;
    }

    /// <summary>Whether its letters are those of an administration (the first two of its id).</summary>
    public bool IsOf(Parties.AdministrationId administration) =>
        administration.Value is { Length: >= 2 } id && Value is { Length: 18 }
        && char.ToUpperInvariant(id[0]) == Value[2] && char.ToUpperInvariant(id[1]) == Value[3];

    /// <summary>True where only the check digit may be wrong, so that a refusal can say which it is.</summary>
    public static bool HasMrnForm([NotNullWhen(true)] string? s) => s is { Length: 18 }
        && char.IsAsciiDigit(s[0]) && char.IsAsciiDigit(s[1])
        && char.IsAsciiLetterUpper(s[2]) && char.IsAsciiLetterUpper(s[3])
        && s.AsSpan(4, 12).IndexOfAnyExcept(UpperAndDigits) < 0
        && s[16] is >= 'J' and <= 'M' && char.IsAsciiDigit(s[17]);

    static readonly System.Buffers.SearchValues<char> UpperAndDigits =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

/// <summary>One unit of a declaration, written <c>MRN/n</c>; n counts from 1 and is never reused.</summary>
public readonly record struct UnitId(Mrn Mrn, int Number) : IParsable<UnitId>
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mrn}/{Number}");

    public static UnitId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is no unit");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out UnitId result)
    {
        result = default;
        if (s is not { Length: > 19 and <= 23 } || s[18] != '/' || s[19] == '0') return false;
        if (!Mrn.TryParse(s[..18], provider, out var mrn)) return false;
        if (!int.TryParse(s.AsSpan(19), NumberStyles.None, CultureInfo.InvariantCulture, out var n)) return false;
        result = new(mrn, n);
        return true;
    }
}

/// <summary>A seal's printed number: 4 to 20 characters, upper-case letters, digits and hyphens.</summary>
public readonly record struct SealNumber(string Value) : IParsable<SealNumber>
{
    public override string ToString() => Value;

    public static SealNumber Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is no seal number");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SealNumber result)
    {
        var ok = s is { Length: >= 4 and <= 20 }
            && s.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '-');
        result = ok ? new(s!) : default;
        return ok;
    }
}

/// <summary>A container number with its ISO 6346 check digit.</summary>
public readonly record struct ContainerNumber(string Value) : IParsable<ContainerNumber>
{
    public override string ToString() => Value;

    public static ContainerNumber Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is no container number");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ContainerNumber result)
    {
        var ok = HasContainerForm(s) && CheckDigit.Of(s.AsSpan(0, 10)) == s[10] - '0';
        result = ok ? new(s!) : default;
        return ok;
    }

    /// <summary>True where only the check digit may be wrong.</summary>
    public static bool HasContainerForm([NotNullWhen(true)] string? s) => s is { Length: 11 }
        && s.AsSpan(0, 4).IndexOfAnyExceptInRange('A', 'Z') < 0 && s[3] is 'U' or 'J' or 'Z'
        && s.AsSpan(4).IndexOfAnyExceptInRange('0', '9') < 0;
}

/// <summary>A tracking device, written <c>protocol:id</c> as the protocol gives its id.</summary>
public readonly record struct DeviceId(string Protocol, string Serial) : IParsable<DeviceId>
{
    public override string ToString() => $"{Protocol}:{Serial}";

    public static DeviceId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is no device");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DeviceId result)
    {
        result = default;
        var colon = s?.IndexOf(':') ?? -1;
        if (colon is < 2 or > 16 || s!.Length - colon - 1 is < 1 or > WrittenId.MaxLength) return false;
        var (protocol, serial) = (s[..colon], s[(colon + 1)..]);
        if (!protocol.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))) return false;
        if (!IsSerial(serial)) return false;
        result = new(protocol, serial);
        return true;
    }

    /// <summary>Whether an id that a protocol gives has the form of one here.</summary>
    public static bool IsSerial(ReadOnlySpan<char> serial) => WrittenId.IsOne(serial);
}

/// <summary>A mass in grams.</summary>
public readonly record struct Grams(long Value);
