using System.Text.Json.Nodes;
using Rahdari.Crossings;
using Rahdari.Federation;
using Rahdari.Guarantees;
using Rahdari.Ledger;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Tests.Movements;
using Rahdari.Tests.Transparency;
using Rahdari.Transparency;

namespace Rahdari.Tests.Federation;

public sealed class PeerReaderTests
{
    [Fact]
    public async Task What_the_other_side_published_and_may_be_seen_is_imported_once()
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        far.Add("crossing:TORKHAM", Closed("N-1"));
        far.Add("guarantee:X", Closed("N-2"), entitled: false);
        far.Add("crossing:TORKHAM", Closed("N-3"));
        await far.PublishAsync();
        var progress = await reader.StepAsync(default);
        Assert.Equal(3, progress.Imported.Count);
        Assert.Empty((await reader.StepAsync(default)).Imported);
        var history = await node.Desk.HistoryAsync("crossing:TORKHAM", default);
        Assert.Equal(["N-1", "N-3"], history.Select(h => ((CrossingClosed)h.Body).NoticeId));
        Assert.All(history, h => Assert.Equal("pk", h.Header.Stream.Administration.Value));
    }

    [Fact]
    public async Task More_than_one_bundle_is_read_step_by_step()
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        for (var i = 0; i < 300; i++) far.Add("crossing:TORKHAM", Closed($"N-{i}"));
        await far.PublishAsync();
        var first = await reader.StepAsync(default);
        Assert.Equal(256, first.Imported.Count);
        Assert.True(first.More);
        var second = await reader.StepAsync(default);
        Assert.Equal(45, second.Imported.Count);
        Assert.False(second.More);
    }

    [Fact]
    public async Task A_log_that_grew_is_read_on_from_where_it_was()
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        await reader.StepAsync(default);
        far.Add("crossing:TORKHAM", Closed("N-1"));
        await far.PublishAsync();
        Assert.Single((await reader.StepAsync(default)).Imported);
    }

    [Fact]
    public async Task What_is_recorded_names_the_newest_head_that_was_believed_by_then()
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        await CloseAsync("before");
        far.Add("crossing:TORKHAM", Closed("N-1"));
        await far.PublishAsync();
        await reader.StepAsync(default);
        await CloseAsync("after");
        await far.PublishAsync(root: Hash.OfLeaf([1]));
        Assert.Equal("split-view", (await reader.StepAsync(default)).Fault!.Code);
        await CloseAsync("doubt");

        async Task CloseAsync(string notice) => await node.Desk.DecideAsync(
            new(new("o-1"), Rahdari.Parties.OfficeId.Parse("af:TORKHAM"), Rahdari.Parties.Role.Officer),
            _ => Task.FromResult(Decision.Accept(new NewEvent("crossing:own", Closed(notice)))), default);
        var history = await node.Desk.HistoryAsync("crossing:own", default);
        var head = Checkpoint.Parse(SignedNote.Parse(await HeadNoteAsync()).Text);
        var believed = new PeerHead(far.Settings.Origin, 2, head.Root.ToBase64());
        Assert.Equal([null, believed, believed], history.Select(h => h.Header.NotBefore));

        Task<byte[]> HeadNoteAsync() => node.Store.Record.ReadAsync(
            async r => (await PeerLog.LoadAsync(r, far.Settings.Origin, default)).HeadNote, default);
    }

    [Fact]
    public async Task A_changed_event_is_not_believed_and_nothing_of_its_batch_is_kept() => await RefusedAsync(
        "leaf-differs", far =>
        {
            var last = far.Entries[^1];
            var bytes = last.Canonical!.ToArray();
            bytes[40] ^= 1;
            far.Entries[^1] = last with { Canonical = bytes };
            return far.PublishAsync();
        });

    [Fact]
    public async Task An_event_signed_with_another_key_is_not_believed() => await RefusedAsync(
        "signature-wrong", far =>
        {
            far.Add("crossing:TORKHAM", Closed("N-9"), seed: new byte[32]);
            return far.PublishAsync();
        });

    [Fact]
    public async Task An_event_in_our_own_stream_is_not_believed() => await RefusedAsync(
        "foreign-author", far =>
        {
            far.Add("crossing:TORKHAM", Closed("N-9"), administration: "af");
            return far.PublishAsync();
        });

    [Fact]
    public async Task An_opening_that_was_not_committed_to_is_not_believed() => await RefusedAsync(
        "opening-uncommitted", far =>
        {
            far.Add("guarantee:G", new GuaranteeRegistered(
                Grn.Parse("26PK000000000001" + CheckDigit.Of("26PK000000000001")), "1", new Money(1, "PKR"),
                DeskFixture.Start, "Indus Surety", null, "h"));
            var last = far.Entries[^1];
            far.Entries[^1] = last with { Openings = [last.Openings[0] with { Value = "Another Surety" }] };
            return far.PublishAsync();
        });

    [Fact]
    public async Task A_leaf_that_is_not_in_the_signed_tree_is_not_believed() => await RefusedAsync(
        "entries-not-in-tree", far =>
        {
            var bundle = far.Files["tile/entries/000.p/2"];
            bundle[^1] ^= 1;
            return Task.CompletedTask;
        });

    [Fact]
    public async Task Withheld_entries_stop_the_reading() => await RefusedAsync(
        "entries-missing", far =>
        {
            far.Entries.RemoveAt(far.Entries.Count - 1);
            return Task.CompletedTask;
        });

    [Fact]
    public async Task A_head_of_a_stranger_is_not_believed() => await RefusedAsync(
        "checkpoint-unsigned", async far =>
        {
            await far.PublishAsync();
            var text = System.Text.Encoding.UTF8.GetString(far.Files["checkpoint"]);
            var stranger = new NoteSigner("pk-2026.demo.example", NoteAlgorithm.Ed25519, new SeedSigner(new byte[32]));
            var body = text[..(text.IndexOf("\n\n", StringComparison.Ordinal) + 1)];
            far.Files["checkpoint"] = new SignedNote(body, [await stranger.SignAsync(body, default)]).ToBytes();
        });

    [Fact]
    public async Task A_log_that_shrank_or_split_is_caught()
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        far.Add("crossing:TORKHAM", Closed("N-1"));
        await far.PublishAsync();
        await reader.StepAsync(default);
        await far.PublishAsync(size: 1, root: Hash.EmptyTree);
        Assert.Equal("log-shrank", (await reader.StepAsync(default)).Fault?.Code);
        await far.PublishAsync(root: Hash.EmptyTree);
        Assert.Equal("split-view", (await reader.StepAsync(default)).Fault?.Code);
        await far.PublishAsync();
        Assert.Null((await reader.StepAsync(default)).Fault);
    }

    [Fact]
    public async Task What_was_kept_back_at_first_is_read_once_it_may_be_seen()
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        far.Add("crossing:TORKHAM", Closed("N-1"), entitled: false);
        far.Add("crossing:CHAMAN", Closed("N-2"));
        await far.PublishAsync();
        Assert.Equal(2, (await reader.StepAsync(default)).Imported.Count);
        far.Show(1);
        far.Add("crossing:TORKHAM", Closed("N-3"));
        await far.PublishAsync();
        Assert.Equal(2, (await reader.StepAsync(default)).Imported.Count);
        Assert.Equal(["N-1", "N-3"], (await node.Desk.HistoryAsync("crossing:TORKHAM", default))
            .Select(h => ((CrossingClosed)h.Body).NoticeId));
    }

    [Fact]
    public async Task An_event_whose_beginning_is_kept_back_is_told_and_passed_over()
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        far.Add("crossing:TORKHAM", Closed("N-1"), entitled: false);
        far.Add("crossing:TORKHAM", Closed("N-2"));
        far.Add("crossing:CHAMAN", Closed("N-3"));
        await far.PublishAsync();
        var progress = await reader.StepAsync(default);
        Assert.Null(progress.Fault);
        Assert.Equal(("crossing:TORKHAM", 2L),
            (Assert.Single(progress.Unplaced).Stream.Subject, progress.Unplaced[0].Version));
        Assert.Empty(await node.Desk.HistoryAsync("crossing:TORKHAM", default));
        Assert.Single(await node.Desk.HistoryAsync("crossing:CHAMAN", default));
    }

    [Fact]
    public async Task An_old_entry_shown_later_must_be_the_leaf_that_was_in_the_log()
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        far.Add("crossing:TORKHAM", Closed("N-1"), entitled: false);
        await far.PublishAsync();
        await reader.StepAsync(default);
        far.Show(1);
        far.Entries[1] = far.Entries[1] with { LeafSalt = new byte[32] };
        far.Add("crossing:TORKHAM", Closed("N-2"));
        await far.PublishAsync();
        Assert.Equal("leaf-differs", (await reader.StepAsync(default)).Fault?.Code);
    }

    [Fact]
    public async Task Two_events_at_one_place_of_a_stream_are_not_believed() => await RefusedAsync(
        "stream-forked", far =>
        {
            far.Add("crossing:TORKHAM", Closed("N-2"), tamper: e => (e["seq"], e["prev"]) = (1, ""));
            return far.PublishAsync();
        });

    [Fact]
    public async Task An_event_that_does_not_follow_the_one_before_it_is_not_believed() => await RefusedAsync(
        "chain-broken", far =>
        {
            far.Add("crossing:TORKHAM", Closed("N-2"), tamper: e => e["prev"] = Convert.ToBase64String(new byte[32]));
            return far.PublishAsync();
        });

    [Fact]
    public async Task One_id_for_two_events_is_not_believed() => await RefusedAsync(
        "event-id-repeated", far =>
        {
            far.Add("crossing:TORKHAM", Closed("N-2"), tamper: e => e["id"] = "e-1");
            return far.PublishAsync();
        });

    [Theory]
    [InlineData("seq", "0")]
    [InlineData("seq", "-1")]
    [InlineData("seq", "\"1\"")]
    [InlineData("mov", "null")]
    [InlineData("type", "7")]
    [InlineData("tv", "\"one\"")]
    [InlineData("at", "\"yesterday\"")]
    [InlineData("by", "[]")]
    [InlineData("data", "null")]
    public async Task A_malformed_envelope_stops_the_reading_and_not_the_node(string member, string value)
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        far.Add("crossing:TORKHAM", Closed("N-1"), tamper: e => e[member] = JsonNode.Parse(value));
        await far.PublishAsync();
        var progress = await reader.StepAsync(default);
        if (member == "data") Assert.IsType<UnknownEvent>(progress.Imported[^1].Body);
        else Assert.Equal("event-malformed", progress.Fault?.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reading_a_declaration_is_said_in_the_own_log_with_whether_it_was_opened(bool opened)
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        var mrn = new Scene().NextMrn();
        far.Add(mrn.Value, new DeclarationAccepted(
            mrn, "A-1", Scene.Karachi, Scene.Torkham, Scene.AfTorkham, "indus", Scene.Af,
            [new(1, UnitKind.BulkTruck, null, new Grams(1), "TLA-001")], "Holder", "Consignor", "Consignee", "Carrier",
            new Sealed<IReadOnlyList<GoodsItem>>([])));
        if (!opened) far.Entries[^1] = far.Entries[^1] with { Openings = [.. far.Entries[^1].Openings.Skip(1)] };
        await far.PublishAsync();
        await reader.StepAsync(default);
        var said = (await node.Desk.HistoryAsync(mrn.Value, default)).Single(h => h.Body is DeclarationRead);
        var read = (DeclarationRead)said.Body;
        Assert.Equal((opened, 1L, "af"),
            (read.Opened, read.Declaration.Index, said.Header.Stream.Administration.Value));
    }

    /// <summary>One good entry was read; then the far side does something wrong with the next.</summary>
    static async Task RefusedAsync(string code, Func<FarSide, Task> misbehave)
    {
        var (far, node, reader) = await StartAsync();
        await using var _ = node;
        far.Add("crossing:TORKHAM", Closed("N-1"));
        await far.PublishAsync();
        await misbehave(far);
        var progress = await reader.StepAsync(default);
        Assert.Equal(code, progress.Fault?.Code);
        Assert.Empty(await node.Desk.HistoryAsync("crossing:TORKHAM", default));
        Assert.Equal(code, (await node.Store.Record.ReadAsync(
            r => PeerLog.LoadAsync(r, far.Settings.Origin, default), default)).FaultCode);
    }

    static async Task<(FarSide, DeskFixture, PeerReader)> StartAsync()
    {
        var far = await FarSide.StartAsync();
        var node = await DeskFixture.OpenAsync([], null, "af", far.Settings);
        return (far, node, new PeerReader(
            far.Settings, far, node.Store.Record, node.Recorder, node.Clock,
            new Actor(OfficerId.Node, OfficeId.Parse("af:TORKHAM"), Role.ControlRoom)));
    }

    static CrossingClosed Closed(string notice) =>
        new(notice, "TORKHAM", FarSide.Office, DeskFixture.Start, null, "road works");
}
