using System.Buffers.Binary;

namespace Rahdari.Ledger;

/// <summary>
/// One signature line of a note. The payload is what the algorithm made; its form depends on the key.
/// </summary>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Em dash and a blank begin each line.</summary>
    internal const string Mark = "\u2014 ";

    /// <summary>The time of a cosignature in Unix seconds; null for a payload of another form.</summary>
    public long? CosignedAt => Cosignature.TryRead(Payload.Span, out var time, out _) ? time : null;

    public bool IsBy(NoteKey key) => key.Id == KeyId && key.Name == Name;

    /// <summary>The line without its newline.</summary>
    public override string ToString()
    {
        var bytes = new byte[sizeof(uint) + Payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Payload.Span.CopyTo(bytes.AsSpan(sizeof(uint)));
        return $"{Mark}{Name} {Convert.ToBase64String(bytes)}";
    }

    /// <param name="line">Without its newline.</param>
    /// <exception cref="LedgerFormatException">Code <c>note-malformed</c>.</exception>
    public static NoteSignature Parse(string line)
    {
        if (!line.StartsWith(Mark, StringComparison.Ordinal)) throw Bad("a signature line does not begin with a dash");
        var parts = line[Mark.Length..].Split(' ');
        if (parts.Length != 2 || !NoteKey.IsName(parts[0])) throw Bad("a signature line is not a name and a signature");
        if (!StrictText.TryBase64(parts[1], out var bytes))
            throw Bad($"the signature of {parts[0]} is not strict base64");
        if (bytes.Length <= sizeof(uint)) throw Bad($"the signature of {parts[0]} is too short");
        return new(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)));
    }

    static LedgerFormatException Bad(string what) => new("note-malformed", what);
}
