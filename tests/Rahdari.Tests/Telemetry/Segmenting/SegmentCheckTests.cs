using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Telemetry.Segmenting;
using Rahdari.Tests.Telemetry.Journaling;
using Rahdari.Tests.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Segmenting;

public sealed class SegmentCheckTests : IAsyncLifetime
{
    JudgingFixture fixture = null!;

    [Fact]
    public async Task What_is_as_it_was_is_verified()
    {
        var report = await CheckAsync(rows => rows);
        Assert.Equal((1, 0, 0), (report.Verified, report.Dropped, report.Findings.Count));
    }

    [Theory, InlineData("body"), InlineData("raw"), InlineData("receipt"), InlineData("device")]
    public async Task A_row_that_was_changed_is_found(string what)
    {
        var report = await CheckAsync(rows => [.. rows.Select(r => r.Number != 2 ? r : r with
        {
            Entry = what switch
            {
                "body" => r.Entry with { Body = [.. r.Entry.Body[..20], 1, .. r.Entry.Body[21..]] },
                "raw" => r.Entry with { Raw = [1] },
                "receipt" => r.Entry with { ReceivedMicros = r.Entry.ReceivedMicros + 1 },
                _ => r.Entry with { Device = Tracker.ToString() },
            },
        })]);
        Assert.Equal("segment-differs", Assert.Single(report.Findings).Code);
    }

    [Fact]
    public async Task A_row_that_can_no_longer_be_read_is_named()
    {
        var report = await CheckAsync(rows => [.. rows.Select(r => r.Number != 2 ? r : r with
        {
            Entry = UnreadRowsTests.Damaged(r.Entry),
        })]);
        Assert.Contains("row 2 cannot be read", Assert.Single(report.Findings).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_taken_out_is_found_and_one_no_longer_retained_is_counted()
    {
        Assert.Equal(
            "segment-differs",
            Assert.Single((await CheckAsync(rows => [.. rows.Where(r => r.Number != 2)])).Findings).Code);
        var report = await CheckAsync(rows => [.. rows.Where(r => r.Number > 2)]);
        Assert.Equal((0, 1, 0), (report.Verified, report.Dropped, report.Findings.Count));
    }

    [Fact]
    public async Task A_day_dropped_while_it_is_checked_is_no_finding()
    {
        var reads = 0;
        var report = await CheckAsync(rows => ++reads == 1 ? rows : [.. rows.Where(r => r.Number > 2)]);
        Assert.Equal((0, 1, 0), (report.Verified, report.Dropped, report.Findings.Count));
    }

    [Fact]
    public async Task One_record_is_proven_to_whoever_has_the_recorded_root()
    {
        var segment = Assert.Single(
            await fixture.Record.ReadAsync(r => SegmentTables.PageAsync(r, "", 10, default), default));
        var rows = await SegmentRows.ReadAsync(fixture.Journal, segment, default);
        for (var index = 0; index < rows.Count; index++)
        {
            var proof = SegmentRows.ProofOf([.. rows.Select(r => r.Row)], index);
            var leaf = Hash.OfLeaf(SegmentRecord.Entry(rows[index].Row));
            Assert.True(StrictText.TryHash(segment.Root, out var root));
            Assert.True(MerkleProof.VerifyInclusion(leaf, index, rows.Count, proof, root));
            Assert.False(MerkleProof.VerifyInclusion(leaf, (index + 1) % rows.Count, rows.Count, proof, root));
        }
    }

    public async Task InitializeAsync()
    {
        fixture = await JudgingFixture.OpenAsync(more: new SegmentTables(JudgingFixture.Node));
        var lease = await fixture.Leases.TryAcquireAsync("segments/pk", "pk", TimeSpan.FromMinutes(5), default);
        await fixture.AppendAsync(Fix(0, 10), Fix(1, 11), Fix(2, 12), Fix(3, 13), Fix(4, 14));
        var segmenter = new Segmenter(
            fixture.Settings, fixture.Journal, fixture.Record, fixture.Recorder, fixture.Feed, Pack,
            UnreadRowsTests.Make());
        await segmenter.ResumeAsync(default);
        await segmenter.ReadAsync(default);
        await segmenter.CommitAsync(lease!, Start.AddMinutes(20), default);
    }

    public async Task DisposeAsync() => await fixture.DisposeAsync();

    Task<SegmentReport> CheckAsync(Func<IReadOnlyList<JournalRow>, IReadOnlyList<JournalRow>> change) =>
        SegmentCheck.CheckAsync(
            fixture.Record, () => async (stream, after, limit, cancel) =>
                [.. change(await fixture.Journal.ReadAsync(stream, after, 1000, cancel)).Take(limit)], 10, default);
}
