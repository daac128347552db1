using System.Diagnostics.CodeAnalysis;

namespace Rahdari.Parties;

/// <summary>One customs authority, for example <c>pk</c>: two to eight lower-case letters.</summary>
public readonly record struct AdministrationId(string Value) : IParsable<AdministrationId>
{
    public override string ToString() => Value;

    public static AdministrationId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is no administration");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AdministrationId result)
    {
        var ok = s is { Length: >= 2 and <= 8 } && s.All(char.IsAsciiLetterLower);
        result = ok ? new(s!) : default;
        return ok;
    }
}

/// <summary>One customs office, written <c>pk:TORKHAM</c>.</summary>
public readonly record struct OfficeId(AdministrationId Administration, string Code) : IParsable<OfficeId>
{
    public override string ToString() => $"{Administration}:{Code}";

    public static OfficeId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is no office");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OfficeId result)
    {
        result = default;
        var colon = s?.IndexOf(':') ?? -1;
        if (colon < 0 || !AdministrationId.TryParse(s![..colon], provider, out var administration)) return false;
        var code = s[(colon + 1)..];
        if (code.Length is < 2 or > 24 || !code.All(c =>
            char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '-'))
            return false;
        result = new(administration, code);
        return true;
    }
}

/// <summary>
/// An officer as the log names one: opaque, never a name. The person behind it is known to the own node only.
/// </summary>
public readonly record struct OfficerId(string Value) : IParsable<OfficerId>
{
    /// <summary>The node itself, for what no person does (judging, timers, sequencing).</summary>
    public static readonly OfficerId Node = new("node");

    public override string ToString() => Value;

    public static OfficerId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is no officer id");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OfficerId result)
    {
        var ok = s is { Length: >= 1 and <= 40 } && s.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        result = ok ? new(s!) : default;
        return ok;
    }
}

/// <summary>
/// A firm that deals with this node: a declarant, a carrier, an insurer, a vendor of devices. Opaque like an officer's
/// id; what the firm is called stays with whoever keeps the users.
/// </summary>
public readonly record struct PartyId(string Value) : IParsable<PartyId>
{
    public override string ToString() => Value;

    public static PartyId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is no party");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PartyId result)
    {
        var ok = OfficerId.TryParse(s, provider, out var same);
        result = ok ? new(same.Value) : default;
        return ok;
    }
}

/// <summary>What a signed-in person or key may be. Which routes each may use is in the access table.</summary>
public enum Role { Administrator, Declarant, Officer, ControlRoom, Auditor, Insurer, Peer, Vendor }

/// <summary>Who does something: the person (opaque), the office they act for and in which role.</summary>
public sealed record Actor(OfficerId Id, OfficeId Office, Role Role)
{
    /// <summary>The firm the person or key works for; null where it stands for itself.</summary>
    public PartyId? Party { get; init; }

    /// <summary>Whose movements are its own: the firm's, or what it declared itself.</summary>
    public PartyId Belongs => Party ?? new(Id.Value);
}
