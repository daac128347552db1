using System.Text.Json.Nodes;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;
using Rahdari.Tests.Ledger;
using Rahdari.Transparency;
using Rahdari.Transparency.Sequencing;
using Rahdari.Transparency.Verifying;

namespace Rahdari.Tests.Transparency.Verifying;

public sealed class LogFsckTests : IAsyncLifetime
{
    const int Events = 270;

    readonly DirectoryInfo data = Directory.CreateTempSubdirectory("rahdari-fsck-");

    string Node => Path.Combine(data.FullName, "pk");

    string Log => Path.Combine(Node, "log", SampleLog.Origin);

    public async Task InitializeAsync()
    {
        var keys = new SubjectKeys(
            KeyRing.ReadOrMake(Path.Combine(data.FullName, "pk-master.seed"), SystemEntropy.Fill), SystemEntropy.Fill);
        await using var store = await EmbeddedStore.OpenAsync(
            Node, new() { Time = TimeProvider.System, OnFatal = _ => { } }, default);
        await LogTables.PrepareAsync(store.Record, default);
        await store.Record.WriteAsync(t => RecordAsync(t, keys), default);
        var lease = await store.Leases.TryAcquireAsync("log", "test", TimeSpan.FromHours(1), default);
        var files = new LogDirectory(Log, Path.Combine(Node, "log-drafts"));
        await new Sequencer(store.Record, files, SampleLog.Log).StepAsync(lease!, default);
    }

