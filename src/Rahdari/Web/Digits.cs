namespace Rahdari.Web;

/// <summary>Digits as people type them: Latin, Arabic-Indic (٠-٩) and its eastern form (۰-۹) mean the same.</summary>
static class Digits
{
    /// <summary>The text with every such digit in Latin, trimmed of white space and of direction marks.</summary>
    public static string ToLatin(string text) =>
        string.Concat(text.Where(c => !IsMark(c)).Select(ToLatin)).Trim();

    static char ToLatin(char c) => c switch
    {
        >= '\u0660' and <= '\u0669' => (char)(c - '\u0660' + '0'),
        >= '\u06F0' and <= '\u06F9' => (char)(c - '\u06F0' + '0'),
        _ => c,
    };

    /// <summary>Left-to-right and right-to-left marks, embeddings and isolates come along when text is
    /// copied.</summary>
    static bool IsMark(char c) =>
        c is '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
