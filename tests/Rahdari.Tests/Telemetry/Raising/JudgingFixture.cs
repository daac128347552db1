using System.Security.Cryptography;
using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Movements.Views;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Telemetry.Journaling;
using Rahdari.Tests.Telemetry.Judging;
using Rahdari.Tests.Transparency;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.Telemetry.Raising;

/// <summary>A store with one unit that has left the gate on the straight road, and its journal.</summary>
sealed class JudgingFixture : IAsyncDisposable
{
    public static readonly Actor Officer = new(
        OfficerId.Parse("o-1", null), OfficeId.Parse("pk:KARACHI"), Role.Officer);

    public static readonly NodeSettings Node = new()
    {
        Node = "pk",
        Administration = new AdministrationId("pk"),
        DataDirectory = "",
        Url = "http://127.0.0.1:0",
        Origin = "pk-2026.demo.example",
        MasterKeyFile = "",
    };

    readonly DeskFixture desk;
    int appended;

    JudgingFixture(DeskFixture desk)
    {
        this.desk = desk;
        Progress = new(Node, desk.Store.Journal);
    }

    public NodeSettings Settings => Node;
    public IDesk Desk => desk.Desk;
    public IRecordStore Record => desk.Store.Record;
    public IJournal Journal => desk.Store.Journal;
    public ILeases Leases => desk.Store.Leases;
    public Recorder Recorder => desk.Recorder;
    public CorridorClock Clock => desk.Clock;
    public RecordedFeed Feed { get; } = new();
    public PositionFeed Positions { get; } = new();
    public CoverageFeed Coverage { get; } = new();
    public JudgingProgress Progress { get; }

    /// <param name="more">Projections beside those of movements and alerts.</param>
    public static async Task<JudgingFixture> OpenAsync(bool gatedOut = true, params IReadOnlyList<IProjection> more)
    {
        var fixture = new JudgingFixture(await DeskFixture.OpenAsync(
            [new MovementBoard(), new AlertBoard(), new JudgingTables.Making(), new OfficeActs(Node),
                new ClosureTable(), new OpeningBoard(), new IdempotencyTable(), new FittedDeviceTable(Node),
                .. more],
            Drive.Pack));
        fixture.At(Drive.Start.AddHours(-2));
        var mrn = Drive.Unit.Mrn;
        await fixture.RecordAsync(
            new DeclarationAccepted(
                mrn, "T-1", OfficeId.Parse("pk:KARACHI"), OfficeId.Parse("pk:TORKHAM"), OfficeId.Parse("af:TORKHAM"),
                Drive.RouteId, new AdministrationId("af"),
                [new(1, UnitKind.Container, null, new Grams(20_000_000), "T-123")], "holder", "consignor", "consignee",
                "carrier", new Sealed<IReadOnlyList<GoodsItem>>([])),
            new DeviceFitted(mrn, 1, Drive.SealDevice, DeviceRole.Container));
        fixture.At(Drive.Start);
        if (gatedOut) await fixture.RecordAsync(new UnitGatedOut(mrn, 1, Drive.Start.AddDays(14), "T-123", "driver"));
        return fixture;
    }

    public void At(DateTimeOffset time) => desk.Clock.Advance(time - desk.Clock.Now);

    public Task RecordAsync(params IReadOnlyList<EventBody> events) => Record.WriteAsync(
        t => desk.Recorder.RecordAsync(
            t, Officer, [.. events.Select(e => new NewEvent(Drive.Unit.Mrn.Value, e))], default),
        default);

    public Task RecordAsync(string subject, EventBody body) => Record.WriteAsync(
        t => desk.Recorder.RecordAsync(t, Officer, [new NewEvent(subject, body)], default), default);

    /// <summary>Puts records into their lanes, in order.</summary>
    public async Task AppendAsync(params IEnumerable<JournaledFix> fixes) => await Journal.AppendAsync(
        [.. fixes.Select(f => new JournalEntry(
            f.Late ? "pk/late" : "pk/live", f.Device.ToString(), f.ReceivedAt.ToMicros(), f.Message.Time?.ToMicros(),
            SHA256.HashData(BitConverter.GetBytes(appended++)), [], JournalBody.Write(f)))],
        default);

    public JudgingRun NewRun() => new(
        Node, Journal, Record, desk.Recorder, Feed, Positions, Coverage, Drive.Pack, new RouteGeometries(Drive.Pack),
        new FollowedUnits(Node, Drive.Pack), Progress, UnreadRowsTests.Make());

    /// <summary>Judges until both lanes are done, committing after every round.</summary>
    public async Task JudgeAllAsync(JudgingRun run)
    {
        while (run.Streams.Any(run.IsBehind))
        {
            await run.JudgeAsync(Clock.Now, null, default);
            await run.CommitAsync(default);
        }
        await run.FoldWaitingAsync(all: true, default);
        await run.CommitAsync(default);
    }

    public async Task<IReadOnlyList<AlertRow>> AlertsAsync(bool open = false) =>
        (await AlertList.ListAsync(Desk, open, null, AlertList.MaxLimit, default))!.Items;

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();
}
