using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Segmenting;
using Rahdari.Tests.Telemetry.Journaling;
using Rahdari.Tests.Telemetry.Raising;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Segmenting;

public sealed class SegmenterTests : IAsyncLifetime
{
    static readonly UnitId Other = new(Unit.Mrn, 2);
    static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(5);

    static readonly UnitExited Exit = new(
        Unit.Mrn, Unit.Number, OfficeId.Parse("pk:TORKHAM"), null, SealCondition.Intact);

    JudgingFixture fixture = null!;
    Lease lease = null!;

    [Fact]
    public async Task Ten_minutes_of_a_unit_are_one_segment_and_its_root_is_that_of_the_rows()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(Fix(0, 10), Of(Other, 1), Fix(5, 12), Fix(9, 14));
        await segmenter.ReadAsync(default);
        Assert.Equal(0, await CommitAsync(segmenter, 9.9));
        Assert.Equal(1, await CommitAsync(segmenter, 10));

        var segment = Assert.Single(await SegmentsAsync());
        Assert.Equal(
            (Unit.Number, "pk/live", 1L, 4L, 3, "time"),
            (segment.Unit, segment.Stream, segment.FirstRow, segment.LastRow, segment.Records, segment.Cause));
        Assert.Equal(Start.ToUnixTimeMilliseconds() * 1000, segment.FirstEventMicros);
        Assert.Equal(Start.AddMinutes(9).ToUnixTimeMilliseconds() * 1000, segment.LastReceivedMicros);
        await CheckAsync();
        var leaf = await fixture.Desk.QueryAsync<long>(
            "select count(*) from pending_leaf where event_id = @id", new { id = segment.EventId }, default);
        Assert.Equal(1, leaf[0]);
    }

    [Fact]
    public async Task A_late_record_makes_a_later_segment_and_changes_none()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(Fix(0, 10), Fix(5, 12));
        await segmenter.ReadAsync(default);
        await CommitAsync(segmenter, 20);
        var before = await SegmentsAsync();

        await fixture.AppendAsync(Fix(2, 11, receivedAtMinute: 30, late: true));
        await segmenter.ReadAsync(default);
        await CommitAsync(segmenter, 60);

        var after = await SegmentsAsync();
        Assert.Equal(before, after.Where(s => s.Stream == "pk/live"));
        var late = Assert.Single(after, s => s.Stream == "pk/late");
        Assert.Equal(Start.AddMinutes(2).ToUnixTimeMilliseconds() * 1000, late.FirstEventMicros);
        Assert.Equal(Start.AddMinutes(30).ToUnixTimeMilliseconds() * 1000, late.FirstReceivedMicros);
        await CheckAsync();
    }

    [Fact]
    public async Task What_is_called_for_ends_at_once_and_only_that_unit()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(Fix(0, 10), Of(Other, 0), Fix(1, 11));
        await segmenter.ReadAsync(default);
        segmenter.Take([new(Unit, SegmentCause.Alert, Start.AddMinutes(1).ToMicros())]);
        Assert.Equal(1, await CommitAsync(segmenter, 1));

        var segment = Assert.Single(await SegmentsAsync());
        Assert.Equal((Unit.Number, 2, "alert"), (segment.Unit, segment.Records, segment.Cause));
        Assert.Equal(0, await CommitAsync(segmenter, 2));
    }

    [Fact]
    public async Task A_process_that_died_between_a_crossing_and_its_segment_leaves_the_call_to_the_next()
    {
        await fixture.AppendAsync(Fix(0, 10), Of(Other, 0), Fix(1, 11));
        fixture.At(Start.AddMinutes(2));
        await fixture.RecordAsync(Exit);

        var next = await NewAsync();
        Assert.Equal(0, await LookAsync(next, 2));
        Assert.Equal(1, await LookAsync(next, 2));

        var segment = Assert.Single(await SegmentsAsync());
        Assert.Equal((Unit.Number, 2, "crossing"), (segment.Unit, segment.Records, segment.Cause));
    }

    [Fact]
    public async Task An_alarm_of_two_units_calls_for_the_segments_of_both()
    {
        await fixture.AppendAsync(Fix(0, 10), Of(Other, 0), Fix(1, 11));
        fixture.At(Start.AddMinutes(2));
        await fixture.RecordAsync(new AlertRaised(
            "swap", Unit, AlertKind.DevicesSwapped, AlertSeverity.Critical, Start, Start, false, SealDevice, null, null,
            "alert.devices-swapped", []) { OtherUnit = Other });
        var segmenter = await NewAsync();
        Assert.Equal(0, await LookAsync(segmenter, 2));
        Assert.Equal(2, await LookAsync(segmenter, 2));
        Assert.Equal(
            [(Unit.Number, "alert"), (Other.Number, "alert")],
            (await SegmentsAsync()).Select(s => (s.Unit, s.Cause)).Order());
    }

    [Fact]
    public async Task What_is_dated_outside_the_time_of_the_fitting_is_in_no_segment()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(
            Fix(0, 10), Fix(5, 12) with { TimeSuspect = true, DatedElsewhere = true }, Fix(9, 14));
        await segmenter.ReadAsync(default);
        await CommitAsync(segmenter, 10);
        Assert.Equal(2, Assert.Single(await SegmentsAsync()).Records);
        await CheckAsync();
    }

    [Fact]
    public async Task A_call_ends_nothing_that_began_after_it()
    {
        fixture.At(Start.AddMinutes(2));
        await fixture.RecordAsync(Exit);
        var segmenter = await NewAsync();
        await fixture.AppendAsync(Of(Other, 0), Fix(3, 11));

        Assert.Equal(0, await LookAsync(segmenter, 4));
        Assert.Equal(0, await LookAsync(segmenter, 4));
        Assert.Empty(await SegmentsAsync());
    }

    [Fact]
    public async Task A_segments_rows_are_read_without_those_of_other_devices()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(
            [
                Fix(0, 10), .. Enumerable.Range(0, 3_000).Select(i => Of(Other, 1) with { Device = Strange(i) }),
                Fix(5, 12),
            ]);
        while (segmenter.IsBehind) await segmenter.ReadAsync(default);
        await CommitAsync(segmenter, 30);
        var segment = Assert.Single(await SegmentsAsync(), s => s.Unit == Unit.Number);
        Assert.True(segment.LastRow - segment.FirstRow > 3_000);

        var counting = new CountingJournal(fixture.Journal);
        var rows = await SegmentRows.ReadAsync(counting, [SealDevice.ToString(), "jt600:1"], segment, default);
        Assert.Equal(2, counting.Rows);
        var whole = await SegmentRows.ReadAsync(fixture.Journal, segment, default);
        Assert.Equal(whole.Select(r => r.Row.Number), rows.Select(r => r.Row.Number));
        Assert.Equal(segment.Root, SegmentRows.RootOf(rows.Select(r => r.Row)).ToBase64());
    }

    static DeviceId Strange(int i) => new("teltonika", $"35{i:0000000000000}");

    [Fact]
    public async Task A_clock_of_the_other_side_that_is_ahead_hides_no_alarm_of_this_one()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(Fix(0, 10));
        await CallAsync("af", Exit, Start.AddDays(300));
        await CallAsync("pk", new UnitGatedOut(Exit.Mrn, Exit.Unit, null, "V", "D"), Start.AddMinutes(1));

        Assert.Equal(0, await LookAsync(segmenter, 2));
        Assert.Equal(1, await LookAsync(segmenter, 2));
    }

    Task CallAsync(string administration, EventBody body, DateTimeOffset at) => fixture.Record.WriteAsync(
        async t =>
        {
            var stream = new StreamName(new AdministrationId(administration), Unit.Mrn.Value);
            await new SegmentCalls().ApplyAsync(
                t, new(new("e-1", stream, 1, at, new(stream.Administration, "TORKHAM"), new("o-1"), ""), body),
                default);
            return 0;
        }, default);

    [Fact]
    public async Task A_clock_that_is_ahead_ends_no_segment_before_its_time()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(Fix(0, 10));
        fixture.At(Start.AddDays(300));
        await fixture.RecordAsync(Exit);

        Assert.Equal(0, await LookAsync(segmenter, 1));
        Assert.Equal(0, await LookAsync(segmenter, 2));
    }

    [Fact]
    public async Task Records_kept_apart_or_of_no_unit_are_in_no_segment()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(
            Fix(0, 10) with { Quarantine = new(Start, "203.0.113.9:1") }, Fix(1, 10) with { Unit = null });
        await segmenter.ReadAsync(default);
        Assert.Equal(0, await CommitAsync(segmenter, 60));
        Assert.Empty(await SegmentsAsync());
    }

    [Fact]
    public async Task A_stream_about_no_unit_is_read_to_its_end_for_good()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(Fix(0, 10) with { Unit = null });
        await segmenter.ReadAsync(default);
        await CommitAsync(segmenter, 1);
        await fixture.AppendAsync(Fix(2, 10) with { Unit = null }, Of(Unit, 3), Fix(4, 10) with { Unit = null });
        await segmenter.ReadAsync(default);
        await CommitAsync(segmenter, 5);
        Assert.Equal(1, await KeptAsync());
        // A unit's open rows stay before it.
        await CommitAsync(segmenter, 9);
        Assert.Equal(1, await KeptAsync());
        await CommitAsync(segmenter, 61);
        Assert.Equal(4, await KeptAsync());

        Task<long> KeptAsync() => fixture.Record.ReadAsync(
            r => r.WatermarkAsync(Segmenter.WatermarkOf("pk/live"), default), default);
    }

    /// <summary>Whatever is killed when: read and not committed, committed and not known here.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task After_kills_at_any_moment_each_row_is_in_exactly_one_segment(int seed)
    {
        var dice = new Random(seed);
        var segmenter = await NewAsync();
        for (var minute = 0; minute < 240; minute += dice.Next(1, 5))
        {
            await fixture.AppendAsync(Enumerable.Range(0, dice.Next(1, 6)).Select(i =>
                Of(dice.Next(2) == 0 ? Unit : Other, minute + i / 60.0, late: dice.Next(5) == 0)));
            if (dice.Next(3) > 0) await segmenter.ReadAsync(default);
            if (dice.Next(6) == 0)
                segmenter.Take([new(Unit, SegmentCause.Crossing, Start.AddMinutes(minute).ToMicros())]);
            if (dice.Next(2) == 0) await CommitAsync(segmenter, minute);
            if (dice.Next(4) == 0) segmenter = await NewAsync();
        }
        await segmenter.ReadAsync(default);
        await CommitAsync(segmenter, 400);
        Assert.True((await SegmentsAsync()).Count > 20);
        await CheckAsync();
    }

    [Fact]
    public async Task A_backlog_is_several_segments_and_a_kill_between_them_loses_none()
    {
        var segmenter = await NewAsync();
        for (var n = 0; n < 9; n++)
            await fixture.AppendAsync(Enumerable.Range(0, 1000).Select(i => Fix(n * 20 + i / 60.0, 10, late: true)));
        while (segmenter.ReadIn("pk/late") < 9_000) await segmenter.ReadAsync(default);
        segmenter.Take([new(Unit, SegmentCause.Alert, long.MaxValue)]);
        Assert.Equal(3, await CommitAsync(segmenter, 0));
        Assert.Equal([4096, 4096, 808], (await SegmentsAsync()).OrderBy(s => s.FirstRow).Select(s => s.Records));
        segmenter = await NewAsync();
        Assert.Equal(9_000, segmenter.ReadIn("pk/late"));
        await CheckAsync();
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_recorded()
    {
        var segmenter = await NewAsync();
        await fixture.AppendAsync(Fix(0, 10));
        await segmenter.ReadAsync(default);
        await fixture.Leases.ReleaseAsync(lease, default);
        Assert.NotNull(await fixture.Leases.TryAcquireAsync(lease.Name, "another", LeaseTime, default));

        await Assert.ThrowsAsync<FencedException>(() => CommitAsync(segmenter, 30));
        Assert.Empty(await SegmentsAsync());
    }

    [Fact]
    public async Task A_process_with_an_old_lease_that_recorded_the_same_rows_records_them_once()
    {
        var (one, two) = (await NewAsync(), await NewAsync());
        await fixture.AppendAsync(Fix(0, 10), Fix(1, 11));
        await one.ReadAsync(default);
        await two.ReadAsync(default);
        await CommitAsync(one, 30);

        await Assert.ThrowsAnyAsync<Exception>(() => CommitAsync(two, 30));
        Assert.Single(await SegmentsAsync());
    }

    [Fact]
    public async Task The_bytes_of_a_row_that_cannot_be_read_are_in_the_segment_of_the_unit_its_device_is_fitted_to()
    {
        var one = await NewAsync();
        await fixture.AppendAsync(Fix(0, 10));
        await fixture.Journal.AppendAsync(
            [
                UnreadRowsTests.Damaged(UnreadRowsTests.Entry(Fix(1, 11))),
                UnreadRowsTests.Newer(UnreadRowsTests.Entry(Fix(2, 12))),
                UnreadRowsTests.Damaged(UnreadRowsTests.Entry(Fix(3, 12, device: Tracker))),
            ], default);
        await fixture.AppendAsync(Fix(4, 13));
        await LookAsync(one, 30);

        var segment = Assert.Single(await SegmentsAsync());
        Assert.Equal((4, "2 3"), (segment.Records, segment.Unread));
        var rows = await SegmentRows.ReadAsync(fixture.Journal, segment, default);
        Assert.Equal([1, 2, 3, 5], rows.Select(r => r.Row.Number));
        Assert.Equal(segment.Root, SegmentRows.RootOf(rows.Select(r => r.Row)).ToBase64());
        // Whoever can read a row that this build could not, comes to the same root.
        foreach (var body in new[] { Fix(2, 12), Fix(2, 12) with { Unit = new(Unit.Mrn, 2) } })
        {
            var read = new Dictionary<long, byte[]> { [3] = JournalBody.Write(body) };
            var again = await SegmentRows.ReadAsync(
                async (stream, after, limit, cancel) =>
                    [.. (await fixture.Journal.ReadAsync(stream, after, limit, cancel)).Select(r =>
                        read.TryGetValue(r.Number, out var b) ? r with { Entry = r.Entry with { Body = b } } : r)],
                Unit, segment.Stream, segment.FirstRow, segment.LastRow, segment.UnreadRows, default);
            Assert.Equal([1, 2, 3, 5], again.Select(r => r.Row.Number));
        }
        var report = await SegmentCheck.CheckAsync(fixture.Record, () => fixture.Journal.ReadAsync, 10, default);
        Assert.Equal((1, 0), (report.Verified, report.Findings.Count));
    }

    [Fact]
    public async Task A_process_that_starts_again_has_a_row_that_cannot_be_read_in_one_segment()
    {
        await fixture.AppendAsync(Fix(0, 10));
        await fixture.Journal.AppendAsync([UnreadRowsTests.Newer(UnreadRowsTests.Entry(Fix(1, 11)))], default);
        await LookAsync(await NewAsync(), 5);
        await fixture.AppendAsync(Fix(20, 13));
        await LookAsync(await NewAsync(), 22);
        await LookAsync(await NewAsync(), 60);

        var covered = new List<long>();
        foreach (var segment in await SegmentsAsync())
        {
            var rows = await SegmentRows.ReadAsync(fixture.Journal, segment, default);
            covered.AddRange(rows.Select(r => r.Row.Number));
        }
        Assert.Equal([1, 2, 3], covered.Order());
    }

    public async Task InitializeAsync()
    {
        fixture = await JudgingFixture.OpenAsync(
            more: [new SegmentTables(JudgingFixture.Node), new SegmentCalls()]);
        lease = (await fixture.Leases.TryAcquireAsync("segments/pk", "pk", LeaseTime, default))!;
    }

    public async Task DisposeAsync() => await fixture.DisposeAsync();

    async Task<Segmenter> NewAsync()
    {
        var segmenter = new Segmenter(
            fixture.Settings, fixture.Journal, fixture.Record, fixture.Recorder, fixture.Feed, Pack,
            UnreadRowsTests.Make());
        await segmenter.ResumeAsync(default);
        return segmenter;
    }

    /// <summary>One look, as the service does it.</summary>
    async Task<int> LookAsync(Segmenter segmenter, double minute)
    {
        var calls = await segmenter.CallsAsync(Start.AddMinutes(minute), default);
        await segmenter.ReadAsync(default);
        segmenter.Take(calls);
        return await CommitAsync(segmenter, minute);
    }

    Task<int> CommitAsync(Segmenter segmenter, double minute) =>
        segmenter.CommitAsync(lease, Start.AddMinutes(minute), default);

    Task<IReadOnlyList<SegmentRow>> SegmentsAsync() =>
        fixture.Record.ReadAsync(r => SegmentTables.PageAsync(r, "", 1000, default), default);

    /// <summary>Every journaled row of a unit is in one segment, in order, and the roots are those of the
    /// rows.</summary>
    async Task CheckAsync()
    {
        var segments = await SegmentsAsync();
        var covered = new List<(string, long)>();
        foreach (var segment in segments)
        {
            var rows = await SegmentRows.ReadAsync(fixture.Journal, segment, default);
            Assert.Equal(segment.Records, rows.Count);
            Assert.Equal(segment.Root, SegmentRows.RootOf(rows.Select(r => r.Row)).ToBase64());
            covered.AddRange(rows.Select(r => (segment.Stream, r.Row.Number)));
        }
        var all = new List<(string, long)>();
        foreach (var stream in new[] { "pk/live", "pk/late" })
            foreach (var row in await fixture.Journal.ReadAsync(stream, 0, 100_000, default))
                if (SegmentRows.TryRead(row, out var fix) && segments.Any(s => s.Unit == fix.Unit!.Value.Number))
                    all.Add((stream, row.Number));
        Assert.Equal(all.Order(), covered.Order());
    }

    static JournaledFix Of(UnitId unit, double minute, bool late = false) =>
        Fix(minute, 10, late: late) with { Unit = unit };
}
