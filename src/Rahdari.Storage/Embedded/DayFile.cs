using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Rahdari.Storage.Embedded;

/// <summary>
/// One day of the journal, in the form of <see cref="DayFormat"/>. The writer's thread inserts and looks for doubles;
/// readers come on connections of their own.
/// </summary>
sealed class DayFile : IDisposable
{
    // Slots are 15 bits; a node has a handful of streams.
    const int MaxSlots = 1 << 15;

    // One reader per judging lane and one for a page; more are opened and closed again.
    const int MaxIdleReaders = 2;

    const string Columns = "select e.place, s.name, d.name, e.received, e.fix, e.digest, e.raw, e.body from ";

    // Cross joins keep the order: the entries first, whatever the planner thinks of the two small tables.
    static readonly string Names =
        $" cross join stream s on s.slot = {DayFormat.Slot("e.place")} cross join device d on d.id = e.device ";

    readonly string path;
    readonly ConcurrentDictionary<string, StreamRange> streams = new();
    readonly ConcurrentBag<SqliteConnection> idle = [];
    readonly object gate = new();
    DayWriter? writer;
    SqliteConnection? finding;
    DayFinder? finder;
    int users = 1;
    bool retired;
    volatile bool current;
    volatile DayTail? writing;

    DayFile(string path, DateOnly day) => (this.path, Day) = (path, day);

    public DateOnly Day { get; }

    public long FirstReceived { get; private set; } = long.MaxValue;

    public long LastReceived { get; private set; } = long.MinValue;

