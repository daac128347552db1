using System.Buffers.Binary;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Rahdari.Storage.Cluster;

/// <summary>
/// The journal in PostgreSQL: one partition a day, written by binary COPY, one transaction a group. A stream's last
/// number moves by compare-and-set in the same transaction, so a second writer of the stream cannot commit.
/// </summary>
sealed class PostgresJournal : IJournalEngine
{
    // Devices keep sending what was not acknowledged, some for a day; two days leave room for a power cut.
    const int DoublesWindowDays = 2;
    const long DayMicros = 86_400L * 1_000_000;

    // A dropped partition waits for whoever reads the journal, and appends wait for it: devices wait as long for their
    // answers at most.
    const int DropWaitMilliseconds = 2_000;

    public static readonly IReadOnlyList<string> Scripts =
    [
        """
        create table journal_stream (name text primary key, slot integer not null unique, last bigint not null);
        create table journal_day (day integer primary key, first bigint not null, last bigint not null);
        create table journal_entry (
            day integer not null, slot integer not null, number bigint not null, device text not null,
            received bigint not null, fix bigint, mark bigint not null, digest bytea not null, raw bytea not null,
            body bytea not null) partition by range (day);
        """,
    ];

    const string RowColumns = "e.number, s.name, e.device, e.received, e.fix, e.digest, e.raw, e.body";

    readonly NpgsqlDataSource source;
    readonly Action<CommitPoint>? commits;
    readonly Serving? serving;
    readonly Dictionary<string, JournalStream> streams = [];
    NpgsqlConnection? connection;
    int newestDay = int.MinValue;

    PostgresJournal(NpgsqlDataSource source, Action<CommitPoint>? commits, Serving? serving) =>
        (this.source, this.commits, this.serving) = (source, commits, serving);

    public IReadOnlyDictionary<string, long> Heads => streams.ToDictionary(s => s.Key, s => s.Value.Last);

    public long? NewestReceivedMicros { get; private set; }

    /// <param name="source">Of this journal alone; disposed with it.</param>
    /// <param name="settings">The host's.</param>
    /// <param name="serving">Checked by every group; null where nobody else can be writing.</param>
    public static PostgresJournal Open(NpgsqlDataSource source, StoreSettings settings, Serving? serving = null)
    {
        var journal = new PostgresJournal(source, settings.Commits, serving);
        try
        {
            journal.Connect();
            return journal;
        }
        catch (Exception e) when (PostgresErrors.IsOutage(e))
        {
            source.Dispose();
            throw new StorageOutageException($"PostgreSQL cannot be reached: {e.Message}", outcomeUnknown: false, e);
        }
    }

    public Journaled[] Append(IReadOnlyList<JournalEntry> entries)
    {
        var committing = false;
        try
        {
            Connect();
            var day = Math.Max(DayOf(entries.Max(e => e.ReceivedMicros)), newestDay);
            if (day > newestDay) CreateDay(day);
            using var transaction = connection!.BeginTransaction();
            var (places, moved) = Write(day, entries);
            Fence();
            commits?.Invoke(CommitPoint.JournalBefore);
            committing = true;
            transaction.Commit();
            commits?.Invoke(CommitPoint.JournalAfter);
            foreach (var (stream, last) in moved) stream.Last = last;
            return places;
        }
        catch (Exception e) when (PostgresErrors.IsOutage(e) || PostgresErrors.IsSerialization(e))
        {
            // What was committed is read again before the next group: its outcome may be unknown.
            Disconnect();
            throw new StorageOutageException($"the journal cannot be written: {e.Message}", committing, e);
        }
    }

    public async Task<IReadOnlyList<JournalDay>> DaysAsync(CancellationToken cancel)
    {
        try
        {
            await using var command = source.CreateCommand("select day, last from journal_day order by day");
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var days = new List<JournalDay>();
            while (await reader.ReadAsync(cancel)) days.Add(new(DateOf(reader.GetInt32(0)), reader.GetInt64(1)));
            return days;
        }
        catch (Exception e) when (PostgresErrors.IsOutage(e))
        {
            throw new StorageOutageException($"the journal cannot be read: {e.Message}", outcomeUnknown: false, e);
        }
    }

