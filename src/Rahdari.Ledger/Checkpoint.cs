namespace Rahdari.Ledger;

/// <summary>A log's head: which log, how many entries, which root (C2SP tlog-checkpoint). Its text is a note's text.
/// </summary>
/// <param name="Extension">Further lines, each ended by a newline; empty in our own logs.</param>
public sealed record Checkpoint(string Origin, long Size, Hash Root, string Extension = "")
{
    /// <exception cref="LedgerFormatException">Code <c>checkpoint-malformed</c>, with the line at fault.</exception>
    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[^1].Length > 0) throw Bad("it has not three complete lines");
        if (lines[0].Length == 0) throw Bad("line 1, the origin, is empty");
        if (!StrictText.TryDecimal(lines[1], out var size)) throw Bad("line 2, the size, is no plain decimal");
        if (!StrictText.TryHash(lines[2], out var root)) throw Bad("line 3, the root, is no hash in strict base64");
        var extension = lines[3..^1];
        if (extension.Contains("")) throw Bad("a line is empty");
        return new(lines[0], size, root, string.Concat(extension.Select(l => l + "\n")));
    }

    /// <summary>The note's text, ended by a newline.</summary>
    public override string ToString() => $"{Origin}\n{Size}\n{Root.ToBase64()}\n{Extension}";

    static LedgerFormatException Bad(string what) => new("checkpoint-malformed", $"checkpoint: {what}");
}
