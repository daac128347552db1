using System.Text;

namespace Rahdari.Ledger;

/// <summary>
/// That an entry is logged, in one text that needs no network (C2SP tlog-proof): its index, the inclusion proof and a
/// checkpoint with its signatures. Nothing in it is verified by reading it.
/// </summary>
/// <param name="Extra">Opaque bytes beside the proof, not covered by it; empty where there are none.</param>
/// <param name="Checkpoint">The signed note, verbatim.</param>
public sealed record TlogProof(long Index, IReadOnlyList<Hash> Hashes, ReadOnlyMemory<byte> Extra, string Checkpoint)
{
    public const string Header = "c2sp.org/tlog-proof@v1";

    /// <exception cref="LedgerFormatException">Code <c>proof-malformed</c>, with the line at fault.</exception>
    public static TlogProof Parse(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0) throw Bad("no empty line parts proof and checkpoint");
        var lines = text[..end].Split('\n');
        if (lines[0] != Header) throw Bad($"line 1 is not {Header}");
        var next = 1;
        byte[] extra = [];
        if (next < lines.Length && lines[next].StartsWith("extra ", StringComparison.Ordinal)
            && !StrictText.TryBase64(lines[next++].AsSpan("extra ".Length), out extra))
            throw Bad("line 2, the extra data, is not strict base64");
        if (next == lines.Length || !lines[next].StartsWith("index ", StringComparison.Ordinal)
            || !StrictText.TryDecimal(lines[next].AsSpan("index ".Length), out var index))
            throw Bad($"line {next + 1} is not an index");
        var hashes = new List<Hash>();
        foreach (var line in lines.Skip(next + 1))
        {
            if (hashes.Count == MerkleProof.MaxHashes) throw Bad($"it has more than {MerkleProof.MaxHashes} hashes");
            if (!StrictText.TryHash(line, out var hash)) throw Bad($"'{line}' is no hash in strict base64");
            hashes.Add(hash);
        }
        return new(index, hashes, extra, text[(end + 2)..]);
    }

    public override string ToString()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (!Extra.IsEmpty) text.Append("extra ").Append(Convert.ToBase64String(Extra.Span)).Append('\n');
        text.Append("index ").Append(Index).Append('\n');
        foreach (var hash in Hashes) text.Append(hash.ToBase64()).Append('\n');
        return text.Append('\n').Append(Checkpoint).ToString();
    }

    static LedgerFormatException Bad(string what) => new("proof-malformed", $"proof: {what}");
}
