using Rahdari.Ledger;
using Rahdari.Transparency.Sequencing;

namespace Rahdari.Tests.Federation;

public sealed class EntryProofsTests
{
    [Fact]
    public async Task Every_entry_leads_step_by_step_to_the_signed_root()
    {
        await using var shelf = await LogShelf.OpenAsync();
        var head = (await shelf.Logs.ListAsync(default))[0].Head!;
        for (var index = 0; index < LogShelf.Size; index++)
        {
            var shown = await shelf.ShownAsync($"{index}");
            Assert.True(shown.Holds, $"{index}");
            Assert.Equal((index, head), (shown.Index, shown.Head));
            Assert.Equal(Hash.OfLeaf(shown.Entry), shown.Leaf);
            Assert.Equal(head.Root, shown.Steps[^1].Result);
        }
    }

    [Theory]
    [InlineData("#12", 12)]
    [InlineData(" 12 ", 12)]
    [InlineData("۱۲", 12)]
    [InlineData("00012", 12)]
    public async Task An_index_may_be_written_as_people_write_it(string asked, long index)
    {
        await using var shelf = await LogShelf.OpenAsync();
        Assert.Equal(index, (await shelf.ShownAsync(asked)).Index);
    }

    [Fact]
    public async Task An_event_is_found_by_its_id()
    {
        await using var shelf = await LogShelf.OpenAsync();
        var rows = await shelf.Bench.Record.ReadAsync(
            r => r.LogRowsAsync(LogBenchOrigin, 0, LogShelf.Size, default), default);
        var row = rows.Single(r => r.EventId == "a-271");
        var shown = await shelf.ShownAsync("a-271");
        Assert.Equal(row.LogIndex, shown.Index);
        Assert.Equal(row.Leaf, shown.Entry);
    }

    [Theory]
    [InlineData(" ", "log-entry-malformed")]
    [InlineData("#", "log-entry-malformed")]
    [InlineData("a b", "log-entry-malformed")]
    [InlineData("طورخم", "log-entry-malformed")]
    [InlineData("-1", "log-entry-unknown")]
    [InlineData("300", "log-entry-beyond")]
    [InlineData("99999999999999999999999", "log-entry-beyond")]
    [InlineData("e-0123", "log-entry-unknown")]
    [InlineData("x' or '1'='1", "log-entry-malformed")]
    [InlineData("x-1", "log-entry-of-peer")]
    [InlineData("af/x-1", "log-entry-of-peer")]
    public async Task What_cannot_be_shown_is_refused_with_its_reason(string asked, string code)
    {
        await using var shelf = await LogShelf.OpenAsync();
        var why = await shelf.RefusedAsync(asked);
        Assert.Equal(code, why.Code);
        if (code == "log-entry-beyond") Assert.Equal("300", why.Args["size"]);
        if (code == "log-entry-of-peer")
            Assert.Equal((LogShelf.PeerOrigin, "7"), (why.Args["origin"], why.Args["index"]));
    }

    [Fact]
    public async Task What_is_longer_than_any_id_is_refused_unread()
    {
        await using var shelf = await LogShelf.OpenAsync();
        Assert.Equal("log-entry-malformed", (await shelf.RefusedAsync(new string('9', 101))).Code);
    }

    [Fact]
    public async Task What_is_recorded_and_not_logged_yet_waits()
    {
        await using var shelf = await LogShelf.OpenAsync();
        await shelf.Bench.RecordAsync("b", 1);
        Assert.Equal("log-entry-waits", (await shelf.RefusedAsync("b-1")).Code);
    }

    [Fact]
    public async Task A_changed_entry_leads_elsewhere_and_says_so()
    {
        await using var shelf = await LogShelf.OpenAsync();
        var bundle = shelf.Bench.Files.Files["tile/entries/000"];
        bundle[^1] ^= 1;
        Assert.False((await shelf.ShownAsync("255")).Holds);
        Assert.True((await shelf.ShownAsync("254")).Holds);
    }

    [Fact]
    public async Task A_head_signed_by_another_key_vouches_for_nothing()
    {
        await using var shelf = await LogShelf.OpenAsync();
        shelf.Hold(bytes => bytes.Fill(1));
        var shown = await shelf.ShownAsync("3");
        Assert.Equal((false, false), (shown.IsSigned, shown.Holds));
        Assert.Equal(shown.Head.Root, shown.Computed);
    }

    [Fact]
    public async Task A_missing_file_is_told_by_name()
    {
        await using var shelf = await LogShelf.OpenAsync();
        shelf.Bench.Files.Files.Remove("tile/entries/000");
        var why = await shelf.RefusedAsync("3");
        Assert.Equal("log-entry-unreadable", why.Code);
        Assert.Contains("tile/entries/000", why.Args["what"], StringComparison.Ordinal);
    }

    const string LogBenchOrigin = Transparency.Sequencing.LogBench.Origin;
}
