using System.Buffers;
using System.Globalization;

namespace Rahdari.Web.Live;

/// <summary>
/// An event's id on the live stream: the run of the process that told it, and its number there from 1.
/// Written <c>RUN-NUMBER</c>: 16 lower-case hexadecimal digits and a plain decimal.
/// </summary>
readonly record struct LiveId(string Run, long Number)
{
    public const int RunLength = 16;

    static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Run}-{Number}");

    /// <summary>Null where the text is not exactly what <see cref="ToString"/> writes.</summary>
    public static LiveId? Parse(string text) =>
        text.Length > RunLength + 1 && text[RunLength] == '-' && !text.AsSpan(0, RunLength).ContainsAnyExcept(Hex)
        && long.TryParse(
            text.AsSpan(RunLength + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && new LiveId(text[..RunLength], number) is var id && id.ToString() == text
            ? id
            : null;
}
