using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class TlogProofTests
{
    [VectorsFact]
    public void Published_proofs_are_read_as_published()
    {
        var rows = Vectors.Read("tlog_proof_parse.jsonl");
        Assert.Equal(6, rows.Count);
        foreach (var row in rows)
        {
            if (!(bool)row["wantOk"]!)
            {
                Assert.Throws<LedgerFormatException>(() => TlogProof.Parse(row.Text("text")));
                continue;
            }
            var proof = TlogProof.Parse(row.Text("text"));
            Assert.Equal((long)row["index"]!, proof.Index);
            Assert.Equal(row["hashes"]!.AsArray().Select(h => (string)h!), proof.Hashes.Select(h => h.ToBase64()));
            Assert.Equal(row.Base64("extraB64"), proof.Extra.ToArray());
            Assert.Equal(row.Text("checkpoint"), proof.Checkpoint);
            Assert.Equal(row.Text("text"), proof.ToString());
        }
    }

    [Fact]
    public void A_proof_with_extra_data_reads_back()
    {
        var proof = new TlogProof(7, [Hash.EmptyTree], new byte[] { 1, 2, 3 }, "log\n8\nroot\n");
        var read = TlogProof.Parse(proof.ToString());
        Assert.Equal(proof.ToString(), read.ToString());
        Assert.Equal([1, 2, 3], read.Extra.ToArray());
    }

    [Fact]
    public void More_hashes_than_any_tree_needs_are_refused()
    {
        var proof = new TlogProof(0, [.. Enumerable.Repeat(Hash.EmptyTree, 64)], default, "checkpoint\n");
        Assert.Throws<LedgerFormatException>(() => TlogProof.Parse(proof.ToString()));
    }
}
