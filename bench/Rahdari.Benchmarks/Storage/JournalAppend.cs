using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;

namespace Rahdari.Benchmarks.Storage;

/// <summary>
/// What group commit is worth: records inserted by hand with one commit each, against the journal with so many senders
/// who each wait for their acknowledgement, as devices do. Both sync every commit.
/// </summary>
sealed class JournalAppend : IAsyncDisposable
{
    const int RawBytes = 60;
    const int BodyBytes = 150;
    const int CommitsBySlice = 200;

    // Until both write-ahead logs have their full length (1,000 pages) and are written over: while a file grows, every
    // sync also writes the file system's own journal and costs several times as much.
    const int CommitsBefore = 1500;

    readonly string folder;
    readonly SqliteConnection raw;
    readonly Store store;
    long next;

    JournalAppend(string folder, SqliteConnection raw, Store store) =>
        (this.folder, this.raw, this.store) = (folder, raw, store);

    public static async Task RunAsync()
    {
        await using var bench = await OpenAsync();
        bench.CommitEach(CommitsBefore);
        for (var sent = 0; sent < CommitsBefore;) sent += await bench.SendAsync(senders: 1, batch: 1);
        foreach (var (senders, batch) in new[] { (1, 1), (10, 1), (100, 1), (1000, 1), (10, 20), (100, 20) })
            await SideBySide.RunAsync($"journal, {senders} senders, {batch} a frame",
                () => Task.FromResult(bench.CommitEach(CommitsBySlice)), () => bench.SendAsync(senders, batch));
    }

    public async ValueTask DisposeAsync()
    {
        raw.Dispose();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static async Task<JournalAppend> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-bench-").FullName;
        var raw = new SqliteConnection($"Data Source={Path.Combine(folder, "raw.db")};Pooling=False");
        raw.Open();
        foreach (var sql in new[]
        {
            "pragma journal_mode = wal", "pragma synchronous = full",
            "create table entry (id integer primary key, device text, received integer, raw blob, body blob)",
        })
        {
            using var command = raw.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
        return new(folder, raw, await EmbeddedStore.OpenAsync(Path.Combine(folder, "data"), new StoreSettings
        {
            Time = TimeProvider.System,
            OnFatal = e => Environment.FailFast(e.Message),
        }, CancellationToken.None));
    }

    int CommitEach(int commits)
    {
        using var insert = raw.CreateCommand();
        insert.CommandText = "insert into entry (device, received, raw, body) values ($device, $received, $raw, $body)";
        insert.Parameters.AddWithValue("$device", "jt600:8000620011");
        var received = insert.Parameters.Add("$received", SqliteType.Integer);
        insert.Parameters.AddWithValue("$raw", new byte[RawBytes]);
        insert.Parameters.AddWithValue("$body", new byte[BodyBytes]);
        for (var i = 0; i < commits; i++)
        {
            received.Value = ++next;
            insert.ExecuteNonQuery();
        }
        return commits;
    }

    async Task<int> SendAsync(int senders, int batch)
    {
        // At least five frames of each sender, so that groups form and part again.
        var frames = Math.Max(5, CommitsBySlice / senders);
        await Task.WhenAll(Enumerable.Range(0, senders).Select(async sender =>
        {
            for (var i = 0; i < frames; i++)
                await store.Journal.AppendAsync(
                    [.. Enumerable.Range(0, batch).Select(_ => Entry($"jt600:{8_000_000_000 + sender}"))],
                    CancellationToken.None);
        }));
        return senders * frames * batch;
    }

    JournalEntry Entry(string device)
    {
        var bytes = new byte[RawBytes];
        var number = Interlocked.Increment(ref next);
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return new("pk/live", device, number, number, SHA256.HashData(bytes), bytes, new byte[BodyBytes]);
    }
}
