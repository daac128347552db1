using System.Text;

namespace Rahdari.Ledger;

/// <summary>Verifies a proof file that brings its entry along as extra data, without network.</summary>
public static class ProofCheck
{
    const string File = "proof";

    public static LogReport Check(byte[] bytes, LogTrust trust)
    {
        try
        {
            var proof = TlogProof.Parse(StrictText.Utf8.GetString(bytes));
            var report = LogCheck.Head(StrictText.Utf8.GetBytes(proof.Checkpoint), trust);
            return report.Head is { } head && Fault(proof, head) is { } fault
                ? report with { Findings = [.. report.Findings, fault] }
                : report;
        }
        catch (Exception e) when (e is LedgerFormatException or DecoderFallbackException)
        {
            return new() { Findings = [new((e as LedgerFormatException)?.Code ?? "proof-malformed", File, e.Message)] };
        }
    }

    static LogFinding? Fault(TlogProof proof, Checkpoint head)
    {
        if (proof.Extra.IsEmpty)
            return new("proof-without-entry", File,
                "it names no entry: the extra data, which would hold it, is missing");
        var leaf = Hash.OfLeaf(proof.Extra.Span);
        return MerkleProof.VerifyInclusion(leaf, proof.Index, head.Size, proof.Hashes, head.Root)
            ? null
            : new("not-included", File, $"the entry is not at {proof.Index} of the tree the checkpoint signs");
    }
}
