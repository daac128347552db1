using System.Security.Cryptography;
using System.Text;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class SignedNoteTests
{
    [VectorsFact]
    public async Task Published_notes_keys_and_signatures_are_judged_as_published()
    {
        var rows = Vectors.Read("signed_note.jsonl");
        Assert.Equal(17, rows.Count);
        foreach (var row in rows)
        {
            var id = row.Text("id");
            if (row.Text("kind") == "sign")
            {
                var signature = await NoteSigner.FromSecret(row.Text("skey")).SignAsync(row.Text("text"), default);
                Assert.Equal(row.Text("want"), new SignedNote(row.Text("text"), [signature]).ToString());
                continue;
            }
            if (row.Text("kind") == "vkey")
            {
                Assert.True(IsKey(row.Text("vkey")) == (bool)row["wantOk"]!, id);
                continue;
            }
            var keys = row["vkeys"]!.AsArray().Select(k => NoteKey.Parse((string)k!)).ToArray();
            var opening = Open(row.Base64("noteB64"), keys);
            Assert.True((opening?.Accepted ?? false) == (bool)row["wantOk"]!, id);
            if ((bool)row["wantOk"]!)
                Assert.Equal(row["wantVerifiedKeys"]!.AsArray().Select(k => (string)k!),
                    opening!.Verified.Select(v => v.Key.Name));
        }
    }

    [VectorsFact]
    public void Published_cosignatures_are_judged_as_published()
    {
        var rows = Vectors.Read("cosignature_ed25519.jsonl");
        Assert.Equal(8, rows.Count);
        foreach (var row in rows)
        {
            var opening = Open(Encoding.UTF8.GetBytes(row.Text("checkpoint")),
                [NoteKey.Parse(row.Text("cosignerVkey"))]);
            Assert.True((opening?.Accepted ?? false) == (bool)row["wantOk"]!, row.Text("id"));
            if ((bool)row["wantOk"]!)
                Assert.Equal((long)row["wantTimestamp"]!, opening!.Verified.Single().Signature.CosignedAt);
        }
    }

    [Fact]
    public async Task A_note_reads_back_as_written_and_every_changed_byte_is_found()
    {
        var (note, keys) = await Cosigned();
        var bytes = note.ToBytes();
        Assert.Equal(bytes, SignedNote.Parse(bytes).ToBytes());
        Assert.True(SignedNote.Parse(bytes).Open(keys).Accepted);
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            var opening = Open(changed, keys);
            Assert.False(opening is { Accepted: true, Unknown.Count: 0 }
                && opening.Verified.Count == keys.Length, $"byte {i}");
        }
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(Open(bytes[..length], keys) is { Accepted: true } cut && cut.Verified.Count == keys.Length);
    }

    [Fact]
    public async Task A_line_of_an_unknown_key_changes_nothing_and_a_bad_line_of_a_known_one_spoils_the_note()
    {
        var (note, keys) = await Cosigned();
        var unknown = note.Open([keys[0]]);
        Assert.True(unknown.Accepted);
        Assert.Single(unknown.Unknown);
        var bad = note with { Signatures = [note.Signatures[0],
            note.Signatures[1] with { Payload = note.Signatures[0].Payload }] };
        Assert.False(bad.Open(keys).Accepted);
        Assert.Single(bad.Open(keys).Failed);
        Assert.False(note.Open([]).Accepted);
    }

    [Fact]
    public void An_ECDSA_signature_on_P_256_verifies_and_other_curves_are_refused()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = NoteKey.Of("hsm.example", NoteAlgorithm.Ecdsa, ecdsa.ExportSubjectPublicKeyInfo());
        Assert.Equal(key, NoteKey.Parse(key.ToString()));
        var payload = ecdsa.SignData("text\n"u8, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var note = new SignedNote("text\n", [new(key.Name, key.Id, payload)]);
        Assert.True(SignedNote.Parse(note.ToBytes()).Open([key]).Accepted);
        Assert.False((note with { Text = "test\n" }).Open([key]).Accepted);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<LedgerFormatException>(
            () => NoteKey.Of("hsm.example", NoteAlgorithm.Ecdsa, other.ExportSubjectPublicKeyInfo()));
        Assert.Throws<LedgerFormatException>(() => NoteKey.Of("hsm.example", NoteAlgorithm.Ecdsa, [1, 2, 3]));
    }

    [Theory]
    [InlineData("text\n\n- name AAAAAAAA\n")]
    [InlineData("text\n\n\u2014 name AAAAAAAA")]
    [InlineData("text\n\n\u2014 name  AAAAAAAA\n")]
    [InlineData("text\n\n\u2014 na+me AAAAAAAA\n")]
    [InlineData("text\n\n\u2014 na\u00a0me AAAAAAAA\n")]
    [InlineData("text\n\n\u2014 name AAAAAAA=\r\n")]
    [InlineData("text\n\n\u2014 name AAAAAAB=\n")]
    [InlineData("text\n\n\u2014 name AAAAAA==\n")]
    [InlineData("text\n\n\u2014 name AAAAAAAA \n")]
    [InlineData("text\n\u2014 name AAAAAAAA\n")]
    [InlineData("te\txt\n\n\u2014 name AAAAAAAA\n")]
    [InlineData("text\n\n")]
    [InlineData("")]
    public void What_is_no_note_is_refused(string note) =>
        Assert.Equal("note-malformed",
            Assert.Throws<LedgerFormatException>(() => SignedNote.Parse(Encoding.UTF8.GetBytes(note))).Code);

    [Fact]
    public void Bad_UTF_8_and_too_many_signatures_are_refused()
    {
        Assert.Throws<LedgerFormatException>(() =>
            SignedNote.Parse([.. "text"u8, 0xff, .. "\n\n\u2014 name AAAAAAAA\n"u8]));
        var line = "\u2014 name AAAAAAAA\n";
        Assert.Equal(100, SignedNote.Parse(
            Encoding.UTF8.GetBytes("text\n\n" + string.Concat(Enumerable.Repeat(line, 100)))).Signatures.Count);
        Assert.Throws<LedgerFormatException>(
            () => SignedNote.Parse(Encoding.UTF8.GetBytes("text\n\n" + string.Concat(Enumerable.Repeat(line, 101)))));
    }

    [Fact]
    public async Task A_private_key_reads_back_and_signs_only_what_it_is_for()
    {
        var seed = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        var log = new NoteSigner("log.example", NoteAlgorithm.Ed25519, new SeedSigner(seed));
        var read = NoteSigner.FromSecret(NoteSigner.ToSecret(log.Key, seed));
        Assert.Equal(log.Key, read.Key);
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await log.CosignAsync("text\n", DateTimeOffset.UnixEpoch, default));
        var secret = NoteSigner.ToSecret(log.Key, seed);
        Assert.Throws<LedgerFormatException>(() =>
            NoteSigner.FromSecret(secret.Replace("log.", "lag.", StringComparison.Ordinal)));
        Assert.Throws<LedgerFormatException>(() => NoteSigner.FromSecret(log.Key.ToString()));
    }

    static async Task<(SignedNote, NoteKey[])> Cosigned()
    {
        var seed = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        var log = new NoteSigner("log.example", NoteAlgorithm.Ed25519, new SeedSigner(seed));
        var witness = new NoteSigner("witness.example", NoteAlgorithm.Cosignature, new SeedSigner([.. seed.Reverse()]));
        var text = new Checkpoint("log.example", 7, Hash.EmptyTree).ToString();
        var time = DateTimeOffset.FromUnixTimeSeconds(1_780_000_000);
        return (new(text, [await log.SignAsync(text, default), await witness.CosignAsync(text, time, default)]),
            [log.Key, witness.Key]);
    }

    static bool IsKey(string vkey)
    {
        try
        {
            return NoteKey.Parse(vkey).ToString() == vkey;
        }
        catch (LedgerFormatException)
        {
            return false;
        }
    }

    static NoteOpening? Open(byte[] note, NoteKey[] keys)
    {
        try
        {
            return SignedNote.Parse(note).Open(keys);
        }
        catch (LedgerFormatException)
        {
            return null;
        }
    }
}
