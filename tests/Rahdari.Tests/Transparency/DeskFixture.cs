using Rahdari.Corridors;
using Rahdari.Federation;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Storage;
using Rahdari.Transparency;

namespace Rahdari.Tests.Transparency;

/// <summary>A desk over a real SQLite store in a folder of its own, with a clock the test moves.</summary>
sealed class DeskFixture : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 9, 1, 3, 0, 0, TimeSpan.Zero);

    readonly string folder;

    DeskFixture(string folder, Store store, IDesk desk, Recorder recorder, SettableClock clock)
    {
        this.folder = folder;
        (Store, Desk, Recorder, Clock) = (store, desk, recorder, clock);
    }

    public Store Store { get; }
    public IDesk Desk { get; }
    public Recorder Recorder { get; }
    public SettableClock Clock { get; }

    /// <param name="projections">Kept up to date like in a node.</param>
    /// <param name="pack">The rules; an empty pack where a test needs none.</param>
    public static async Task<DeskFixture> OpenAsync(
        IReadOnlyList<IProjection>? projections = null, CorridorPack? pack = null, string administration = "pk",
        params IReadOnlyList<PeerSettings> peers)
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-desk-").FullName;
        var settings = new NodeSettings
        {
            Node = administration,
            Administration = new AdministrationId(administration),
            DataDirectory = Path.Combine(folder, administration),
            Url = "http://127.0.0.1:0",
            Origin = $"{administration}-2026.demo.example",
            MasterKeyFile = Path.Combine(folder, "master.seed"),
            Peers = peers,
        };
        pack ??= EmptyPack;
        var store = await TestStore.OpenAsync(
            settings.DataDirectory, e => throw new InvalidOperationException("the store failed", e));
        var clock = new SettableClock(Start);
        var keys = KeyRing.Open(settings.KeysDirectory, Offices(administration), SystemEntropy.Fill);
        var master = KeyRing.ReadOrMake(settings.MasterKeyFile, SystemEntropy.Fill);
        var recorder = new Recorder(settings, keys, new SubjectKeys(master, SystemEntropy.Fill),
            SystemEntropy.Fill, clock,
            projections ?? [], pack, PeerLog.NewestHeadAsync);
        NodeTables[] tables = [ImportedEntries.Tables, PeerLog.Tables, PositionTable.Ways, JudgingTables.Tables];
        await new Projections(projections ?? [], recorder, tables).PrepareAsync(store.Record, default);
        var desk = new RecordDesk(settings, store.Record, recorder, new RecordedFeed(), clock, pack);
        return new(folder, store, desk, recorder, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static IEnumerable<OfficeId> Offices(string administration) =>
        new[] { "KARACHI", "PORT-QASIM", "TORKHAM", "CHAMAN", "SPIN-BOLDAK", "CONTROL" }
            .Select(c => new OfficeId(new AdministrationId(administration), c));

    static readonly CorridorPack EmptyPack = new()
    {
        Id = "empty",
        Hash = new string('0', 64),
        Offices = [],
        Crossings = [],
        Routes = [],
        Selectivity = Dated<SelectivityRules>.Never,
        Guarantee = Dated<GuaranteeRules>.Never,
        Fee = Dated<FeeRules>.Never,
        Transit = Dated<TransitRules>.Never,
        Discharge = Dated<DischargeRules>.Never,
        Judging = Dated<JudgingRules>.Never,
    };
}
