using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rahdari.Crossings;
using Rahdari.Federation;
using Rahdari.Guarantees;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Movements.Sealing;
using Rahdari.Movements.Views;
using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Transparency;
using Rahdari.Transparency;

namespace Rahdari.Tests.Federation;

/// <summary>
/// Whatever another administration signs is read, kept and folded without a fault of ours. Events of every type are
/// changed at random places and taken in as if they had been signed so.
/// </summary>
public sealed class HostileEventTests
{
    const int ChangesEach = 40;
    static readonly int Seed = int.Parse(
        Environment.GetEnvironmentVariable("RAHDARI_SEED") ?? "20261121", CultureInfo.InvariantCulture);

    static readonly IReadOnlyList<GoldenFile> Files = GoldenFile.ReadAll();

    public static TheoryData<string> Names => [.. Files.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_content_of_an_event_breaks_boards_or_folds(string name)
    {
        var file = Files.Single(f => f.Name == name);
        var dice = new Random(HashCode.Combine(Seed, name.Length, name[0], name[^8]));
        await using var node = await DeskFixture.OpenAsync(Boards(), null, "af",
            new PeerSettings(new("pk"), "pk-2026.demo.rahdari.example", "http://far.invalid", "k", "none"));
        var subject = file.Decode().Header.Stream.Subject;
        var before = Files.Select(f => f.Decode())
            .Where(r => r.Header.Stream.Subject == subject && r.Header.At < file.Decode().Header.At).ToList();
        for (var i = 0; i < ChangesEach; i++)
        {
            var (canonical, openings) = Changed(file, dice);
            try
            {
                await TakeInAsync(node, canonical, openings, before, subject);
            }
            catch (Exception e) when (e is not RolledBackException)
            {
                Assert.Fail($"seed {Seed}, change {i} of {name}: {e}\n{Encoding.UTF8.GetString(canonical)}");
            }
        }
    }

    static async Task TakeInAsync(
        DeskFixture node, byte[] canonical, IReadOnlyList<Opening> openings, List<Recorded> before, string subject)
    {
        var recorded = EventCodec.Decode(canonical, openings);
        GoldenState.Of(subject, [.. before, recorded]);
        EventFacts.Of(recorded.Body);
        AgreedFields.AreOpen(recorded.Body);
        try
        {
            await node.Store.Record.WriteAsync<int>(async t =>
            {
                await node.Recorder.ImportAsync(t, new ImportedEvent(canonical, new byte[32], openings, 7), default);
                throw new RolledBackException();
            }, default);
        }
        catch (RolledBackException)
        {
            // The next change starts from the same record.
        }
    }

    /// <summary>The event as the first of its stream, with one to three places of its data changed.</summary>
    static (byte[], IReadOnlyList<Opening>) Changed(GoldenFile file, Random dice)
    {
        var e = JsonNode.Parse(file.Canonical)!.AsObject();
        (e["seq"], e["adm"]) = (1, "pk");
        var data = e["data"]!.AsObject();
        var openings = file.Openings.Where(_ => dice.Next(4) > 0)
            .Select(o => dice.Next(3) > 0 ? o : o with { Value = Odd(dice) }).ToList();
        for (var i = dice.Next(1, 4); i > 0; i--) ChangeOne(data, dice);
        return (CanonicalJson.Write(e), openings);
    }

    static void ChangeOne(JsonNode node, Random dice)
    {
        while (true)
        {
            var children = node switch
            {
                JsonObject o => o.Select(p => (object)p.Key).ToList(),
                JsonArray a => [.. Enumerable.Range(0, a.Count).Cast<object>()],
                _ => [],
            };
            if (children.Count == 0) return;
            var place = children[dice.Next(children.Count)];
            var child = place is string key ? node[key] : node[(int)place];
            if (child is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && dice.Next(3) > 0)
            {
                node = child;
                continue;
            }
            if (place is string gone && dice.Next(4) == 0) node.AsObject().Remove(gone);
            else if (place is string name) node[name] = Odd(dice);
            else node[(int)place] = Odd(dice);
            return;
        }
    }

    static JsonNode? Odd(Random dice) => dice.Next(14) switch
    {
        0 => null,
        1 => "",
        2 => -1,
        3 => 9_007_199_254_740_991,
        4 => -9_007_199_254_740_991,
        5 => 0,
        6 => true,
        7 => new JsonArray(),
        8 => new JsonArray(null, null),
        9 => new JsonObject(),
        10 => new string('x', 5_000),
        11 => "pk:TORKHAM",
        12 => "2026-09-01T03:00:00.000000Z",
        _ => "\u202e\u0000 {0} <b>",
    };

    static IReadOnlyList<IProjection> Boards()
    {
        var settings = new NodeSettings
        {
            Node = "af",
            Administration = new AdministrationId("af"),
            DataDirectory = "none",
            Url = "http://127.0.0.1:0",
            Origin = "af-2026.demo.example",
            MasterKeyFile = "none",
            Peers = [],
        };
        return
        [
            new ClosureTable(), new Entitlements(settings), new GuaranteeTable(settings),
            new FittedDeviceTable(settings), new MovementBoard(), new AlertBoard(),
            new OpeningBoard(), new OfficeActs(settings),
        ];
    }

    sealed class RolledBackException : Exception;
}
