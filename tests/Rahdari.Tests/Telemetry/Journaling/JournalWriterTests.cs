using System.Text;
using Rahdari.Devices;
using Rahdari.Devices.Jt808;
using Rahdari.Devices.Queclink;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Telemetry.Decoding;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;
using Rahdari.Tests.Storage.Embedded;
using Rahdari.Tests.Telemetry.Connecting;

namespace Rahdari.Tests.Telemetry.Journaling;

/// <summary>What is one record to the journal and what is another. Runs on every engine.</summary>
public abstract class JournalWriterTests : StoreTests
{
    static readonly DateTimeOffset Start = IntakeHost.Start;

    private protected JournalWriterTests(Func<Engine> engine) : base(engine) { }

    [StoreFact]
    public async Task Every_position_of_a_frame_that_tells_no_places_is_kept_also_those_of_equal_time()
    {
        var messages = Enumerable.Range(0, 15).Select(i => Sample with { Time = Start.AddSeconds(i / 2) }).ToList();
        var frame = QueclinkEncoder.Report("356307042441013", messages);

        var kept = await KeepAsync("queclink", frame, Start);
        var again = await KeepAsync("queclink", frame, Start.AddSeconds(30));

        Assert.Equal((15, 0), (kept.Records, kept.AlreadyThere));
        Assert.Equal((15, 15), (again.Records, again.AlreadyThere));
        Assert.Equal(15, Journal.Head("pk/live"));
    }

    [StoreFact]
    public async Task Every_location_of_one_body_is_kept_once()
    {
        var body = string.Join(',', Enumerable.Range(0, 4).Select(i =>
            $"{{\"timestamp\":{Start.ToUnixTimeSeconds() + i},\"coords\":{{\"latitude\":1.5,\"longitude\":2.5}}}}"));
        var frame = Encoding.ASCII.GetBytes($"{{\"device_id\":\"1\",\"location\":[{body}]}}");

        Assert.Equal(0, (await KeepAsync("osmand", frame, Start)).AlreadyThere);
        Assert.Equal(4, (await KeepAsync("osmand", frame, Start.AddSeconds(5))).AlreadyThere);
        Assert.Equal(4, Journal.Head("pk/live"));
    }

    [StoreFact]
    public async Task The_first_record_of_such_a_frame_is_known_by_the_frame_alone()
    {
        var frame = QueclinkEncoder.Report("356307042441013", [Sample, Sample]);
        var records = Records("queclink", frame, Start);
        await new JournalWriter(Journal, Node).AppendAsync([records[0]], None);

        var kept = await new JournalWriter(Journal, Node).AppendAsync(records, None);

        Assert.Equal([true, false], kept.Rows.Select(r => r.AlreadyThere));
    }

    [StoreFact]
    public async Task Reports_of_one_second_that_differ_in_a_covered_password_alone_are_two_and_come_again_as_two()
    {
        // A padlock's batch, each report with a wrong password of its own.
        var frame = Batch("482913", "482914", "482913");

        var kept = await KeepAsync("jt808", frame, Start, Key(1));
        Assert.Equal((3, 1), (kept.Records, kept.AlreadyThere));
        Assert.Equal(3, (await KeepAsync("jt808", frame, Start.AddSeconds(5), Key(1))).AlreadyThere);
        Assert.Equal(2, (await KeepAsync("jt808", Batch("482914", "482915"), Start, Key(1))).Records);
        Assert.Equal(3, Journal.Head("pk/live"));
        Assert.All(await Journal.ReadAsync("pk/live", 0, 9, None), r =>
        {
            Assert.Equal(-1, r.Entry.Raw.AsSpan().IndexOf("48291"u8));
            Assert.Equal(-1, r.Entry.Body.AsSpan().IndexOf("48291"u8));
        });

        // Nobody without the node's secret makes the same digest of a guessed password.
        Assert.Equal(0, (await KeepAsync("jt808", Batch("482913"), Start, Key(2))).AlreadyThere);
        Assert.Equal(0, (await KeepAsync("jt808", Batch("482913"), Start)).AlreadyThere);
    }

    static byte[] Key(byte fill) => [.. Enumerable.Repeat(fill, 32)];

    /// <summary>Reports of one place and second.</summary>
    static byte[] Batch(params string[] passwords)
    {
        byte[] fix =
        [
            0, 0, 0, 0, 0, 0, 0, 2, 0x01, 0x7B, 0x4A, 0x20, 0x03, 0xFE, 0x56, 0x40, 0, 0, 0, 0, 0, 90, 0x26, 0x03, 0x01,
            0x19, 0x58, 0x01, Jt808Padlock.LockCommand, 8, 4,
        ];
        byte[] body = [0, (byte)passwords.Length, 0];
        foreach (var password in passwords)
            body = [.. body, 0, (byte)(fix.Length + 7), .. fix, .. Encoding.ASCII.GetBytes(password), 0];
        byte[] inner = [7, 4, 0, (byte)body.Length, 1, 0x39, 0x12, 0x34, 0x56, 0x78, 0, 1, .. body];
        return Jt808Frame.Enclose([.. inner, Jt808Frame.Check(inner)], Jt808Frame.Flag);
    }

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position, Time = Start, Valid = true, Position = new(248_600_000, 670_000_000),
        AltitudeMetres = 100, Speed = new(61_500), DeviceSerial = 7,
    };

    static readonly NodeSettings Node = new()
    {
        Node = "pk", Administration = new AdministrationId("pk"), DataDirectory = "pk", Url = "http://127.0.0.1:0",
        Origin = "pk-2026.demo.example", MasterKeyFile = "master.seed",
    };

    ValueTask<Kept> KeepAsync(string protocol, byte[] frame, DateTimeOffset at, byte[]? key = null) =>
        new JournalWriter(Journal, Node).AppendAsync(Records(protocol, frame, at, key), None);

    static List<EnrichedRecord> Records(string protocol, byte[] bytes, DateTimeOffset at, byte[]? key = null)
    {
        var received = FrameDecoding.Read(
            Registry.Find(protocol)!, bytes, DeviceSession.Fresh,
            new DecodeOptions(Now: at, RegistrationKey: key is null ? null : new ReadOnlyMemory<byte>(key)));
        Assert.Null(received.Fault);
        return [.. received.Frame.Messages.Select((m, i) => new EnrichedRecord(
            new() { Device = received.Device!.Value, ReceivedAt = at, Message = m, DecoderVersion = 1 },
            received, received.Frame.Places is { Count: > 0 } places ? places[i] : Range.All, i, at))];
    }
}

public sealed class SqliteJournalWriterTests() : JournalWriterTests(() => new SqliteEngine());

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresJournalWriterTests(PostgresServer server) : JournalWriterTests(server.NewEngine);
