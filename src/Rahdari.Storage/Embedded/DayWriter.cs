using Microsoft.Data.Sqlite;

namespace Rahdari.Storage.Embedded;

/// <summary>The writer's side of the newest day: prepared statements on one connection, one commit at a time.</summary>
sealed class DayWriter : IDisposable
{
    // About 100 bytes each; a million devices would take the cache several times over in a day, at a query each.
    const int MaxCachedDevices = 200_000;

    // Pages of 4 kB. A log of 16 MB is written over four times less often than the engine's own default, and each
    // time the pages changed often in between are copied to the file once.
    const int CheckpointPages = 4_000;

    // As much memory for pages as the log has: a group's pages are not written twice.
    const int CacheKilobytes = 16_000;

    readonly SqliteStatement begin, commit, addDevice, findDevice, moveStream, moveIndexed, moveSpan;
    readonly SqliteInsert<(long Place, long Device, JournalEntry Entry)> entries;
    readonly SqliteInsert<TailRow> heard, known;
    readonly DayFinder finder;
    readonly Dictionary<string, long> devices = [];
    readonly Dictionary<StreamRange, long> moved = [];
    int added;
    long first;
    long last;

    public DayWriter(SqliteConnection connection, IReadOnlyCollection<StreamRange> streams)
    {
        Connection = connection;
        SqliteFile.Execute(connection,
            $"pragma wal_autocheckpoint = {CheckpointPages}; pragma cache_size = -{CacheKilobytes}");
        begin = new(connection, "begin immediate");
        commit = new(connection, "commit");
        var (mark, zero) = DayFormat.HasMark(connection) ? (", mark", ", 0") : ("", "");
        entries = new(connection, $"insert into entry (place, device, received, fix, digest, raw, body{mark})",
            $"(?, ?, ?, ?, ?, ?, ?{zero})", (to, at, row) => to
                .Bind(at, row.Place).Bind(at + 1, row.Device).Bind(at + 2, row.Entry.ReceivedMicros)
                .Bind(at + 3, row.Entry.FixMicros).Bind(at + 4, row.Entry.Digest).Bind(at + 5, row.Entry.Raw)
                .Bind(at + 6, row.Entry.Body));
        addDevice = new(connection, "insert into device (name) values (?) returning id");
        findDevice = new(connection, "select id from device where name = ?");
        moveStream = new(connection, "update stream set last = ? where slot = ?");
        moveIndexed = new(connection, "update stream set indexed = ? where slot = ?");
        moveSpan = new(connection, "insert into span (one, first, last) values (1, ?, ?) on conflict (one) do update "
            + "set first = min(first, excluded.first), last = max(last, excluded.last)");
        // Rows that had gone to the tables before a process died are sent there again.
        heard = new(connection, "insert or ignore into heard (device, received, place)", "(?, ?, ?)", (to, at, row) =>
            to.Bind(at, row.Device).Bind(at + 1, row.Received).Bind(at + 2, row.Place));
        known = new(connection, "insert or ignore into known (device, key, place)", "(?, ?, ?)", (to, at, row) =>
            to.Bind(at, row.Device).Bind(at + 1, row.Key).Bind(at + 2, row.Place));
        finder = new(connection);
        ReadTail(streams);
    }

    public SqliteConnection Connection { get; }

    public DayTail Tail { get; } = new();

    public void Begin()
    {
        begin.Run();
        (first, last, added) = (long.MaxValue, long.MinValue, 0);
        moved.Clear();
        entries.Clear();
        heard.Clear();
        known.Clear();
    }

    public long Insert(JournalEntry entry, long key, StreamRange stream)
    {
        var number = moved.GetValueOrDefault(stream, stream.Last) + 1;
        var (place, device) = (DayFormat.PlaceOf(stream.Slot, number), DeviceId(entry.Device));
        entries.Add((place, device, entry));
        Tail.Add(device, entry.ReceivedMicros, key, place);
        moved[stream] = number;
        added++;
        first = Math.Min(first, entry.ReceivedMicros);
        last = Math.Max(last, entry.ReceivedMicros);
        return number;
    }

    /// <summary>The number of the same record; null where it does not lie here.</summary>
    public long? Find(JournalEntry entry, long key)
    {
        var device = DeviceId(entry.Device);
        // A row of this very commit may be the one looked for.
        entries.Finish();
        foreach (var place in Tail.Find(device, key))
            if (finder.IsOf(place, entry)) return DayFormat.NumberOf(place);
        return finder.Find(device, entry, key);
    }

    /// <summary>The greatest key of a device's rows; null where it has none.</summary>
    public long? NewestOf(string device)
    {
        var id = DeviceId(device);
        var (gathered, written) = (Tail.NewestOf(id), finder.NewestOf(id));
        return gathered > written || written is null ? gathered : written;
    }