    public Task DisposeAsync()
    {
        data.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Every_leaf_is_computed_again_from_its_salt_and_event()
    {
        foreach (var folder in new[] { data.FullName, Node })
        {
            var (code, output, _) = await RunAsync(folder);
            var json = JsonNode.Parse(output)!;
            Assert.True(code == 0 && (bool)json["consistent"]!, output);
            var log = Assert.Single(json["logs"]!.AsArray())!;
            Assert.Equal(
                ("pk", SampleLog.Origin, Events, Events, 0),
                ((string)log["node"]!, (string)log["origin"]!, (int)log["size"]!, (int)log["recomputed"]!,
                    (int)log["unopened"]!));
            Assert.False((bool)log["simulated"]!);
        }
    }

    [Fact]
    public async Task Without_the_master_key_leaves_are_compared_with_the_record_only()
    {
        File.Delete(Path.Combine(data.FullName, "pk-master.seed"));
        var (code, output, _) = await RunAsync(data.FullName);
        Assert.Equal((0, Events), (code, (int)JsonNode.Parse(output)!["logs"]![0]!["unopened"]!));
        Assert.Equal(2, (await RunAsync(data.FullName, Path.Combine(data.FullName, "no-key"))).Code);
    }

    [Fact]
    public async Task An_erased_subject_leaves_its_leaves_in_place()
    {
        await ChangeAsync("delete from wrapped_key where key_id = 'subject-1'");
        var (code, output, _) = await RunAsync(data.FullName);
        Assert.Equal((0, Events / 2), (code, (int)JsonNode.Parse(output)!["logs"]![0]!["unopened"]!));
    }

    [Theory]
    [InlineData("body", "e-4", "tile/entries/000")]
    [InlineData("leaf", "e-265", "tile/entries/001.p/14")]
    [InlineData("sealed", "e-7", "tile/entries/000")]
    public async Task An_exchanged_part_of_an_event_is_found(string column, string eventId, string file)
    {
        await ChangeAsync(
            $"update event set {column} = (select {column} from event where event_id = 'e-3') "
            + $"where event_id = '{eventId}'");
        await CheckFoundAsync("leaf-differs", file);
    }

    [Theory]
    [InlineData("at_micros = at_micros + 1", "at_micros")]
    [InlineData("type = 'keys-published'", "type")]
    [InlineData("type_version = 2", "type_version")]
    [InlineData("stream = 'pk/crossing:B'", "stream")]
    public async Task A_column_that_differs_from_the_signed_body_is_found(string change, string column)
    {
        await ChangeAsync($"update event set {change} where event_id = 'e-7'");
        var (exit, output, _) = await RunAsync(data.FullName);
        var finding = Assert.Single(JsonNode.Parse(output)!["logs"]![0]!["findings"]!.AsArray())!;
        Assert.Equal((1, "leaf-differs"), (exit, (string)finding["code"]!));
        Assert.Contains($"column {column} of event e-7", (string)finding["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_entry_the_record_lacks_is_named()
    {
        await ChangeAsync("delete from log_entry where log_index = 33");
        var (_, output, _) = await RunAsync(data.FullName);
        Assert.Contains(JsonNode.Parse(output)!["logs"]![0]!["findings"]!.AsArray(), f =>
            ((string)f!["detail"]!).StartsWith("entry 33 is not in it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("delete from log_entry where log_index > 260", "record-lacks-entries", "record.db")]
    [InlineData("delete from log_head", "record-behind", "record.db")]
    [InlineData("update log_head set root = substr(root, 2, 10) || substr(root, 1, 1) || substr(root, 12)",
        "head-differs", "record.db")]
    public async Task A_changed_record_is_found(string sql, string code, string file)
    {
        await ChangeAsync(sql);
        await CheckFoundAsync(code, file);
    }

    async Task CheckFoundAsync(string code, string file)
    {
        var (exit, output, _) = await RunAsync(data.FullName);
        Assert.Equal(1, exit);
        Assert.Contains(JsonNode.Parse(output)!["logs"]![0]!["findings"]!.AsArray(), f =>
            ((string)f!["code"]!, (string)f["file"]!) == (code, file));
    }

    [Fact]
    public async Task A_changed_byte_of_any_file_is_found_and_named()
    {
        foreach (var file in Directory.EnumerateFiles(Log, "*", SearchOption.AllDirectories))
        {
            var whole = await File.ReadAllBytesAsync(file);
            byte[] changed = [.. whole];
            changed[whole.Length / 2] ^= 4;
            await File.WriteAllBytesAsync(file, changed);
            var (code, output, _) = await RunAsync(data.FullName);
            Assert.Equal(1, code);
            Assert.Contains(
                JsonNode.Parse(output)!["logs"]![0]!["findings"]!.AsArray(),
                f => (string)f!["file"]! == Path.GetRelativePath(Log, file));
            await File.WriteAllBytesAsync(file, whole);
        }
    }

    [Fact]
    public async Task Files_of_a_step_that_was_cut_short_are_no_fault()
    {
        // The checkpoint of a smaller size, as if the process had died before publishing the newer one.
        var log = new LogDirectory(Log, Path.Combine(Node, "log-drafts"));
        var older = 269;
        var root = (await new TileTree(log, Events).FrontierAsync(older, default)).Root;
        await ChangeAsync($"update log_head set size = {older}, root = '{root.ToBase64()}'");
        var text = new Checkpoint(SampleLog.Origin, older, root).ToString();
        await log.WriteAsync(
            [new("checkpoint", new SignedNote(text, [await SampleLog.Log.SignAsync(text, default)]).ToBytes()),
                new("tile/0/001.p/13", (await log.ReadAsync("tile/0/001.p/14", default))![..(13 * 32)]),
                new("tile/entries/001.p/13", (await log.ReadAsync("tile/entries/001.p/14", default))![..(13 * 35)])],
                    default);
        var (code, output, _) = await RunAsync(data.FullName);
        Assert.True(code == 0, output);
        Assert.Equal((269, 1, Events), (
            (int)JsonNode.Parse(output)!["logs"]![0]!["size"]!, (int)JsonNode.Parse(output)!["logs"]![0]!["ahead"]!,
            (int)JsonNode.Parse(output)!["logs"]![0]!["recomputed"]!));
    }

    [Fact]
    public async Task A_folder_without_a_node_is_a_usage_error()
    {
        foreach (var folder in new[] { Path.Combine(data.FullName, "none"), Log })
        {
            var (code, output, errors) = await RunAsync(folder);
            Assert.Equal((2, ""), (code, output));
            Assert.Contains(folder, errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Words_say_the_same_as_JSON()
    {
        var output = new StringWriter();
        Assert.Equal(0, await LogCommand.RunAsync(data.FullName, null, json: false, output, new StringWriter(),
            default));
        Assert.Contains($"{Events} leaves computed again from salt and event", output.ToString(),
            StringComparison.Ordinal);
    }

    static async Task<int> RecordAsync(IRecordTransaction t, SubjectKeys keys)
    {
        var subjects = new[] { keys.NewKey(), keys.NewKey() };
        for (var i = 0; i < subjects.Length; i++)
            await t.PutWrappedKeyAsync($"subject-{i}", keys.Wrap(subjects[i], $"subject-{i}"), default);
        var rows = new List<EventRow>();
        for (var i = 0; i < Events; i++)
        {
            var (id, stream) = ($"e-{i}", new StreamName(new("pk"), "crossing:A"));
            var header = new EventHeader(
                id, stream, i + 1, CorridorTime.FromMicros(i), OfficeId.Parse("pk:TORKHAM"), new("o-1"),
                new string('0', 64));
            var e = EventCodec.Encode(header, new PackLoaded("a", "b"), null, SystemEntropy.Fill, m => m);
            rows.Add(new(
                stream.ToString(), i + 1, id, "pack-loaded", 1, i, e.Canonical,
                keys.Seal(subjects[i % 2], id, e.LeafSalt, []), $"subject-{i % 2}", e.Leaf()));
        }
        await t.AppendAsync(rows, default);
        return 0;
    }

    async Task ChangeAsync(string sql)
    {
        await using var record = await OpenAsync();
        await record.WriteAsync(t => t.ExecuteAsync(sql, null, default), default);
    }

    Task<IRecordStore> OpenAsync() =>
        EmbeddedStore.OpenRecordAsync(Node, new() { Time = TimeProvider.System, OnFatal = _ => { } }, default);

    static async Task<(int Code, string Output, string Errors)> RunAsync(string folder, string? masterKey = null)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await LogCommand.RunAsync(folder, masterKey, json: true, output, errors, default);
        return (code, output.ToString(), errors.ToString());
    }
}
