namespace Rahdari.Ledger;

/// <summary>
/// The body of <c>add-checkpoint</c> (C2SP tlog-witness): the size the log believes the witness has, a proof from
/// there,
/// and the new checkpoint.
/// </summary>
public sealed record WitnessRequest(long OldSize, IReadOnlyList<Hash> Proof, SignedNote Note, Checkpoint Head)
{
    /// <summary>A checkpoint with 100 signatures and 63 proof lines is well below.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <exception cref="LedgerFormatException">Codes <c>witness-request-malformed</c>, <c>note-malformed</c>,
    /// <c>checkpoint-malformed</c>.</exception>
    public static WitnessRequest Parse(byte[] body)
    {
        if (body.Length > MaxBytes) throw Bad($"it is longer than {MaxBytes} bytes");
        var end = body.AsSpan().IndexOf("\n\n"u8);
        if (end < 0) throw Bad("no empty line parts proof and checkpoint");
        var lines = System.Text.Encoding.Latin1.GetString(body, 0, end).Split('\n');
        if (!lines[0].StartsWith("old ", StringComparison.Ordinal)
            || !StrictText.TryDecimal(lines[0].AsSpan("old ".Length), out var old))
            throw Bad("line 1 is not the old size");
        if (lines.Length - 1 > MerkleProof.MaxHashes) throw Bad(
            $"the proof has more than {MerkleProof.MaxHashes} lines");
        var proof = new List<Hash>(lines.Length - 1);
        for (var i = 1; i < lines.Length; i++)
            proof.Add(StrictText.TryHash(lines[i], out var hash) ? hash : throw Bad($"line {i + 1} is no hash"));
        var note = SignedNote.Parse(body.AsSpan(end + 2));
        return new(old, proof, note, Checkpoint.Parse(note.Text));
    }

    /// <summary>The body as it is sent.</summary>
    public byte[] ToBytes() => StrictText.Utf8.GetBytes(
        $"old {OldSize}\n{string.Concat(Proof.Select(h => h.ToBase64() + "\n"))}\n{Note}");

    static LedgerFormatException Bad(string what) => new("witness-request-malformed", $"add-checkpoint: {what}");
}
