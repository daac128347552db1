using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Tests.Transparency;

/// <summary>
/// What any released version wrote is read for ever. <c>RAHDARI_WRITE=1</c> writes the files that are missing; nothing
/// writes over one.
/// </summary>
public sealed class GoldenEventsTests
{
    static readonly IReadOnlyList<GoldenFile> Files = WriteMissing();

    public static TheoryData<string> Names => [.. Files.Select(f => f.Name)];

    [Fact]
    public void Every_event_type_and_version_has_a_file()
    {
        var known = EventTypes.All.Where(t => t.Key != typeof(UnknownEvent))
            .Select(t => GoldenFile.NameOf(t.Value.Name, t.Value.Version)).Order(StringComparer.Ordinal);
        var missing = known.Except(Files.Select(f => f.Name));
        Assert.True(!missing.Any(), $"run once with RAHDARI_WRITE=1, after telling GoldenStory: {Join(missing)}");
        Assert.All(Files, f => Assert.True(File.Exists(Path.Combine(GoldenFile.Folder, f.Name)), f.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_verifies_and_is_read_as_its_type(string name)
    {
        var file = Find(name);
        Assert.Equal(file.Leaf, Convert.ToBase64String(EventCodec.LeafOf(file.LeafSalt, file.Canonical)));
        var e = JsonNode.Parse(file.Canonical)!.AsObject();
        Assert.Equal(
            file.Openings.Select(o => o.Commitment()).Order(StringComparer.Ordinal),
            e["c"]!.AsArray().Select(c => c!.GetValue<string>()));
        var signature = Convert.FromBase64String(e["sig"]!.GetValue<string>());
        e.Remove("sig");
        Assert.True(Ed25519.Verify(GoldenFile.PublicKey, CanonicalJson.Write(e), signature));
        var type = EventTypes.Of(file.Decode().Body);
        Assert.Equal((file.Type, file.Version), (type.Name, type.Version));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Writing_it_again_gives_the_same_bytes(string name)
    {
        var file = Find(name);
        var (header, body) = file.Decode();
        var previous = JsonNode.Parse(file.Canonical)!["prev"]!.GetValue<string>();
        var salts = new Queue<byte[]>(
            file.Openings.Select(o => Convert.FromBase64String(o.Salt)).Append(file.LeafSalt));
        var again = EventCodec.Encode(
            header, body, previous.Length == 0 ? null : Convert.FromBase64String(previous),
            bytes => salts.Dequeue().CopyTo(bytes), GoldenFile.Sign);
        Assert.Equal(file.Canonical, again.Canonical);
        Assert.Equal(file.Openings.Select(o => o.Name), again.Openings.Select(o => o.Name));
        Assert.Empty(salts);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_folds_as_it_did_with_and_without_its_sealed_fields(string name)
    {
        var file = Find(name);
        Assert.Equal(Text(file.After), Text(After(file, f => f.Openings)));
        Assert.Equal(Text(file.After), Text(After(file, _ => [])));
        foreach (var erased in file.Openings)
        {
            var rest = file.Openings.Where(o => o != erased).ToList();
            Assert.IsNotType<UnknownEvent>(EventCodec.Decode(file.Canonical, rest).Body);
            Assert.Equal(Text(file.After), Text(After(file, f => f == file ? rest : f.Openings)));
        }
    }

    static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";

    static string Join(IEnumerable<string> names) => string.Join(' ', names);

    static GoldenFile Find(string name) => Files.Single(f => f.Name == name);

    /// <summary>The state of its subject after this event, as this build folds it.</summary>
    static JsonNode? After(GoldenFile file, Func<GoldenFile, IReadOnlyList<Opening>> openings) =>
        After(Files, file, openings);

    static JsonNode? After(
        IEnumerable<GoldenFile> files, GoldenFile file, Func<GoldenFile, IReadOnlyList<Opening>> openings)
    {
        var (subject, until) = (file.Decode().Header.Stream.Subject, file.Decode().Header.At);
        return GoldenState.Of(subject,
            [.. files.Select(f => EventCodec.Decode(f.Canonical, openings(f)))
                .Where(r => r.Header.Stream.Subject == subject && r.Header.At <= until)]);
    }

    static IReadOnlyList<GoldenFile> WriteMissing()
    {
        var there = Directory.Exists(GoldenFile.Folder) ? GoldenFile.ReadAll() : [];
        if (Environment.GetEnvironmentVariable("RAHDARI_WRITE") != "1") return there;
        var files = new List<GoldenFile>();
        foreach (var ((subject, office, body), i) in GoldenStory.Events.Select((e, i) => (e, i)))
        {
            var type = EventTypes.Of(body);
            var file = there.FirstOrDefault(f => f.Type == type.Name && f.Version == type.Version)
                ?? Make(files, subject, office, body, i);
            files.Add(file);
            if (!there.Contains(file)) file.Write();
        }
        return files;
    }

    static GoldenFile Make(List<GoldenFile> before, string subject, OfficeId office, EventBody body, int place)
    {
        var type = EventTypes.Of(body);
        var stream = new StreamName(office.Administration, subject);
        var own = before.Where(f => f.Decode().Header.Stream == stream).ToList();
        var header = new EventHeader(
            $"golden-{type.Name}-{type.Version}", stream, own.Count + 1, GoldenStory.Start.AddHours(place), office,
            new OfficerId("o-7"), new string('0', 64),
            new PeerHead("af-2026.demo.example", 40 + place, Convert.ToBase64String(SHA256.HashData([(byte)place]))));
        var drawn = 0;
        var encoded = EventCodec.Encode(
            header, body, own.Count == 0 ? null : SHA256.HashData(own[^1].Canonical),
            bytes => SHA256.HashData(BitConverter.GetBytes(place * 1_000 + drawn++)).AsSpan(0, bytes.Length)
                .CopyTo(bytes),
            GoldenFile.Sign);
        var file = new GoldenFile(
            type.Name, type.Version, encoded.Canonical, encoded.LeafSalt, encoded.Openings,
            Convert.ToBase64String(encoded.Leaf()), null);
        return file with { After = After(before.Append(file), file, f => f.Openings) };
    }
}
