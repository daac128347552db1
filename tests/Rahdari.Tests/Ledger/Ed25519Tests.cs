using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class Ed25519Tests
{
    [VectorsFact]
    public void Every_wycheproof_signature_is_judged_as_published()
    {
        var rows = Vectors.Read("ed25519_wycheproof.jsonl");
        Assert.Equal(75, rows.Count);
        foreach (var row in rows)
        {
            var verified = Ed25519.Verify(row.Hex("pkHex"), row.Hex("msgHex"), row.Hex("sigHex"));
            Assert.True(verified == (row.Text("result") == "valid"), row.Text("id"));
        }
    }

    [Fact]
    public void The_first_example_of_RFC_8032_signs_as_printed()
    {
        var seed = Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        Assert.Equal("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            Convert.ToHexStringLower(Ed25519.PublicKeyOf(seed)));
        Assert.Equal(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            Convert.ToHexStringLower(Ed25519.Sign(seed, [])));
    }

    [Fact]
    public void A_changed_bit_of_message_or_signature_does_not_verify()
    {
        var seed = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        byte[] message = [.. "seal 4471 fitted"u8];
        var key = Ed25519.PublicKeyOf(seed);
        var signature = Ed25519.Sign(seed, message);
        Assert.True(Ed25519.Verify(key, message, signature));
        for (var bit = 0; bit < 8 * (message.Length + signature.Length); bit++)
        {
            byte[] changed = [.. message, .. signature];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ed25519.Verify(key, changed.AsSpan(0, message.Length), changed.AsSpan(message.Length)));
        }
    }

    [Fact]
    public void Keys_and_signatures_of_a_wrong_length_do_not_verify_and_seeds_are_refused()
    {
        Assert.False(Ed25519.Verify(new byte[31], [], new byte[64]));
        Assert.False(Ed25519.Verify(new byte[32], [], new byte[63]));
        Assert.Throws<ArgumentException>(() => Ed25519.Sign(new byte[31], []));
        Assert.Throws<ArgumentException>(() => Ed25519.PublicKeyOf(new byte[33]));
    }
}
