using System.Text;

namespace Rahdari.Ledger;

/// <summary>What became of a note's signature lines when they were held against known keys.</summary>
/// <param name="Verified">Lines of known keys that stand.</param>
/// <param name="Failed">Lines of known keys that do not: the note is to be rejected.</param>
/// <param name="Unknown">Lines of other keys; nothing is known about them.</param>
public sealed record NoteOpening(
    IReadOnlyList<(NoteKey Key, NoteSignature Signature)> Verified, IReadOnlyList<NoteSignature> Failed,
    IReadOnlyList<NoteSignature> Unknown)
{
    /// <summary>The rule of C2SP signed-note: some known key verifies and none fails.</summary>
    public bool Accepted => Verified.Count > 0 && Failed.Count == 0;
}

/// <summary>Text and the signatures under it (C2SP signed-note). The text ends in a newline.</summary>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>The size golang.org/x/mod accepts; a checkpoint has a few hundred bytes.</summary>
    public const int MaxBytes = 1_000_000;

    /// <summary>C2SP demands 16; golang.org/x/mod accepts 100.</summary>
    public const int MaxSignatures = 100;

    /// <exception cref="LedgerFormatException">Code <c>note-malformed</c>.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes) throw Bad($"it is longer than {MaxBytes} bytes");
        var note = Decode(bytes);
        if (note.Any(c => c < ' ' && c != '\n')) throw Bad("it holds a control character");
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0) throw Bad("no empty line parts text and signatures");
        if (!note.EndsWith('\n')) throw Bad("the last line does not end");
        var lines = note[(end + 2)..].Split('\n')[..^1];
        if (lines.Length is 0 or > MaxSignatures) throw Bad($"it has {lines.Length} signatures");
        return new(note[..(end + 1)], [.. lines.Select(NoteSignature.Parse)]);
    }

    public byte[] ToBytes() => StrictText.Utf8.GetBytes(ToString());

    public override string ToString()
    {
        var note = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures) note.Append(signature).Append('\n');
        return note.ToString();
    }

    /// <summary>Holds every signature line against the keys.</summary>
    public NoteOpening Open(IReadOnlyCollection<NoteKey> keys)
    {
        var verified = new List<(NoteKey, NoteSignature)>();
        var failed = new List<NoteSignature>();
        var unknown = new List<NoteSignature>();
        foreach (var signature in Signatures)
        {
            var named = keys.Where(signature.IsBy).ToArray();
            if (named.Length == 0) unknown.Add(signature);
            else if (Array.Find(named, k => k.Verify(Text, signature.Payload.Span)) is { } key)
                verified.Add((key, signature));
            else failed.Add(signature);
        }
        return new(verified, failed, unknown);
    }

    static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictText.Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new LedgerFormatException("note-malformed", "note: it is not valid UTF-8", e);
        }
    }

    static LedgerFormatException Bad(string what) => new("note-malformed", $"note: {what}");
}
