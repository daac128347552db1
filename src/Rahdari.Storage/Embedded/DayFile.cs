using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Rahdari.Storage.Embedded;

/// <summary>
/// One day of the journal. The writer's thread inserts and looks for doubles; readers come on connections of their own.
/// A row's place is its stream's slot in the upper bits and its number in the lower 48, so a stream is one range.
/// </summary>
sealed class DayFile : IDisposable
{
    const int FormatVersion = 1;
    const int SlotShift = 48;
    const long NumberMask = (1L << SlotShift) - 1;

    // Slots are 15 bits; a node has a handful of streams.
    const int MaxSlots = 1 << 15;

    // One reader per judging lane and one for a page; more are opened and closed again.
    const int MaxIdleReaders = 2;

    const string Schema =
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
        """;

    readonly string path;
    readonly ConcurrentDictionary<string, StreamRange> streams = new();
    readonly ConcurrentBag<SqliteConnection> idle = [];
    readonly object gate = new();
    DayWriter? writer;
    DoubleFinder? finder;
    int users = 1;
    bool retired;
    volatile bool current;

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
            if (file.Load()) days.Add(file);
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
            SqliteFile.Execute(connection, Schema);
            foreach (var (stream, last) in heads) file.AddStream(connection, stream, last);
            SqliteFile.Execute(connection, $"pragma user_version = {FormatVersion}");
            transaction.Commit();
        }
        file.StartWriting();
        return file;
    }

    public void Begin() => writer!.Begin();

    /// <summary>The number under which the same record lies here, null where it does not. Writer's thread.</summary>
    public long? Find(JournalEntry entry, long mark) =>
        writer is not null
            ? writer.Find(entry, mark)
            : (finder ??= new DoubleFinder(SqliteFile.OpenReader(path))).Find(entry, mark, null);

    /// <summary>Inserts and answers the number; readers see it after the commit. Writer's thread.</summary>
    public long Insert(JournalEntry entry, long mark)
    {
        if (!streams.TryGetValue(entry.Stream, out var stream))
            stream = AddStream(writer!.Connection, entry.Stream, 0);
        return writer!.Insert(entry, mark, stream);
    }

    public void Commit()
    {
        var (first, last) = writer!.Commit();
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
        var low = range.Slot << SlotShift;
        Query("where e.place > $low and e.place <= $high order by e.place limit $limit", rows,
            ("$low", low + Math.Max(after, 0)), ("$high", low + last), ("$limit", limit));
    }

    /// <summary>Rows of a device by receive time; adds to <paramref name="rows"/>.</summary>
    public void ReadDevice(string device, long fromMicros, long toMicros, int limit, List<JournalRow> rows) =>
        Query("where e.device = (select id from device where name = $device) and e.received >= $from "
            + "and e.received < $to order by e.received, e.place limit $limit", rows,
            ("$device", device), ("$from", fromMicros), ("$to", toMicros), ("$limit", limit));

    /// <summary>A newer day has begun: the writer's connection is closed, which folds the write-ahead log in.</summary>
    public void StopWriting()
    {
        current = false;
        writer?.Dispose();
        writer = null;
        CloseIdle();
    }

    /// <summary>Nothing this old can be a double any more.</summary>
    public void StopFinding()
    {
        finder?.Dispose();
        finder?.Connection.Dispose();
        finder = null;
    }

    /// <summary>The day is dropped: its files go when the last reader has finished.</summary>
    public void Retire()
    {
        lock (gate) retired = true;
        Dispose();
    }

    /// <summary>Closes what is open; a reader under way finishes.</summary>
    public void Dispose()
    {
        StopWriting();
        StopFinding();
        Leave();
    }

    bool Load()
    {
        using var connection = SqliteFile.OpenReader(path);
        var version = Scalar(connection, "pragma user_version");
        if (version == 0) return false;
        if (version > FormatVersion)
            throw new StoreRefusedException("journal-format-newer", string.Create(CultureInfo.InvariantCulture,
                $"{path} has journal format {version}, this build knows {FormatVersion}: use a newer rahdari"));
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
        writer = new DayWriter(SqliteFile.OpenWriter(path));
        current = true;
    }

    StreamRange AddStream(SqliteConnection connection, string name, long last)
    {
        if (streams.Count == MaxSlots) throw new InvalidOperationException($"more than {MaxSlots} journal streams");
        using var command = connection.CreateCommand();
        command.CommandText = "insert into stream (slot, name, last) values ($slot, $name, $last)";
        var range = new StreamRange(streams.Count, last);
        command.Parameters.AddWithValue("$slot", range.Slot);
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$last", last);
        command.ExecuteNonQuery();
        return streams[name] = range;
    }

    void Query(string where, List<JournalRow> rows, params (string Name, object Value)[] args)
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
            using var command = connection.CreateCommand();
            // Cross: the entries first, whatever the planner thinks of the two small tables.
            // Cross joins keep the order: the entries first, whatever the planner thinks of the two small tables.
            command.CommandText =
                "select e.place, s.name, d.name, e.received, e.fix, e.digest, e.raw, e.body from entry e "
                + $"cross join stream s on s.slot = e.place >> {SlotShift} "
                + $"cross join device d on d.id = e.device {where}";
            foreach (var (name, value) in args) command.Parameters.AddWithValue(name, value);
            using var reader = command.ExecuteReader();
            while (reader.Read()) rows.Add(Row(reader));
            reader.Dispose();
            if (current && idle.Count < MaxIdleReaders) idle.Add(Interlocked.Exchange(ref connection, null));
        }
        finally
        {
            connection?.Dispose();
            Leave();
        }
    }

    static JournalRow Row(SqliteDataReader reader) => new(
        reader.GetInt64(0) & NumberMask,
        new JournalEntry(
            reader.GetString(1), reader.GetString(2), reader.GetInt64(3),
            reader.IsDBNull(4) ? null : reader.GetInt64(4),
            (byte[])reader[5], (byte[])reader[6], (byte[])reader[7]));

    void Leave()
    {
        lock (gate)
        {
            users--;
            if (users > 0 || !retired) return;
        }
        Delete(path);
    }

    void CloseIdle()
    {
        while (idle.TryTake(out var connection)) connection.Dispose();
    }

    static void Delete(string path)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" }) File.Delete(path + suffix);
    }

    static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
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