    public static DateOnly DayOf(long micros) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddMicroseconds(micros));

    public Dictionary<string, long> Heads() => streams.ToDictionary(s => s.Key, s => s.Value.Last);

    /// <summary>Every day file of a folder, by day.</summary>
    /// <param name="folder">The journal's.</param>
    /// <param name="writing">The newest is made ready for it; else nothing in the folder is touched.</param>
    public static ImmutableArray<DayFile> OpenAll(string folder, bool writing = true)
    {
        var days = ImmutableArray.CreateBuilder<DayFile>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.db").Order(StringComparer.Ordinal))
        {
            if (!DateOnly.TryParseExact(Path.GetFileNameWithoutExtension(path), "yyyy-MM-dd", out var day)) continue;
            var file = new DayFile(path, day);
            if (file.TryLoad(upgrading: writing)) days.Add(file);
            // Killed while it was made, before its first commit: it holds nothing.
            else if (writing) Delete(path);
        }
        if (writing && days.Count > 0) days[^1].StartWriting();
        return days.ToImmutable();
    }

    /// <summary>A new day that goes on from the given last numbers.</summary>
    public static DayFile Create(string folder, DateOnly day, IReadOnlyDictionary<string, long> heads)
    {
        var name = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".db";
        var file = new DayFile(Path.Combine(folder, name), day);
        using (var connection = SqliteFile.OpenWriter(file.path))
        {
            using var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
            DayFormat.Create(connection);
            foreach (var (stream, last) in heads) file.AddStream(connection, stream, last);
            transaction.Commit();
        }
        file.StartWriting();
        return file;
    }

    public void Begin() => writer!.Begin();

    /// <summary>The number under which the same record lies here, null where it does not. Writer's thread.</summary>
    public long? Find(JournalEntry entry, long key) =>
        writer is not null ? writer.Find(entry, key) : Finder().Find(entry, key);

    /// <summary>The greatest key of a device's rows here; null where it has none. Writer's thread.</summary>
    public long? NewestOf(string device) =>
        writer is not null ? writer.NewestOf(device) : Finder().NewestOf(device);

    /// <summary>Inserts and answers the number; readers see it after the commit. Writer's thread.</summary>
    public long Insert(JournalEntry entry, long key)
    {
        if (!streams.TryGetValue(entry.Stream, out var stream))
            stream = AddStream(writer!.Connection, entry.Stream, 0);
        return writer!.Insert(entry, key, stream);
    }

    public void Commit()
    {
        var (first, last) = writer!.Commit(streams.Values);
        if (first > last) return;
        FirstReceived = Math.Min(FirstReceived, first);
        LastReceived = Math.Max(LastReceived, last);
    }

    /// <summary>Rows of a stream above <paramref name="after"/>; adds to <paramref name="rows"/>.</summary>
    public void Read(string stream, long after, int limit, List<JournalRow> rows)
    {
        if (!streams.TryGetValue(stream, out var range)) return;
        var last = range.Last;
        if (last <= after) return;
        Reading(c => Add(c, rows,
            $"entry e {Names} where e.place > $low and e.place <= $high order by e.place limit $limit",
            ("$low", DayFormat.PlaceOf(range.Slot, Math.Max(after, 0))), ("$high", DayFormat.PlaceOf(range.Slot, last)),
            ("$limit", limit)));
    }

    /// <summary>Rows of a device by receive time, and not fewer than the first of them; adds to
    /// <paramref name="rows"/>.</summary>
    public void ReadDevice(string device, long fromMicros, long toMicros, int limit, List<JournalRow> rows) =>
        Reading(c =>
        {
            if (Scalar(c, "select id from device where name = $device", ("$device", device)) is not long id) return;
            // Before the tables: what goes there meanwhile is in both and not in neither.
            var tail = writing?.Heard(id, fromMicros, toMicros, limit) ?? [];
            var found = new List<JournalRow>();
            Add(c, found,
                $"heard h cross join entry e on e.place = h.place {Names} where h.device = $device "
                + "and h.received >= $from and h.received < $to order by h.received, h.place limit $limit",
                ("$device", id), ("$from", fromMicros), ("$to", toMicros), ("$limit", limit));
            var there = found.Select(r => (r.Entry.Stream, r.Number)).ToHashSet();
            foreach (var place in tail)
            {
                var row = new List<JournalRow>(1);
                Add(c, row, $"entry e {Names} where e.place = $place", ("$place", place));
                found.AddRange(row.Where(r => !there.Contains((r.Entry.Stream, r.Number))));
            }
            // Sorted by one key, the others keep their order.
            rows.AddRange(found.OrderBy(r => r.Entry.ReceivedMicros).Take(limit));
        });

    /// <summary>A newer day has begun: the writer's connection is closed, which folds the write-ahead log in.</summary>
    public void StopWriting()
    {
        writer?.Complete([.. streams.Values]);
        CloseWriter();
    }

    /// <summary>Nothing this old can be a double any more.</summary>
    public void StopFinding()
    {
        finder?.Dispose();
        finding?.Dispose();
        (finder, finding) = (null, null);
    }

    /// <summary>The day is dropped: nobody begins to read it any more. Writer's thread.</summary>
    public void Retire()
    {
        lock (gate) retired = true;
        Dispose();
    }

    /// <summary>Deletes a retired day's files; false while somebody reads them.</summary>
    public bool TryDelete()
    {
        lock (gate)
            if (users > 0) return false;
        Delete(path);
        return true;
    }

    /// <summary>Closes what is open; a reader under way finishes.</summary>
    public void Dispose()
    {
        CloseWriter();
        StopFinding();
        Leave();
    }

    DayFinder Finder() => finder ??= new(finding = SqliteFile.OpenReader(path));

    void CloseWriter()
    {
        (current, writing) = (false, null);
        writer?.Dispose();
        writer = null;
        CloseIdle();
    }

    bool TryLoad(bool upgrading)
    {
        try
        {
            return Load(upgrading);
        }
        catch (SqliteException) when (!upgrading && !File.Exists(path))
        {
            return false;
        }
        catch (SqliteException e)
        {
            throw new StoreRefusedException("journal-unreadable",
                $"the journal's day {path} cannot be read: {e.Message}");
        }
    }

    bool Load(bool upgrading)
    {
        if (upgrading) DayFormat.Upgrade(path);
        using var connection = SqliteFile.OpenReader(path);
        // Whoever only reads streams does so in every format.
        if (DayFormat.Read(connection, path) == 0) return false;
        using var command = connection.CreateCommand();
        command.CommandText = "select slot, name, last from stream";
        using (var reader = command.ExecuteReader())
            while (reader.Read())
                streams[reader.GetString(1)] = new(reader.GetInt64(0), reader.GetInt64(2));
        command.CommandText = "select first, last from span";
        using (var reader = command.ExecuteReader())
            if (reader.Read()) (FirstReceived, LastReceived) = (reader.GetInt64(0), reader.GetInt64(1));
        return true;
    }

    void StartWriting()
    {
        writer = new DayWriter(SqliteFile.OpenWriter(path), [.. streams.Values]);
        (current, writing) = (true, writer.Tail);
    }

    StreamRange AddStream(SqliteConnection connection, string name, long last)
    {
        if (streams.Count == MaxSlots) throw new InvalidOperationException($"more than {MaxSlots} journal streams");
        using var command = connection.CreateCommand();
        command.CommandText = "insert into stream (slot, name, last, indexed) values ($slot, $name, $last, $last)";
        var range = new StreamRange(streams.Count, last);
        command.Parameters.AddWithValue("$slot", range.Slot);
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$last", last);
        command.ExecuteNonQuery();
        return streams[name] = range;
    }

    /// <summary>Reads on a connection of its own, unless the day has been dropped, here or by whoever serves the
    /// folder.</summary>
    void Reading(Action<SqliteConnection> read)
    {
        lock (gate)
        {
            if (retired) return;
            users++;
        }
        SqliteConnection? connection = null;
        try
        {
            if (!idle.TryTake(out connection)) connection = SqliteFile.OpenReader(path);
            read(connection);
            if (current && idle.Count < MaxIdleReaders) idle.Add(Interlocked.Exchange(ref connection, null));
        }
        catch (SqliteException) when (connection is null && !File.Exists(path))
        {
            // It was there when the folder was looked at.
        }
        finally
        {
            connection?.Dispose();
            Leave();
        }
    }

    static void Add(
        SqliteConnection connection, List<JournalRow> rows, string from, params (string Name, object Value)[] args)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Columns + from;
        foreach (var (name, value) in args) command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        while (reader.Read()) rows.Add(Row(reader));
    }

    static JournalRow Row(SqliteDataReader reader) => new(
        DayFormat.NumberOf(reader.GetInt64(0)),
        new JournalEntry(
            reader.GetString(1), reader.GetString(2), reader.GetInt64(3),
            reader.IsDBNull(4) ? null : reader.GetInt64(4),
            (byte[])reader[5], (byte[])reader[6], (byte[])reader[7]));

    void Leave()
    {
        lock (gate) users--;
    }

    void CloseIdle()
    {
        while (idle.TryTake(out var connection)) connection.Dispose();
    }

    static void Delete(string path)
    {
        // The file itself last: what a kill leaves in between is found at the next start.
        foreach (var suffix in new[] { "-wal", "-shm", "" }) File.Delete(path + suffix);
    }

    static object? Scalar(SqliteConnection connection, string sql, (string Name, object Value) arg)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue(arg.Name, arg.Value);
        return command.ExecuteScalar();
    }
}

/// <summary>A stream's slot in one day's file, and how far it goes.</summary>
sealed class StreamRange(long slot, long before)
{
    long last = before;

    public long Slot => slot;

    /// <summary>The last committed number; written by the writer's thread, read by all.</summary>
    public long Last { get => Volatile.Read(ref last); set => Volatile.Write(ref last, value); }
}
