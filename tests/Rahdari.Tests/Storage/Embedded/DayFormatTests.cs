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

    Task<Store> OpenAsync() => EmbeddedStore.OpenAsync(folder["data"], Settings, default);

    async Task WriteFirstFormatAsync(params JournalEntry[] entries)
    {
        await (await OpenAsync()).DisposeAsync();
        using var connection = SqliteFile.OpenWriter(Day);
        SqliteFile.Execute(connection, FirstFormat);
        foreach (var (i, entry) in entries.Index())
        {
            using var insert = connection.CreateCommand();
            insert.CommandText = "insert into entry values ($place, 1, $received, $fix, $mark, $digest, $raw, $body)";
            insert.Parameters.AddWithValue("$place", i + 1);
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

    static long VersionOf(string path)
    {
        using var connection = SqliteFile.OpenReader(path);
        using var command = connection.CreateCommand();
        command.CommandText = "pragma user_version";
        return (long)command.ExecuteScalar()!;
    }
}
