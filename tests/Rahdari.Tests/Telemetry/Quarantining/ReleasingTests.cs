using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Quarantining;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Telemetry.Connecting;
using Rahdari.Tests.Telemetry.Journaling;
using Rahdari.Tests.Telemetry.Raising;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Quarantining;

public sealed class ReleasingTests
{
    const string Own = "203.0.113.9:4001", Thief = "198.51.100.4:4002";

    static readonly DateTimeOffset Since = Start.AddMinutes(20);

    [Fact]
    public async Task Records_kept_apart_raise_one_alarm_and_are_evidence_of_nothing_else()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Trip());
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);

        var alert = Assert.Single(await fixture.AlertsAsync());
        Assert.Equal(
            ("identity-conflict", "critical", Since, SealDevice.ToString()),
            (alert.Kind, alert.Severity, alert.From, alert.Device));
        var last = Assert.Single(await new UnitFixes(fixture.Record).NewestAsync([Unit], default));
        Assert.Equal(Start.AddMinutes(10), last.FixedAt);

        // Another process that begins anew tells it no second time.
        await fixture.AppendAsync(Apart(40, Own));
        run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        Assert.Single(await fixture.AlertsAsync());
    }

    [Fact]
    public async Task What_an_officer_releases_is_judged_as_late_and_what_stays_out_is_not()
    {
        await using var fixture = await JudgingFixture.OpenAsync(more: new EndedQuarantineTable(JudgingFixture.Node));
        await fixture.AppendAsync(Trip());
        var releasing = Of(fixture);
        fixture.At(Start.AddMinutes(60));
        Assert.Equal(0, await releasing.RunOnceAsync(default));
        await RuleAsync(fixture, QuarantineRuling.Release, "203.0.113.9");

        Assert.Equal(2, await releasing.RunOnceAsync(default));
        Assert.Equal(0, await releasing.RunOnceAsync(default));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);

        var late = (await fixture.Journal.ReadAsync("pk/late", 0, 10, default)).Select(JournaledFix.Read).ToList();
        Assert.Equal([20, 30], late.Select(f => Minute(f.ReleasedFrom!.Value)));
        Assert.All(late, f => Assert.Equal((null, true, Unit), (f.Quarantine, f.Late, f.Unit)));
        Assert.Equal(
            ["identity-conflict", "rope-cut"], (await fixture.AlertsAsync()).Select(a => a.Kind).Order());
    }

    [Fact]
    public async Task A_row_among_them_that_cannot_be_read_stays_where_it_is_and_the_others_are_released()
    {
        await using var fixture = await JudgingFixture.OpenAsync(more: new EndedQuarantineTable(JudgingFixture.Node));
        await fixture.AppendAsync(Trip());
        await fixture.Journal.AppendAsync(
            [UnreadRowsTests.Damaged(UnreadRowsTests.Entry(Apart(25, Own)))], default);
        await RuleAsync(fixture, QuarantineRuling.Release, "203.0.113.9");

        var releasing = Of(fixture);
        Assert.Equal(2, await releasing.RunOnceAsync(default));
        Assert.Equal(0, await releasing.RunOnceAsync(default));
    }

    [Fact]
    public async Task Killed_between_copying_and_saying_so_nothing_is_there_twice()
    {
        await using var fixture = await JudgingFixture.OpenAsync(more: new EndedQuarantineTable(JudgingFixture.Node));
        await fixture.AppendAsync(Trip());
        var releasing = Of(fixture);
        await RuleAsync(fixture, QuarantineRuling.Release, null);
        await releasing.RunOnceAsync(default);
        await fixture.Record.WriteAsync(t => t.ExecuteAsync("delete from watermark", null, default), default);

        await releasing.RunOnceAsync(default);

        Assert.Equal(4, fixture.Journal.Head("pk/late"));
    }

    [Fact]
    public async Task Nothing_is_released_that_is_to_stay_out()
    {
        await using var fixture = await JudgingFixture.OpenAsync(more: new EndedQuarantineTable(JudgingFixture.Node));
        await fixture.AppendAsync(Trip());
        var quarantines = new EndedQuarantinesOf(fixture.Record);
        Assert.False(await quarantines.IsEndedAsync(SealDevice, Since, default));
        await RuleAsync(fixture, QuarantineRuling.KeepOut, null);

        Assert.True(await quarantines.IsEndedAsync(SealDevice, Since, default));
        Assert.False(await quarantines.IsEndedAsync(SealDevice, Since.AddSeconds(1), default));
        var releasing = Of(fixture);
        Assert.Equal(0, await releasing.RunOnceAsync(default));
    }

    [Fact]
    public async Task A_release_is_told_by_the_address_however_it_is_written_and_of_the_quarantines_own()
    {
        await using var fixture = await JudgingFixture.OpenAsync(more: new EndedQuarantineTable(JudgingFixture.Node));
        await fixture.AppendAsync(Trip());
        var sources = new KeptSources(fixture.Journal);
        Assert.True(await sources.HasAsync(SealDevice, Since, "::ffff:203.0.113.9", default));
        Assert.False(await sources.HasAsync(SealDevice, Since, "192.0.2.1", default));
        Assert.False(await sources.HasAsync(SealDevice, Since.AddSeconds(1), "203.0.113.9", default));
        await RuleAsync(fixture, QuarantineRuling.Release, "::FFFF:203.0.113.9");
        Assert.Equal(2, await Of(fixture).RunOnceAsync(default));
    }

    [Theory]
    [InlineData("203.0.113.9", true)]
    [InlineData("192.0.2.1", false)]
    public async Task An_address_is_looked_for_before_the_decision_and_not_in_it(string source, bool isThere)
    {
        await using var fixture = await JudgingFixture.OpenAsync(more: new EndedQuarantineTable(JudgingFixture.Node));
        await fixture.AppendAsync(Trip());
        var journal = new TestJournal(fixture.Journal);
        var by = new Actor(OfficerId.Parse("o-1", null), new(JudgingFixture.Node.Administration, "X"), Role.Officer);
        var asked = new EndQuarantine(
            SealDevice.ToString(), Since, QuarantineRuling.Release, source, "seen", new(journal));
        var prepared = await asked.PrepareAsync(null!, by, default);
        Assert.Equal(1, journal.DeviceReads);
        var decided = await prepared.DecideAsync(new NothingRecorded(), by, default);
        Assert.Equal(1, journal.DeviceReads);
        Assert.Equal(isThere, decided is Decision.Accepted);
    }

    sealed class NothingRecorded : IDeskReader
    {
        public DateTimeOffset Now => Since;

        public CorridorPack Pack => throw new NotSupportedException();

        public AdministrationId Own => JudgingFixture.Node.Administration;

        public Task<T> FoldAsync<T>(string subject, CancellationToken cancel) where T : IFold<T> =>
            Task.FromResult(T.Empty);

        public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel) =>
            throw new NotSupportedException();
    }

    [Fact]
    public async Task A_record_in_hand_when_the_officer_decided_is_released_once_it_is_journaled()
    {
        await using var fixture = await JudgingFixture.OpenAsync(more: new EndedQuarantineTable(JudgingFixture.Node));
        await fixture.AppendAsync(Trip());
        var (memories, machine) = (Memories(fixture), new ManualTimeProvider(Start));
        var releasing = new Releasing(
            fixture.Record, fixture.Journal, fixture.Clock, fixture.Settings, memories, machine);
        // As the intake holds it while the journal is shut: enriched with the mark, and not journaled yet.
        var held = await memories.TakeAsync(SealDevice, default);
        await RuleAsync(fixture, QuarantineRuling.Release, null);
        var running = releasing.RunOnceAsync(default);
        Assert.False(running.IsCompleted);
        await fixture.AppendAsync([Apart(40, Own)]);
        held.Dispose();
        Assert.Equal(5, await running);

        // Another process journals what it had in hand.
        await fixture.AppendAsync([Apart(41, Own)]);
        Assert.Equal(0, await releasing.RunOnceAsync(default));
        machine.Advance(Releasing.InHand);
        Assert.Equal(1, await releasing.RunOnceAsync(default));
        await fixture.AppendAsync([Apart(42, Own)]);
        machine.Advance(Releasing.InHand);
        Assert.Equal(0, await releasing.RunOnceAsync(default));
        Assert.Equal(6, fixture.Journal.Head("pk/late"));
    }

    static DeviceMemories Memories(JudgingFixture fixture) => new(
        fixture.Journal, fixture.Clock, UnreadRowsTests.Make());

    static Releasing Of(JudgingFixture fixture) => new(
        fixture.Record, fixture.Journal, fixture.Clock, fixture.Settings, Memories(fixture),
        new ManualTimeProvider(Start));

    /// <summary>Two records, then two devices under one id: the lock tells of its cut rope, the thief of a whole
    /// one far ahead.</summary>
    static IEnumerable<JournaledFix> Trip() =>
    [
        Fix(0, 10), Fix(10, 18), Apart(20, Own), Apart(21, Thief, 100), Apart(30, Own, 30, cut: true),
        Apart(31, Thief, 110),
    ];

    static JournaledFix Apart(int minute, string remote, double kilometre = 26, bool cut = false) => Fix(
        minute, kilometre, seal: cut ? new(Locked: true, RopePresent: false, CoverClosed: true) : Shut,
        events: cut ? [DeviceEvent.RopeCut] : []) with { Quarantine = new(Since, remote) };

    static Task RuleAsync(JudgingFixture fixture, QuarantineRuling ruling, string? source) => fixture.RecordAsync(
        DeviceHolder.Subject(SealDevice),
        new QuarantineEnded(SealDevice, Since, ruling, source, JudgingFixture.Officer.Id, "seen"));
}