    public IReadOnlyList<DateOnly> DropBefore(long beforeMicros, int most)
    {
        var committing = false;
        try
        {
            Connect();
            using var transaction = connection!.BeginTransaction();
            Execute($"set local lock_timeout = {DropWaitMilliseconds}");
            using var query = Command("select day from journal_day where last < $1 and day < $2 order by day limit $3",
                beforeMicros, newestDay, most);
            var days = new List<int>();
            using (var reader = query.ExecuteReader())
                while (reader.Read()) days.Add(reader.GetInt32(0));
            foreach (var day in days)
            {
                Execute($"drop table {Partition(day)}");
                Execute("delete from journal_day where day = $1", day);
            }
            Fence();
            commits?.Invoke(CommitPoint.DropBefore);
            committing = true;
            transaction.Commit();
            commits?.Invoke(CommitPoint.DropAfter);
            return [.. days.Select(DateOf)];
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StorageOutageException("the journal is being read, no day is dropped now", false, e);
        }
        catch (Exception e) when (PostgresErrors.IsOutage(e))
        {
            Disconnect();
            throw new StorageOutageException($"no day of the journal can be dropped: {e.Message}", committing, e);
        }
    }

    /// <summary>A table goes with its transaction.</summary>
    public IReadOnlyList<DateOnly> Sweep() => [];

    public Task<IReadOnlyList<JournalRow>> ReadAsync(string stream, long after, int limit, CancellationToken cancel) =>
        QueryAsync(
            $"select {RowColumns} from journal_entry e join journal_stream s on s.slot = e.slot "
            + "where e.slot = (select slot from journal_stream where name = $1) and e.number > $2 "
            + "order by e.number limit $3", cancel, stream, after, limit);

