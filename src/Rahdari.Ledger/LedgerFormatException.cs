namespace Rahdari.Ledger;

/// <summary>Bytes that are not what they claim to be. The code is stable; the message names the line or byte.</summary>
public sealed class LedgerFormatException(string code, string message, Exception? inner = null)
    : FormatException(message, inner)
{
    /// <summary>Kebab case, for example <c>note-malformed</c>.</summary>
    public string Code => code;
}
