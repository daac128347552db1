using Microsoft.Data.Sqlite;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;

namespace Rahdari.Tests.Storage.Embedded;

public sealed class EmbeddedStoreTests : IDisposable
{
    static readonly StoreSettings Settings = new() { Time = TimeProvider.System, OnFatal = e => throw e };

    readonly TempFolder folder = new();

    string Data => folder["data"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_empty_folder_becomes_a_data_directory_of_this_format()
    {
        Directory.CreateDirectory(Data);
        await (await OpenAsync()).DisposeAsync();
        Assert.Equal("rahdari-data 1\n", await File.ReadAllTextAsync(Path.Combine(Data, "format")));
        await (await OpenAsync()).DisposeAsync();
    }

    [Theory]
    [InlineData("rahdari-data 2\n", "data-format-newer")]
    [InlineData("rahdari-data 99999\n", "data-format-newer")]
    [InlineData("rahdari-data\n", "data-format-unreadable")]
    [InlineData("rahdari-data 0\n", "data-format-unreadable")]
    [InlineData("rahdari-data -1\n", "data-format-unreadable")]
    [InlineData("other 1\n", "data-format-unreadable")]
    [InlineData("", "data-format-unreadable")]
    public async Task A_format_that_is_newer_or_not_ours_is_refused_and_left_alone(string format, string code)
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "format"), format);
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync);
        Assert.Equal(code, refused.Code);
        Assert.Equal(["format"], Directory.EnumerateFileSystemEntries(Data).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_with_something_else_in_it_is_refused_by_name()
    {
        Directory.CreateDirectory(Path.Combine(Data, "holiday photos"));
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync);
        Assert.Equal("data-directory-foreign", refused.Code);
        Assert.Contains("holiday photos", refused.Message, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(Data));
    }

    [Fact]
    public async Task A_folder_whose_making_was_interrupted_is_taken()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "lock"), "");
        await File.WriteAllTextAsync(Path.Combine(Data, "format.new"), "rahd");
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_record_with_a_newer_schema_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        Change(Path.Combine(Data, "record.db"), "insert into schema_version (version) values (999)");
        Assert.Equal("record-schema-newer", (await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync)).Code);
        // And the refusal let go of the directory.
        using var held = DataDirectory.TryHold(Data);
        Assert.NotNull(held);
    }

    [Fact]
    public async Task A_journal_with_a_newer_format_is_refused()
    {
        var day = await JournalOneDayAsync();
        Change(day, "pragma user_version = 3");
        Assert.Equal("journal-format-newer", (await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync)).Code);
    }

    [Fact]
    public async Task A_damaged_day_is_refused()
    {
        var day = await JournalOneDayAsync();
        await File.WriteAllTextAsync(day, new string('x', 8192));
        Assert.Equal("journal-unreadable", (await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync)).Code);
    }

    [Fact]
    public async Task A_day_whose_making_was_interrupted_is_made_again()
    {
        await JournalOneDayAsync();
        await File.WriteAllBytesAsync(Path.Combine(Data, "journal", "2026-03-02.db"), []);
        await using var store = await OpenAsync();
        var done = await store.Journal.AppendAsync(
            [Samples.Entry("b", at: Samples.FirstDay + Samples.Day)], CancellationToken.None);
        Assert.Equal([new(2, false)], done);
    }

    [Fact]
    public async Task A_second_one_on_the_same_directory_waits_until_the_first_has_closed()
    {
        var first = await OpenAsync();
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = EmbeddedStore.OpenAsync(Data, Settings with { OnStandby = waiting.SetResult }, default);
        await waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(second.IsCompleted);
        await first.Journal.AppendAsync([Samples.Entry("a")], default);
        await first.DisposeAsync();
        await using var store = await second.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, store.Journal.Head("pk/live"));
    }

    [Fact]
    public async Task A_standby_can_be_told_to_stop_waiting()
    {
        await using var first = await OpenAsync();
        using var stop = new CancellationTokenSource();
        var second = EmbeddedStore.OpenAsync(Data, Settings with { OnStandby = stop.Cancel }, stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task The_record_can_be_read_and_written_beside_a_server()
    {
        await using var server = await OpenAsync();
        await using var beside = await EmbeddedStore.OpenRecordAsync(Data, Settings, default);
        await beside.WriteAsync(t => t.PutWrappedKeyAsync("k", [1], default), default);
        Assert.Equal([1], await server.Record.ReadAsync(r => r.WrappedKeyAsync("k", default), default));
        await server.Record.WriteAsync(t => t.EraseKeyAsync("k", default), default);
        Assert.Null(await beside.ReadAsync(r => r.WrappedKeyAsync("k", default), default));
    }

    [Fact]
    public async Task A_record_another_process_keeps_busy_is_an_outage_with_nothing_committed()
    {
        await using var store = await OpenAsync();
        using (var other = SqliteFile.OpenWriter(Path.Combine(Data, "record.db")))
        {
            SqliteFile.Execute(other, "begin immediate");
            var outage = await Assert.ThrowsAsync<StorageOutageException>(() =>
                store.Record.WriteAsync(t => t.PutWrappedKeyAsync("k", [1], default), default));
            Assert.False(outage.OutcomeUnknown);
        }
        Assert.True(await store.Record.WriteAsync(t => t.PutWrappedKeyAsync("k", [2], default), default));
    }

    [Fact]
    public async Task An_erased_key_leaves_no_bytes_in_the_files_of_a_closed_record()
    {
        var key = Samples.Digest("a key to be erased");
        var store = await OpenAsync();
        await store.Record.WriteAsync(t => t.PutWrappedKeyAsync("k", key, default), default);
        await store.DisposeAsync();
        Assert.True(Contains(key));
        store = await OpenAsync();
        await store.Record.WriteAsync(t => t.EraseKeyAsync("k", default), default);
        await store.DisposeAsync();
        Assert.False(Contains(key));

        bool Contains(byte[] bytes) => Directory.EnumerateFiles(Data, "record.db*")
            .Any(f => File.ReadAllBytes(f).AsSpan().IndexOf(bytes) >= 0);
    }

    Task<Store> OpenAsync() => EmbeddedStore.OpenAsync(Data, Settings, CancellationToken.None);

    async Task<string> JournalOneDayAsync()
    {
        await using (var store = await OpenAsync())
            await store.Journal.AppendAsync([Samples.Entry("a")], CancellationToken.None);
        return Assert.Single(Directory.EnumerateFiles(Path.Combine(Data, "journal"), "*.db"));
    }

    static void Change(string path, string sql)
    {
        using var connection = SqliteFile.OpenWriter(path);
        SqliteFile.Execute(connection, sql);
        SqliteConnection.ClearPool(connection);
    }
}