    public Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel) =>
        QueryAsync(
            $"select {RowColumns} from journal_entry e join journal_stream s on s.slot = e.slot "
            + "where e.device = $1 and e.received >= $2 and e.received < $3 "
            + "order by e.received, e.slot, e.number limit $4", cancel, device, fromMicros, toMicros, limit);

    public async ValueTask DisposeAsync()
    {
        Disconnect();
        await source.DisposeAsync();
    }

    (Journaled[] Places, Dictionary<JournalStream, long> Moved) Write(
        int day, IReadOnlyList<JournalEntry> entries)
    {
        var known = FindDoubles(entries, day - DoublesWindowDays);
        var moved = new Dictionary<JournalStream, long>();
        var places = new Journaled[entries.Count];
        foreach (var entry in entries) EnsureStream(entry.Stream);
        using (var copy = connection!.BeginBinaryImport(
            "copy journal_entry (day, slot, number, device, received, fix, mark, digest, raw, body) "
            + "from stdin (format binary)"))
        {
            for (var i = 0; i < places.Length; i++)
            {
                var entry = entries[i];
                var key = (entry.Device, Convert.ToHexString(entry.Digest));
                if (known.TryGetValue(key, out var there))
                {
                    places[i] = new(there, AlreadyThere: true);
                    continue;
                }
                var stream = streams[entry.Stream];
                var number = known[key] = moved[stream] = moved.GetValueOrDefault(stream, stream.Last) + 1;
                WriteRow(copy, day, stream.Slot, number, entry);
                places[i] = new(number, AlreadyThere: false);
            }
            copy.Complete();
        }
        MoveStreams(moved);
        Execute("update journal_day set first = least(first, $2), last = greatest(last, $3) where day = $1",
            day, entries.Min(e => e.ReceivedMicros), entries.Max(e => e.ReceivedMicros));
        return (places, moved);
    }

    /// <summary>Last before the commit, so that a process stopped in the middle of a group holds no lock on the
    /// row.</summary>
    void Fence()
    {
        if (serving is null) return;
        using var query = Command(Serving.JournalFence, serving.Epoch);
        if (query.ExecuteScalar() is null) throw new FencedException(Serving.Name);
    }

    static void WriteRow(NpgsqlBinaryImporter copy, int day, int slot, long number, JournalEntry entry)
    {
        copy.StartRow();
        copy.Write(day, NpgsqlDbType.Integer);
        copy.Write(slot, NpgsqlDbType.Integer);
        copy.Write(number, NpgsqlDbType.Bigint);
        copy.Write(entry.Device, NpgsqlDbType.Text);
        copy.Write(entry.ReceivedMicros, NpgsqlDbType.Bigint);
        if (entry.FixMicros is { } fix) copy.Write(fix, NpgsqlDbType.Bigint);
        else copy.WriteNull();
        copy.Write(Mark(entry), NpgsqlDbType.Bigint);
        copy.Write(entry.Digest, NpgsqlDbType.Bytea);
        copy.Write(entry.Raw, NpgsqlDbType.Bytea);
        copy.Write(entry.Body, NpgsqlDbType.Bytea);
    }

    void MoveStreams(Dictionary<JournalStream, long> moved)
    {
        foreach (var (stream, last) in moved)
        {
            using var move = Command("update journal_stream set last = $2 where slot = $1 and last = $3",
                stream.Slot, last, stream.Last);
            if (move.ExecuteNonQuery() == 0)
                throw new InvalidOperationException("another process has written to this node's journal stream");
        }
    }

    /// <summary>Numbers of the entries that lie in the journal already, by device and digest.</summary>
    Dictionary<(string, string), long> FindDoubles(IReadOnlyList<JournalEntry> entries, int sinceDay)
    {
        using var query = Command(
            "select device, digest, number from journal_entry where mark = any($1) and day >= $2",
            Marks(entries), sinceDay);
        var known = new Dictionary<(string, string), long>();
        using var reader = query.ExecuteReader();
        while (reader.Read())
            known[(reader.GetString(0), Convert.ToHexString((byte[])reader[1]))] = reader.GetInt64(2);
        return known;
    }

    /// <summary>A transaction of its own: a new partition locks readers out, and must not do so for as long as a group
    /// takes to be written.</summary>
    void CreateDay(int day)
    {
        var table = Partition(day);
        using var transaction = connection!.BeginTransaction();
        Execute(string.Create(CultureInfo.InvariantCulture,
            $"""
            create table if not exists {table} partition of journal_entry for values from ({day}) to ({day + 1});
            create unique index if not exists {table}_place on {table} (slot, number);
            create index if not exists {table}_device on {table} (device, received);
            create index if not exists {table}_mark on {table} (mark);
            """));
        Execute("insert into journal_day (day, first, last) values ($1, $2, $3) on conflict do nothing",
            day, long.MaxValue, long.MinValue);
        transaction.Commit();
        newestDay = day;
    }

    void EnsureStream(string name)
    {
        if (streams.ContainsKey(name)) return;
        using var insert = Command(
            "insert into journal_stream (name, slot, last) "
            + "select $1, coalesce(max(slot), 0) + 1, 0 from journal_stream returning slot", name);
        streams[name] = new() { Slot = (int)insert.ExecuteScalar()! };
    }

    /// <summary>Opens the writer's connection where there is none and reads where every stream stands.</summary>
    void Connect()
    {
        if (connection is { FullState: System.Data.ConnectionState.Open }) return;
        Disconnect();
        connection = source.OpenConnection();
        streams.Clear();
        using (var query = Command("select name, slot, last from journal_stream"))
        using (var reader = query.ExecuteReader())
            while (reader.Read())
                streams[reader.GetString(0)] = new() { Slot = reader.GetInt32(1), Last = reader.GetInt64(2) };
        using (var query = Command("select max(day), max(last) from journal_day"))
        using (var reader = query.ExecuteReader())
        {
            reader.Read();
            newestDay = reader.IsDBNull(0) ? int.MinValue : reader.GetInt32(0);
            // A day that was made and never written to says nothing.
            NewestReceivedMicros =
                reader.IsDBNull(1) || reader.GetInt64(1) == long.MinValue ? null : reader.GetInt64(1);
        }
    }

    void Disconnect()
    {
        connection?.Dispose();
        connection = null;
    }

    async Task<IReadOnlyList<JournalRow>> QueryAsync(string sql, CancellationToken cancel, params object[] args)
    {
        try
        {
            await using var command = source.CreateCommand(sql);
            foreach (var arg in args) command.Parameters.Add(new() { Value = arg });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var rows = new List<JournalRow>();
            while (await reader.ReadAsync(cancel))
                rows.Add(new(reader.GetInt64(0), new(
                    reader.GetString(1), reader.GetString(2), reader.GetInt64(3),
                    reader.IsDBNull(4) ? null : reader.GetInt64(4),
                    (byte[])reader[5], (byte[])reader[6], (byte[])reader[7])));
            return rows;
        }
        catch (Exception e) when (PostgresErrors.IsOutage(e))
        {
            throw new StorageOutageException($"the journal cannot be read: {e.Message}", outcomeUnknown: false, e);
        }
    }

    void Execute(string sql, params object[] args)
    {
        using var command = Command(sql, args);
        command.ExecuteNonQuery();
    }

    NpgsqlCommand Command(string sql, params object[] args)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var arg in args) command.Parameters.Add(new() { Value = arg });
        return command;
    }

    static string Partition(int day) =>
        string.Create(CultureInfo.InvariantCulture, $"journal_entry_{day}").Replace('-', 'm');

    static int DayOf(long micros) => (int)((micros - (((micros % DayMicros) + DayMicros) % DayMicros)) / DayMicros);

    static DateOnly DateOf(int day) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day);

    static long Mark(JournalEntry entry) => BinaryPrimitives.ReadInt64BigEndian(entry.Digest);

    static long[] Marks(IReadOnlyList<JournalEntry> entries) => [.. entries.Select(Mark)];

    /// <summary>Where a stream stands; <see cref="Last"/> is committed.</summary>
    sealed class JournalStream
    {
        public required int Slot { get; init; }

        public long Last { get; set; }
    }
}
