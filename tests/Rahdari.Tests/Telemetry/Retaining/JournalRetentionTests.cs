using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Quarantining;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Relaying;
using Rahdari.Telemetry.Retaining;
using Rahdari.Telemetry.Segmenting;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Telemetry.Connecting;
using Rahdari.Tests.Telemetry.Journaling;
using Rahdari.Tests.Telemetry.Raising;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Retaining;

/// <summary>
/// A unit's day, then months in which only a strange device is heard. Kept are 61 days, the fewest there are.
/// </summary>
public sealed class JournalRetentionTests : IAsyncLifetime
{
    static readonly DeviceId Strange = DeviceId.Parse("jt600:9000000009");
    static readonly NodeSettings Settings = JudgingFixture.Node with { JournalDays = 61 };
    static readonly DateOnly First = DateOnly.FromDateTime(Start.UtcDateTime);

    readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    JudgingFixture fixture = null!;
    RetentionMetrics metrics = null!;
    MetricsExport export = null!;
    Lease lease = null!;

    [Fact]
    public async Task Days_that_nobody_needs_go_one_a_round_and_the_metrics_tell()
    {
        await fixture.AppendAsync(Fix(0, 10));
        await EndAsync(1);
        await StrangeAsync(2, 3, 70);
        await ReadOnAsync();

        Assert.Equal([First], await RunAsync());
        Assert.Equal([First.AddDays(2)], await RunAsync());
        Assert.Equal([First.AddDays(3)], await RunAsync());
        Assert.Empty(await RunAsync());

        Assert.Equal([First.AddDays(70)], (await fixture.Journal.DaysAsync(default)).Select(d => d.Day));
        var told = export.Render();
        Assert.Contains("rahdari_journal_days_dropped 3\n", told, StringComparison.Ordinal);
        Assert.Contains("rahdari_journal_days_kept 1\n", told, StringComparison.Ordinal);
        Assert.Contains("rahdari_journal_held{by=\"age\"} 61\n", told, StringComparison.Ordinal);
        Assert.Contains("rahdari_journal_held{by=\"unit\"} 0\n", told, StringComparison.Ordinal);
        Assert.Contains(
            $"rahdari_journal_first_day {(Start.AddDays(70).ToUnixTimeSeconds() / 86_400) * 86_400}\n", told,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_is_not_discharged_holds_its_days_and_a_discharge_frees_them_days_later()
    {
        await fixture.AppendAsync(Fix(0, 10));
        await StrangeAsync(1, 100);
        await ReadOnAsync();
        Assert.Empty(await RunAsync());
        Assert.Contains("rahdari_journal_held{by=\"unit\"} 101.", Told(), StringComparison.Ordinal);

        await EndAsync(110);
        await StrangeAsync(150);
        await ReadOnAsync();
        Assert.Empty(await RunAsync());
        Assert.Contains("rahdari_journal_held{by=\"discharge\"} 151.", Told(), StringComparison.Ordinal);

        await StrangeAsync(172);
        await ReadOnAsync();
        Assert.Equal([First], await RunAsync());
    }

    [Theory, InlineData("judging"), InlineData("segments"), InlineData("stock")]
    public async Task What_a_reader_has_not_read_is_there_when_it_comes_to_it(string reader)
    {
        await fixture.AppendAsync(Fix(0, 10));
        await EndAsync(1);
        await StrangeAsync(2, 100);
        await ReadOnAsync(but: reader);

        Assert.Empty(await RunAsync());
        Assert.Contains($"rahdari_journal_held{{by=\"{reader}\"}} 100", Told(), StringComparison.Ordinal);
        Assert.Equal(1, (await fixture.Journal.ReadAsync("pk/live", 0, 1, default))[0].Number);

        await ReadOnAsync();
        Assert.Equal([First], await RunAsync());
    }

    [Fact]
    public async Task An_alert_nobody_has_resolved_holds_its_unit_s_days()
    {
        await fixture.AppendAsync(Fix(0, 10), Fix(
            1, 11, seal: new(Locked: true, RopePresent: false, CoverClosed: true), events: [DeviceEvent.RopeCut]));
        await EndAsync(1);
        await StrangeAsync(100);
        await ReadOnAsync();
        Assert.Empty(await RunAsync());
        Assert.Contains("rahdari_journal_held{by=\"alert\"} 101.", Told(), StringComparison.Ordinal);

        foreach (var alert in await fixture.AlertsAsync())
            await fixture.RecordAsync($"alert:{alert.Id}", new AlertResolved(
                alert.Id, JudgingFixture.Officer.Id, AlertFinding.Confirmed, new Sealed<string>("seen")));
        Assert.Equal([First], await RunAsync());
    }

    [Fact]
    public async Task Rows_kept_apart_wait_for_the_officer_and_for_their_copies()
    {
        var since = Start.AddDays(2);
        await fixture.AppendAsync(Apart(2, since));
        await fixture.AppendAsync(Apart(40, since));
        await EndAsync(1);
        await StrangeAsync(100);
        await ReadOnAsync();
        Assert.Empty(await RunAsync());
        Assert.Contains("rahdari_journal_held{by=\"quarantine\"} 98\n", Told(), StringComparison.Ordinal);

        await fixture.RecordAsync(DeviceHolder.Subject(Strange), new QuarantineEnded(
            Strange, since, QuarantineRuling.Release, null, JudgingFixture.Officer.Id, "seen"));
        Assert.Empty(await RunAsync());
        Assert.Contains("rahdari_journal_held{by=\"release\"} 98\n", Told(), StringComparison.Ordinal);

        var machine = new ManualTimeProvider(Start);
        var releasing = new Releasing(
            fixture.Record, fixture.Journal, fixture.Clock, Settings,
            new(fixture.Journal, fixture.Clock, UnreadRowsTests.Make()), machine);
        Assert.Equal(2, await releasing.RunOnceAsync(default));
        machine.Advance(Releasing.InHand);
        Assert.Equal(0, await releasing.RunOnceAsync(default));
        await ReadOnAsync();
        Assert.Equal([First.AddDays(2)], await RunAsync());
        Assert.Equal(2, (await fixture.Journal.ReadAsync("pk/late", 0, 9, default)).Count);
    }

    [Fact]
    public async Task A_clock_that_runs_ahead_drops_nothing()
    {
        await fixture.AppendAsync(Fix(0, 10));
        await EndAsync(1);
        await StrangeAsync(2);
        await ReadOnAsync();
        fixture.At(Start.AddDays(5_000));
        Assert.Empty(await RunAsync());
    }

    [Fact]
    public async Task Whoever_lost_the_lease_writes_and_drops_nothing()
    {
        await fixture.AppendAsync(Fix(0, 10));
        await EndAsync(1);
        await StrangeAsync(100);
        await ReadOnAsync();
        await fixture.Leases.ReleaseAsync(lease, default);

        await Assert.ThrowsAsync<FencedException>(RunAsync);

        Assert.Equal(2, (await fixture.Journal.DaysAsync(default)).Count);
        Assert.Equal(0, await MarkAsync());
    }

    /// <summary>Both ways a drop can fail: the record has the cut, and the next round goes on from there.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task A_drop_that_failed_is_gone_on_with(bool happened)
    {
        await fixture.AppendAsync(Fix(0, 10));
        await EndAsync(1);
        await StrangeAsync(2, 100);
        await ReadOnAsync();
        var failing = new TestJournal(fixture.Journal)
        {
            DropFailure = new("the test's disk failed", happened, new IOException()),
        };

        await Assert.ThrowsAsync<StorageOutageException>(() => New(failing).RunOnceAsync(lease, default));

        Assert.Equal(happened ? 2 : 3, (await fixture.Journal.DaysAsync(default)).Count);
        var mark = await MarkAsync();
        Assert.Equal(Start.AddDays(39).ToMicros(), mark);
        Assert.Equal([First.AddDays(happened ? 2 : 0)], await RunAsync());
        Assert.Equal(mark, await MarkAsync());
    }

    [Fact]
    public async Task A_unit_of_which_days_are_gone_is_not_judged_again_from_half_its_track()
    {
        await fixture.AppendAsync(Fix(0, 10), Fix(
            1, 11, seal: new(Locked: true, RopePresent: false, CoverClosed: true), events: [DeviceEvent.RopeCut]));
        await fixture.AppendAsync(Fix(1_440, 20, seal: new(Locked: true, RopePresent: false, CoverClosed: true)));
        await EndAsync(2);
        await StrangeAsync(100);
        await ReadOnAsync();
        var before = (await fixture.AlertsAsync()).Select(a => a.Id).ToList();
        foreach (var alert in before)
            await fixture.RecordAsync($"alert:{alert}", new AlertResolved(
                alert, JudgingFixture.Officer.Id, AlertFinding.Confirmed, new Sealed<string>("seen")));
        Assert.Equal([First], await RunAsync());

        // As where nothing of judging is left: everything is judged from the first row there is.
        await fixture.Record.WriteAsync(
            t => t.ExecuteAsync("delete from judging_state", null, default), default);
        await fixture.Record.WriteAsync(
            t => t.ExecuteAsync("delete from judging_watermark", null, default), default);
        await ReadOnAsync();

        Assert.Equal(before, (await fixture.AlertsAsync()).Select(a => a.Id));
    }

    /// <summary>
    /// A new reader of the journal is written down here with what keeps its rows there, or says why it needs none.
    /// </summary>
    [Fact]
    public void Every_reader_of_the_journal_is_known()
    {
        string[] known =
        [
            "DeviceFixes",          // The last minutes.
            "DeviceMemories",       // 60 days: JournalDays.Least.
            "FaultJournal",         // Writes.
            "HeardDays",            // HoldReason.Stock.
            "JournalNeeds",         // The first row a reader has not read.
            "JournalRetention",     // Drops.
            "JournalWriter",        // Writes.
            "JudgingProgress",      // Heads.
            "JudgingRun",           // HoldReason.Judging; a unit again: Unit, Discharge.
            "JudgingService",       // Waits.
            "KeptSources",          // Of a quarantine that is not ended.
            "LogCommand",           // As LogFsck.
            "LogFsck",              // As SegmentCheck.
            "QuarantineEndpoint",   // Tells what is there.
            "Releasing",            // HoldReason.Quarantine, Release.
            "SegmentCheck",         // Counts what is gone.
            "SegmentReading",       // As SegmentsEndpoint.
            "SegmentRows",          // As whoever calls it.
            "Segmenter",            // HoldReason.Segments.
            "SegmentsEndpoint",     // Says what is gone.
            "SwapWatch",            // A week.
        ];
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
            | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        Type[] reading = [typeof(IJournal), typeof(JournalReading), typeof(Func<JournalReading>)];
        var found = typeof(JournalCut).Assembly.GetTypes()
            .Where(t => !t.IsNested && t.GetConstructors(All).Concat<MethodBase>(t.GetMethods(All))
                .Any(m => m.GetParameters().Any(p => reading.Contains(p.ParameterType))))
            .Select(t => t.Name).Order(StringComparer.Ordinal);
        Assert.Equal(known.Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public void No_fewer_days_are_kept_than_a_record_may_be_old()
    {
        static CorridorPack Believing(int days) => Pack with
        {
            Judging = new([new(RoadRules with { OldestRecordDays = days }, DateTimeOffset.MinValue, null, "test")]),
        };
        Assert.True(JournalDays.Least > DeviceMemories.Farthest.TotalDays);
        Assert.Equal(61, JournalDays.Of(Settings, Believing(60)));
        Assert.Equal(91, JournalDays.Of(Settings, Believing(90)));
        Assert.Equal(1_096, JournalDays.Of(JudgingFixture.Node, Believing(90)));
        Assert.Equal(61, JournalDays.Of(Settings with { JournalDays = 1 }, Pack));
    }

    public async Task InitializeAsync()
    {
        fixture = await JudgingFixture.OpenAsync(
            more: [new SegmentTables(Settings), new FittedDeviceTable(Settings), new EndedQuarantineTable(Settings)]);
        foreach (var tables in new[] { KeptApartTable.Tables, DeviceDayTable.Tables, RelayHourTable.Tables })
            await fixture.Record.WriteAsync(async t =>
            {
                await t.UpgradeTablesAsync(tables.Name, tables.Scripts, default);
                return 0;
            }, default);
        var meters = services.GetRequiredService<IMeterFactory>();
        export = new(meters);
        metrics = new(meters);
        lease = (await fixture.Leases.TryAcquireAsync("retention/pk", "pk", TimeSpan.FromMinutes(5), default))!;
    }

    public async Task DisposeAsync()
    {
        await fixture.DisposeAsync();
        metrics.Dispose();
        export.Dispose();
        await services.DisposeAsync();
    }

    Task<IReadOnlyList<DateOnly>> RunAsync() => New(fixture.Journal).RunOnceAsync(lease, default);

    JournalRetention New(IJournal journal) => new(
        Settings, Pack, journal, fixture.Record, fixture.Leases, fixture.Clock, metrics,
        NullLogger<JournalRetention>.Instance);

    string Told() => export.Render();

    Task<long> MarkAsync() =>
        fixture.Record.ReadAsync(r => r.WatermarkAsync(JournalCut.WatermarkOf("pk"), default), default);

    /// <summary>The unit crosses and is discharged.</summary>
    Task EndAsync(int day)
    {
        fixture.At(Start.AddDays(day));
        return fixture.RecordAsync(
            new UnitExited(Unit.Mrn, 1, OfficeId.Parse("pk:TORKHAM"), null, SealCondition.Intact),
            new UnitDischarged(Unit.Mrn, 1, EvidenceGrade.E1, false, null, new(0, "PKR")));
    }

    /// <summary>A device of no unit is heard; that is how days pass.</summary>
    async Task StrangeAsync(params int[] days)
    {
        foreach (var day in days)
        {
            fixture.At(Start.AddDays(day));
            await fixture.AppendAsync(Fix(day * 1_440, 10, device: Strange) with { Unit = null });
        }
    }

    static JournaledFix Apart(int day, DateTimeOffset since) =>
        Fix(day * 1_440, 10, device: Strange) with { Unit = null, Quarantine = new(since, "203.0.113.9:1") };

    /// <summary>Every reader reads what there is, but one.</summary>
    async Task ReadOnAsync(string but = "")
    {
        if (but != "judging")
        {
            var run = fixture.NewRun();
            await run.ResumeAsync(default);
            await fixture.JudgeAllAsync(run);
        }
        if (but != "stock")
            while (await new HeardDays(fixture.Journal, fixture.Record, Settings).NoteAsync(default)) { }
        if (but == "segments") return;
        var held = await fixture.Leases.TryAcquireAsync("segments/pk", "pk", TimeSpan.FromMinutes(5), default);
        var segmenter = new Segmenter(
            Settings, fixture.Journal, fixture.Record, fixture.Recorder, fixture.Feed, Pack, UnreadRowsTests.Make());
        await segmenter.ResumeAsync(default);
        while (segmenter.IsBehind) await segmenter.ReadAsync(default);
        await segmenter.CommitAsync(held!, fixture.Clock.Now.AddMinutes(20), default);
        await fixture.Leases.ReleaseAsync(held!, default);
    }
}
