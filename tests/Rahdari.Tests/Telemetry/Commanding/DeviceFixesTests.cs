using System.Security.Cryptography;
using System.Text;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Journaling;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Movements;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;
using Rahdari.Tests.Storage.Embedded;

namespace Rahdari.Tests.Telemetry.Commanding;

/// <summary>Where a device was last, however much it sent. Runs on every engine.</summary>
public abstract class DeviceFixesTests : StoreTests
{
    static readonly DeviceId Lock = new("jt600", "8000620011");
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), Since = Now.AddSeconds(-300);

    private protected DeviceFixesTests(Func<Engine> engine) : base(engine) { }

    [StoreFact]
    public async Task A_backlog_hides_no_newer_place()
    {
        // Forty a second: the newest place is behind the first page of them.
        await AppendAsync(Enumerable.Range(0, 9_000).Select(i =>
            Entry(i, received: Since.AddSeconds(i / 40), at: Since.AddSeconds(i / 50))));
        await AppendAsync([Entry(9_000, received: Now.AddSeconds(-2), at: Now.AddSeconds(-3))]);

        var newest = await Fixes().NewestAsync(Lock, Since, Now, None);

        Assert.Equal((Now.AddSeconds(-3), PlaceOf(9_000)), (newest!.FixedAt, newest.Place));
    }

    [StoreFact]
    public async Task Records_of_one_time_of_receipt_are_all_looked_through()
    {
        await AppendAsync(Enumerable.Range(0, 9_000).Select(i =>
            Entry(i, received: Now.AddSeconds(-60), at: Now.AddSeconds(-290).AddMilliseconds(10 * i))));

        Assert.Equal(PlaceOf(8_999), (await Fixes().NewestAsync(Lock, Since, Now, None))!.Place);
    }

    [StoreFact]
    public async Task Of_a_device_that_sent_more_than_is_looked_through_no_place_is_told()
    {
        await AppendAsync(Enumerable.Range(0, 30).Select(i =>
            Entry(i, received: Now.AddSeconds(-60 + i), at: Now.AddSeconds(-61 + i))));

        Assert.NotNull(await Fixes(30).NewestAsync(Lock, Since, Now, None));
        Assert.Null(await Fixes(29).NewestAsync(Lock, Since, Now, None));
        Assert.NotNull(await Fixes(29).NewestAsync(Lock, Now.AddSeconds(-50), Now, None));
    }

    DeviceFixes Fixes(int most = 65_536) => new(Journal, TestPack.Make(), new SettableClock(Now), most);

    Task AppendAsync(IEnumerable<JournalEntry> entries) => Journal.AppendAsync([.. entries], None).AsTask();

    static GeoCoordinate PlaceOf(int number) => new((250_000_000 + number * 1_000) / 1e7, 67);

    static JournalEntry Entry(int number, DateTimeOffset received, DateTimeOffset at)
    {
        var place = PlaceOf(number);
        var fix = new JournaledFix
        {
            Device = Lock, ReceivedAt = received, DecoderVersion = 1,
            Message = new()
            {
                Kind = MessageKind.Position, Time = at, Valid = true,
                Position = new((int)Math.Round(place.Latitude * 1e7), (int)(place.Longitude * 1e7)),
            },
        };
        return new(
            "pk/live", Lock.ToString(), received.ToMicros(), at.ToMicros(),
            SHA256.HashData(Encoding.ASCII.GetBytes($"{number}")), [], JournalBody.Write(fix));
    }
}

public sealed class SqliteDeviceFixesTests() : DeviceFixesTests(() => new SqliteEngine());

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresDeviceFixesTests(PostgresServer server) : DeviceFixesTests(server.NewEngine);
