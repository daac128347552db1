using Rahdari.Storage;
using Rahdari.Storage.Embedded;

namespace Rahdari.Tests.Storage.Embedded;

public sealed class DayFormatTests : IDisposable
{
    static readonly StoreSettings Settings = new() { Time = TimeProvider.System, OnFatal = e => throw e };

    /// <summary>A day as format 1 had it: two records, the second one without a time of its own.</summary>
    const string FirstFormat =
        """
        create table stream (
            slot integer primary key, name text not null unique, last integer not null);
        create table device (id integer primary key, name text not null unique);
        create table span (one integer primary key check (one = 1), first integer not null, last integer not null);
        create table entry (
            place integer primary key, device integer not null, received integer not null, fix integer,
            mark integer not null, digest blob not null, raw blob not null, body blob not null);
        create index entry_device on entry (device, received);
        create index entry_mark on entry (mark);
        insert into stream values (0, 'pk/live', 2);
        insert into device values (1, 'jt600:1');
        insert into span values (1, 1772323200000000, 1772323200000000);
        pragma user_version = 1;
        """;

    readonly TempFolder folder = new();

    string Day => Path.Combine(folder["data"], "journal", "2026-03-01.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_day_of_the_first_format_is_read_written_and_searched_on()
    {
        var timed = Samples.Entry("timed", fix: Samples.FirstDay - 5);
        var timeless = Samples.Entry("timeless");
        await WriteFirstFormatAsync(timed, timeless);

        // Beside a server nothing is changed, and streams are read all the same.
        Assert.Equal(2, (await EmbeddedStore.OpenJournal(folder["data"])("pk/live", 0, 10, default)).Count);
        Assert.Equal(1, VersionOf(Day));

        var newer = Samples.Entry("newer", fix: Samples.FirstDay);
        await using (var store = await OpenAsync())
        {
            Assert.Equal([new(1, true), new(2, true), new(3, false)],
                await store.Journal.AppendAsync([timed, timeless, newer], default));
            Assert.Equivalent(new JournalRow[] { new(1, timed), new(2, timeless), new(3, newer) },
                await store.Journal.ReadAsync("pk/live", 0, 10, default), strict: true);
            Assert.Equal([1, 2, 3], (await store.Journal.ReadDeviceAsync("jt600:1", 0, long.MaxValue, 10, default))
                .Select(r => r.Number));
        }
        Assert.Equal(2, VersionOf(Day));
        await using var again = await OpenAsync();
        Assert.Equal([new(3, true)], await again.Journal.AppendAsync([newer], default));
    }

    /// <summary>Two streams of seven rows, killed after each step and gone on with by a server's start.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public async Task A_day_killed_on_its_way_goes_on_from_the_last_step(int steps)
    {
        JournalEntry[] live =
            [.. Enumerable.Range(0, 5).Select(i => Samples.Entry($"{i}", fix: i % 2 == 0 ? i : null))];
        await WriteFirstFormatAsync(live);
        JournalEntry[] late = [.. Enumerable.Range(0, 2).Select(i => Samples.Entry($"late {i}", "pk/late", fix: -i))];
        WriteRows("insert into stream values (1, 'pk/late', 12); update stream set last = 5 where slot = 0;",
            DayFormat.PlaceOf(1, 10), late);

        Assert.Throws<OperationCanceledException>(() => DayFormat.Upgrade(Day, 2, () =>
        {
            if (--steps == 0) throw new OperationCanceledException();
        }));
        // Another build takes it for a newer one, and beside a server its streams are read.
        Assert.True(VersionOf(Day) > DayFormat.Version);
        Assert.Equal(2, (await EmbeddedStore.OpenJournal(folder["data"])("pk/late", 10, 9, default)).Count);

        await using var store = await OpenAsync();
        Assert.Equal(DayFormat.Version, VersionOf(Day));
        Assert.All(await store.Journal.AppendAsync([.. live, .. late], default), j => Assert.True(j.AlreadyThere));
        Assert.Equal(
            live.Concat(late).Select(e => Convert.ToHexString(e.Digest)).Order(),
            (await store.Journal.ReadDeviceAsync("jt600:1", 0, long.MaxValue, 99, default))
                .Select(r => Convert.ToHexString(r.Entry.Digest)).Order());
        Assert.Equal([new(13, false)], await store.Journal.AppendAsync([Samples.Entry("new", "pk/late")], default));
    }

    [Fact]
    public async Task Each_step_takes_no_more_rows_than_it_may()
    {
        await WriteFirstFormatAsync([.. Enumerable.Range(0, 5).Select(i => Samples.Entry($"{i}", fix: i))]);
        WriteRows("update stream set last = 5;", 0);
        var heard = new List<long>();

        DayFormat.Upgrade(Day, 2, () => heard.Add(CountOf("heard")));

        Assert.Equal([0, 2, 4, 5], heard);
        Assert.Equal(5, CountOf("known"));
        DayFormat.Upgrade(Day, 2, () => Assert.Fail("it is of the newest format"));
    }

    [Fact]
    public async Task A_day_dropped_under_whoever_reads_beside_is_not_there()
    {
        await using var store = await OpenAsync();
        for (var day = 0; day < 2; day++)
            await store.Journal.AppendAsync(
                [Samples.Entry($"{day}", at: Samples.FirstDay + (day * Samples.Day))], default);
        var beside = EmbeddedStore.OpenJournal(folder["data"]);
        Assert.Equal(2, (await beside("pk/live", 0, 9, default)).Count);

        await store.Journal.DropBeforeAsync(long.MaxValue, 9, default);

        Assert.Equal([2], (await beside("pk/live", 0, 9, default)).Select(r => r.Number));
    }

    [Fact]
    public async Task A_day_that_cannot_be_read_is_named()
    {
        await WriteFirstFormatAsync(Samples.Entry("one"));
        WriteRows("drop table entry;", 0);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync);

        Assert.Equal("journal-unreadable", refused.Code);
        Assert.Contains("2026-03-01.db", refused.Message, StringComparison.Ordinal);
    }

