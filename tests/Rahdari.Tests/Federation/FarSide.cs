using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rahdari.Federation;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Tests.Transparency;
using Rahdari.Transparency;

namespace Rahdari.Tests.Federation;

/// <summary>
/// The other administration behind a line: it speaks the real formats, signs with real keys, and can be told to lie.
/// </summary>
sealed class FarSide : IPeerLink
{
    public static readonly OfficeId Office = OfficeId.Parse("pk:TORKHAM");
    const string Origin = "pk-2026.demo.example";

    readonly byte[] officeSeed = SHA256.HashData("office"u8);
    readonly NoteSigner signer = new(Origin, NoteAlgorithm.Ed25519, new SeedSigner(SHA256.HashData("log"u8)));
    readonly List<PeerEntry> entries = [];
    readonly Dictionary<string, byte[]> files = [];
    readonly Dictionary<string, (long Version, byte[] Hash)> heads = [];
    readonly Dictionary<int, PeerEntry> keptBack = [];
    LogTail tail = LogTail.Empty;

    public PeerSettings Settings => new(new("pk"), Origin, "http://far.invalid", signer.Key.ToString(), "none");

    public List<PeerEntry> Entries => entries;
    public Dictionary<string, byte[]> Files => files;

    /// <summary>A far side that has published its keys, as every log begins.</summary>
    public static async Task<FarSide> StartAsync()
    {
        var far = new FarSide();
        far.Add(Node.Subject, new KeysPublished(
            Origin, Convert.ToBase64String(far.signer.Key.PublicKey.Span),
            [new(Office, Convert.ToBase64String(Ed25519.PublicKeyOf(far.officeSeed)))]));
        await far.PublishAsync();
        return far;
    }

    /// <summary>Authors an event and appends its leaf.</summary>
    /// <param name="entitled">False keeps the content back.</param>
    /// <param name="seed">The key that signs; the office's own where null.</param>
    /// <param name="administration">Whose stream it claims.</param>
    /// <param name="tamper">Changes the event before it is signed.</param>
    public void Add(
        string subject, EventBody body, bool entitled = true, byte[]? seed = null, string administration = "pk",
        Action<JsonObject>? tamper = null)
    {
        var head = heads.GetValueOrDefault(subject);
        var header = new EventHeader(
            $"e-{entries.Count}", new StreamName(new(administration), subject), head.Version + 1,
            DeskFixture.Start.AddMinutes(entries.Count), Office, new OfficerId("o-9"), new string('0', 64));
        var encoded = EventCodec.Encode(
            header, body, head.Hash, SystemEntropy.Fill, m => Ed25519.Sign(seed ?? officeSeed, m));
        if (tamper is not null) encoded = encoded with { Canonical = Tampered(encoded.Canonical, tamper) };
        heads[subject] = (header.Version, SHA256.HashData(encoded.Canonical));
        var whole = new PeerEntry(entries.Count, encoded.LeafSalt, encoded.Canonical, encoded.Openings);
        if (!entitled) keptBack[entries.Count] = whole;
        entries.Add(entitled ? whole : new(entries.Count, null, null, PeerEntry.None));
        Append(encoded.Leaf());
    }

    /// <summary>From now on an entry kept back so far is shown to who asks for it.</summary>
    public void Show(int index) => entries[index] = keptBack[index];

    byte[] Tampered(byte[] canonical, Action<JsonObject> tamper)
    {
        var e = JsonNode.Parse(canonical)!.AsObject();
        e.Remove("sig");
        tamper(e);
        e["sig"] = Convert.ToBase64String(Ed25519.Sign(officeSeed, CanonicalJson.Write(e)));
        return CanonicalJson.Write(e);
    }

    public void Append(byte[] leaf)
    {
        (tail, var written) = tail.Append([leaf]);
        foreach (var file in written) files[file.Path] = file.Bytes;
    }

    /// <summary>Signs the tree as it stands.</summary>
    public async Task PublishAsync(Hash? root = null, long? size = null)
    {
        var text = new Checkpoint(Origin, size ?? tail.Size, root ?? tail.Root).ToString();
        files["checkpoint"] = new SignedNote(text, [await signer.SignAsync(text, default)]).ToBytes();
    }

    public ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancel) =>
        ValueTask.FromResult(files.GetValueOrDefault(path));

    public Task<IReadOnlyList<PeerEntry>> EntriesAsync(
        long from, int limit, string? subject, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<PeerEntry>>(
        [
            .. entries.Skip((int)from)
                .Where(e => subject is null || PeerChain.HeaderOf(e)?.Stream.Subject == subject).Take(limit),
        ]);
}
