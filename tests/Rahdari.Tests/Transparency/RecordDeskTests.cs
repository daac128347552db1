using System.Security.Cryptography;
using Rahdari.Crossings;
using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Tests.Transparency;

public sealed class RecordDeskTests
{
    static readonly Actor Officer = new(new OfficerId("o-1"), OfficeId.Parse("pk:TORKHAM"), Role.Officer);

    [Fact]
    public async Task A_decision_records_in_several_streams_at_once()
    {
        await using var node = await DeskFixture.OpenAsync();
        var outcome = await node.Desk.DecideAsync(
            Officer, _ => Task.FromResult(Decision.Accept(Closed("a", "N-1"), Closed("b", "N-2"))), default);
        var done = Assert.IsType<Outcome.Done>(outcome);
        Assert.Equal(2, done.Events.Count);
        Assert.Single(await node.Desk.HistoryAsync("crossing:a", default));
        Assert.Single(await node.Desk.HistoryAsync("crossing:b", default));
    }

    [Fact]
    public async Task A_refusal_records_nothing()
    {
        await using var node = await DeskFixture.OpenAsync();
        var outcome = await node.Desk.DecideAsync(
            Officer, _ => Task.FromResult(Decision.Refuse("no-such-crossing")), default);
        Assert.Equal("no-such-crossing", Assert.IsType<Outcome.Refused>(outcome).Why.Code);
        Assert.Empty(await node.Desk.HistoryAsync("crossing:a", default));
    }

    [Fact]
    public async Task An_if_match_that_is_out_of_date_is_stale_and_records_nothing()
    {
        await using var node = await DeskFixture.OpenAsync();
        await node.Desk.DecideAsync(Officer, _ => Task.FromResult(Decision.Accept(Closed("a", "N-1"))), default);
        var outcome = await node.Desk.DecideAsync(
            Officer, _ => Task.FromResult(Decision.Accept(Closed("a", "N-2"))), default, 0, "crossing:a");
        Assert.Equal(1, Assert.IsType<Outcome.Stale>(outcome).Version);
        Assert.Single(await node.Desk.HistoryAsync("crossing:a", default));
    }

    [Fact]
    public async Task Events_of_a_stream_are_chained_by_the_hash_of_the_one_before()
    {
        await using var node = await DeskFixture.OpenAsync();
        foreach (var notice in new[] { "N-1", "N-2", "N-3" })
            await node.Desk.DecideAsync(Officer, _ => Task.FromResult(Decision.Accept(Closed("a", notice))), default);
        var rows = await node.Store.Record.ReadAsync(r => r.ReadStreamAsync("pk/crossing:a", 0, 10, default), default);
        Assert.Equal([1, 2, 3], rows.Select(r => r.Version));
        var links = rows.Select(r =>
            System.Text.Json.Nodes.JsonNode.Parse(r.Body)!["prev"]!.GetValue<string>()).ToList();
        Assert.Equal("", links[0]);
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(rows[0].Body)), links[1]);
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(rows[1].Body)), links[2]);
    }

    [Fact]
    public async Task Erasing_the_key_leaves_the_event_and_takes_the_sealed_fields()
    {
        await using var node = await DeskFixture.OpenAsync();
        var grn = Grn.Parse(WithDigit("26PK000000000001"));
        var registered = new GuaranteeRegistered(
            grn, "1", new Money(1_000_000, "PKR"), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
                "Indus Surety",
            "A++", "hash");
        await node.Desk.DecideAsync(
            Officer, _ => Task.FromResult(Decision.Accept(new NewEvent($"guarantee:{grn}", registered))), default);
        var before = (GuaranteeRegistered)(await node.Desk.HistoryAsync($"guarantee:{grn}", default))[0].Body;
        Assert.Equal("Indus Surety", before.Guarantor.Or("-"));
        await node.Store.Record.WriteAsync(
            t => Rahdari.Storage.WrappedKeys.EraseKeyAsync(t, $"guarantee:{grn}", default), default);
        var after = (GuaranteeRegistered)(await node.Desk.HistoryAsync($"guarantee:{grn}", default))[0].Body;
        Assert.True(after.Guarantor.IsErased);
        Assert.Equal(1_000_000, after.Limit.Minor);
    }

    [Fact]
    public async Task Writers_of_one_stream_take_turns_and_none_is_lost()
    {
        await using var node = await DeskFixture.OpenAsync();
        var writers = Enumerable.Range(0, 64).Select(i => node.Desk.DecideAsync(
            Officer, _ => Task.FromResult(Decision.Accept(Closed("a", $"N-{i}"))), default));
        await Task.WhenAll(writers);
        var history = await node.Desk.HistoryAsync("crossing:a", default);
        Assert.Equal(Enumerable.Range(1, 64).Select(v => (long)v), history.Select(h => h.Header.Version).Order());
    }

    static string WithDigit(string sixteen) => sixteen + CheckDigit.Of(sixteen);

    static NewEvent Closed(string crossing, string notice) => new(
        $"crossing:{crossing}",
        new CrossingClosed(notice, crossing, OfficeId.Parse("pk:TORKHAM"), DeskFixture.Start, null, "road"));
}