    Task<Store> OpenAsync() => EmbeddedStore.OpenAsync(folder["data"], Settings, default);

    async Task WriteFirstFormatAsync(params JournalEntry[] entries)
    {
        await (await OpenAsync()).DisposeAsync();
        WriteRows(FirstFormat, 0, entries);
    }

    void WriteRows(string sql, long before, params JournalEntry[] entries)
    {
        using var connection = SqliteFile.OpenWriter(Day);
        SqliteFile.Execute(connection, sql);
        foreach (var (i, entry) in entries.Index())
        {
            using var insert = connection.CreateCommand();
            insert.CommandText = "insert into entry values ($place, 1, $received, $fix, $mark, $digest, $raw, $body)";
            insert.Parameters.AddWithValue("$place", before + i + 1);
            insert.Parameters.AddWithValue("$received", entry.ReceivedMicros);
            insert.Parameters.AddWithValue("$fix", (object?)entry.FixMicros ?? DBNull.Value);
            insert.Parameters.AddWithValue(
                "$mark", System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(entry.Digest));
            insert.Parameters.AddWithValue("$digest", entry.Digest);
            insert.Parameters.AddWithValue("$raw", entry.Raw);
            insert.Parameters.AddWithValue("$body", entry.Body);
            insert.ExecuteNonQuery();
        }
    }

    long CountOf(string table)
    {
        using var connection = SqliteFile.OpenReader(Day);
        using var command = connection.CreateCommand();
        command.CommandText = $"select count(*) from {table}";
        return (long)command.ExecuteScalar()!;
    }

    static long VersionOf(string path)
    {
        using var connection = SqliteFile.OpenReader(path);
        using var command = connection.CreateCommand();
        command.CommandText = "pragma user_version";
        return (long)command.ExecuteScalar()!;
    }
}