    /// <summary>Commits and only then moves the ranges readers see. Answers the first and last receive time.</summary>
    /// <param name="streams">Every stream of the file.</param>
    public (long First, long Last) Commit(IEnumerable<StreamRange> streams)
    {
        entries.Finish();
        Index(Tail.Next(added));
        if (moved.Count > 0) moveSpan.Bind(1, first).Bind(2, last).Run();
        foreach (var (stream, number) in moved) moveStream.Bind(1, number).Bind(2, stream.Slot).Run();
        commit.Run();
        foreach (var (stream, number) in moved) stream.Last = number;
        Tail.Settle(streams);
        return (first, last);
    }

    /// <summary>Nothing more is written here: the tables get every row.</summary>
    /// <param name="streams">Every stream of the file.</param>
    public void Complete(IReadOnlyCollection<StreamRange> streams)
    {
        while (!Tail.IsEmpty)
        {
            Begin();
            Index(Tail.Next(int.MaxValue / 2));
            commit.Run();
            // Not before the commit: a reader finds each row in the tables, or here.
            Tail.Settle(streams, all: true);
        }
    }

    public void Dispose()
    {
        foreach (var statement in new[]
        {
            begin, commit, addDevice, findDevice, moveStream, moveIndexed, moveSpan,
        }) statement.Dispose();
        entries.Dispose();
        heard.Dispose();
        known.Dispose();
        finder.Dispose();
        Connection.Dispose();
    }

    void Index(ReadOnlySpan<TailRow> rows)
    {
        foreach (var row in rows)
        {
            heard.Add(row);
            known.Add(row);
        }
        heard.Finish();
        known.Finish();
        if (!Tail.IsGone) return;
        foreach (var (stream, number) in Tail.Through) moveIndexed.Bind(1, number).Bind(2, stream.Slot).Run();
    }

    void ReadTail(IReadOnlyCollection<StreamRange> streams)
    {
        using var rows = new SqliteStatement(Connection,
            "select e.device, e.received, e.fix, e.digest, e.place from entry e join stream s on s.slot = ?1 "
            + $"where e.place > {DayFormat.Place("?1", "s.indexed")} "
            + $"and e.place <= {DayFormat.Place("?1", "s.last")} order by e.place");
        foreach (var stream in streams)
        {
            rows.Bind(1, stream.Slot);
            while (rows.Step())
                Tail.Add(rows.Number(0), rows.Number(1),
                    DayFormat.KeyOf(rows.IsNull(2) ? null : rows.Number(2), rows.Blob(3)), rows.Number(4));
        }
        Tail.Settle(streams);
    }

    long DeviceId(string name)
    {
        if (devices.TryGetValue(name, out var id)) return id;
        if (devices.Count == MaxCachedDevices) devices.Clear();
        return devices[name] = findDevice.Bind(1, name).First() ?? addDevice.Bind(1, name).First()!.Value;
    }
}

/// <summary>Looks in a day's tables for a record by what it has again, then by its digest.</summary>
sealed class DayFinder(SqliteConnection connection) : IDisposable
{
    readonly SqliteStatement find = new(connection,
        "select e.place from known k cross join entry e on e.place = k.place "
        + "where k.device = ? and k.key = ? and e.digest = ?");

    readonly SqliteStatement at = new(connection, "select 1 from entry where place = ? and digest = ?");
    readonly SqliteStatement newest = new(connection, "select max(key) from known where device = ?");
    readonly SqliteStatement device = new(connection, "select id from device where name = ?");

    /// <summary>The number of the same record; null where it does not lie here.</summary>
    public long? Find(long id, JournalEntry entry, long key) =>
        find.Bind(1, id).Bind(2, key).Bind(3, entry.Digest).First() is { } place ? DayFormat.NumberOf(place) : null;

    /// <inheritdoc cref="Find(long, JournalEntry, long)"/>
    public long? Find(JournalEntry entry, long key) =>
        device.Bind(1, entry.Device).First() is { } id ? Find(id, entry, key) : null;

    public bool IsOf(long place, JournalEntry entry) => at.Bind(1, place).Bind(2, entry.Digest).First() is not null;

    public long? NewestOf(long id) => newest.Bind(1, id).First();

    /// <summary>The greatest key of a device's rows; null where it has none.</summary>
    public long? NewestOf(string name) => device.Bind(1, name).First() is { } id ? NewestOf(id) : null;

    /// <summary>Leaves the connection to whoever opened it.</summary>
    public void Dispose()
    {
        foreach (var statement in new[] { find, at, newest, device }) statement.Dispose();
    }
}
