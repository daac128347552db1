using System.Data;
using Microsoft.Data.Sqlite;

namespace Rahdari.Storage.Embedded;

/// <summary>The writer's side of the newest day: prepared statements on one connection, one commit at a time.</summary>
sealed class DayWriter : IDisposable
{
    const int SlotShift = 48;

    // About 100 bytes each; a million devices would take the cache several times over in a day, at a query each.
    const int MaxCachedDevices = 200_000;

    readonly SqliteCommand insert;
    readonly SqliteCommand addDevice;
    readonly SqliteCommand findDevice;
    readonly SqliteCommand moveStream;
    readonly SqliteCommand moveSpan;
    readonly DoubleFinder doubles;
    readonly Dictionary<string, long> devices = [];
    readonly Dictionary<StreamRange, long> moved = [];
    SqliteTransaction? transaction;
    long first;
    long last;

    public DayWriter(SqliteConnection connection)
    {
        Connection = connection;
        insert = Prepare("insert into entry (place, device, received, fix, mark, digest, raw, body) "
            + "values ($place, $device, $received, $fix, $mark, $digest, $raw, $body)",
            SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer,
            SqliteType.Blob, SqliteType.Blob, SqliteType.Blob);
        addDevice = Prepare("insert into device (name) values ($name) returning id", SqliteType.Text);
        findDevice = Prepare("select id from device where name = $name", SqliteType.Text);
        moveStream = Prepare("update stream set last = $last where slot = $slot",
            SqliteType.Integer, SqliteType.Integer);
        moveSpan = Prepare("insert into span (one, first, last) values (1, $first, $last) on conflict (one) do update "
            + "set first = min(first, excluded.first), last = max(last, excluded.last)",
            SqliteType.Integer, SqliteType.Integer);
        doubles = new DoubleFinder(connection);
    }

    public SqliteConnection Connection { get; }

    public void Begin()
    {
        transaction = Connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
        (first, last) = (long.MaxValue, long.MinValue);
        moved.Clear();
    }

    public long Insert(JournalEntry entry, long mark, StreamRange stream)
    {
        var number = moved.GetValueOrDefault(stream, stream.Last) + 1;
        Run(insert, (stream.Slot << SlotShift) + number, DeviceId(entry.Device), entry.ReceivedMicros,
            (object?)entry.FixMicros ?? DBNull.Value, mark, entry.Digest, entry.Raw, entry.Body);
        moved[stream] = number;
        first = Math.Min(first, entry.ReceivedMicros);
        last = Math.Max(last, entry.ReceivedMicros);
        return number;
    }

    public long? Find(JournalEntry entry, long mark) => doubles.Find(entry, mark, transaction);

    /// <summary>Commits and only then moves the ranges readers see. Answers the first and last receive time.</summary>
    public (long First, long Last) Commit()
    {
        if (moved.Count > 0) Run(moveSpan, first, last);
        foreach (var (stream, number) in moved) Run(moveStream, number, stream.Slot);
        transaction!.Commit();
        transaction.Dispose();
        transaction = null;
        foreach (var (stream, number) in moved) stream.Last = number;
        return (first, last);
    }

    public void Dispose()
    {
        transaction?.Dispose();
        foreach (var command in new[] { insert, addDevice, findDevice, moveStream, moveSpan }) command.Dispose();
        doubles.Dispose();
        Connection.Dispose();
    }

    long DeviceId(string name)
    {
        if (devices.TryGetValue(name, out var id)) return id;
        if (devices.Count == MaxCachedDevices) devices.Clear();
        return devices[name] = (long)(Scalar(findDevice, name) ?? Scalar(addDevice, name)!);
    }

    object? Scalar(SqliteCommand command, string name)
    {
        command.Transaction = transaction;
        command.Parameters[0].Value = name;
        return command.ExecuteScalar();
    }

    void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    SqliteCommand Prepare(string sql, params ReadOnlySpan<SqliteType> types)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        var at = 0;
        foreach (var type in types)
        {
            // The parameters stand in the text in the order of their types.
            var start = sql.IndexOf('$', at);
            var end = start + 1;
            while (end < sql.Length && char.IsAsciiLetter(sql[end])) end++;
            command.Parameters.Add(sql[start..end], type);
            at = end;
        }
        command.Prepare();
        return command;
    }
}

/// <summary>Looks for a record by the first eight bytes of its digest, then by all of them.</summary>
sealed class DoubleFinder : IDisposable
{
    const long NumberMask = (1L << 48) - 1;

    readonly SqliteCommand command;

    public DoubleFinder(SqliteConnection connection)
    {
        Connection = connection;
        command = connection.CreateCommand();
        // Named, because without statistics the planner may as well go through everything the device ever sent.
        command.CommandText = "select e.place from entry e indexed by entry_mark join device d on d.id = e.device "
            + "where e.mark = $mark and e.digest = $digest and d.name = $device";
        command.Parameters.Add("$mark", SqliteType.Integer);
        command.Parameters.Add("$digest", SqliteType.Blob);
        command.Parameters.Add("$device", SqliteType.Text);
        command.Prepare();
    }

    /// <summary>The caller's, who closes it.</summary>
    public SqliteConnection Connection { get; }

    public long? Find(JournalEntry entry, long mark, SqliteTransaction? transaction)
    {
        command.Transaction = transaction;
        command.Parameters[0].Value = mark;
        command.Parameters[1].Value = entry.Digest;
        command.Parameters[2].Value = entry.Device;
        return command.ExecuteScalar() is long place ? place & NumberMask : null;
    }

    public void Dispose() => command.Dispose();
}
