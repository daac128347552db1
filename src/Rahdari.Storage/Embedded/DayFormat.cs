using System.Data;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Rahdari.Storage.Embedded;

/// <summary>
/// What a day's file looks like. A row's place is its stream's slot in the upper bits and its number in the lower 48,
/// so a stream is one range and an append goes to the end of it. <c>heard</c> and <c>known</c> find rows by device;
/// they lack the newest of each stream, those above <c>indexed</c> (<see cref="DayTail"/>).
/// </summary>
static class DayFormat
{
    public const int Version = 2;

    const int NumberBits = 48;
    const long NumberMask = (1L << NumberBits) - 1;

    const string Indexes =
        """
        create table heard (
            device integer not null, received integer not null, place integer not null,
            primary key (device, received, place)) without rowid;
        create table known (
            device integer not null, key integer not null, place integer not null,
            primary key (device, key, place)) without rowid;
        """;

    const string Schema =
        """
        create table stream (
            slot integer primary key, name text not null unique, last integer not null, indexed integer not null);
        create table device (id integer primary key, name text not null unique);
        create table span (one integer primary key check (one = 1), first integer not null, last integer not null);
        create table entry (
            place integer primary key, device integer not null, received integer not null, fix integer,
            digest blob not null, raw blob not null, body blob not null);
        """ + Indexes;

    /// <summary>
    /// A file of format 1 on its way to this one: what finds rows is there for those up to <c>indexed</c> of each
    /// stream. A build that knows format 2 only takes it for a newer one, and does not read half of it.
    /// </summary>
    const int Midway = 1_002;

    /// <summary>Rows that go to the tables in one transaction: some 20 MB of write-ahead log, a second or two.
    /// </summary>
    const int StepRows = 200_000;

    /// <summary>
    /// Format 1 indexed every row as it came, by device and receipt and by its digest's first bytes. Its column of
    /// those bytes stays, read by nobody: to take it out, every row would be written again.
    /// </summary>
    const string FromFirst =
        """
        drop index entry_device;
        drop index entry_mark;
        """ + Indexes +
        """
        alter table stream add column indexed integer not null default 0;
        """;

    static readonly string NextStep =
        $"""
        select s.slot, coalesce((select max(place) from (
            select e.place from entry e where e.place > {Place("s.slot", "s.indexed")}
                and e.place <= {Place("s.slot", "s.last")} order by e.place limit $rows)), {Place("s.slot", "s.last")})
        from stream s where s.indexed < s.last order by s.slot limit 1
        """;

    /// <summary>Rows of the slot up to a place that are in no table yet; each in the order of its table.</summary>
    static readonly string Step =
        $"""
        insert or ignore into heard select e.device, e.received, e.place from entry e
            where e.place > (select {Place("slot", "indexed")} from stream where slot = $slot) and e.place <= $place
            order by e.device, e.received, e.place;
        insert or ignore into known select e.device, coalesce(e.fix, e.mark | -9223372036854775808), e.place
            from entry e
            where e.place > (select {Place("slot", "indexed")} from stream where slot = $slot) and e.place <= $place
            order by e.device, 2, e.place;
        update stream set indexed = $place & {NumberMask} where slot = $slot;
        """;

    /// <summary>Where a stream's row of a number lies.</summary>
    public static long PlaceOf(long slot, long number) => (slot << NumberBits) + number;

    /// <summary>The number, in its stream, of the row at a place.</summary>
    public static long NumberOf(long place) => place & NumberMask;

    /// <summary><see cref="PlaceOf"/> in SQL.</summary>
    public static string Place(string slot, string number) =>
        string.Create(CultureInfo.InvariantCulture, $"({slot} << {NumberBits}) + {number}");

    /// <summary>In SQL, the slot of the row at a place.</summary>
    public static string Slot(string place) =>
        string.Create(CultureInfo.InvariantCulture, $"{place} >> {NumberBits}");

    /// <summary>
    /// What the same record has again: its own time, which is read from the digested bytes; a record without one has
    /// the digest's beginning, as a number below every time.
    /// </summary>
    public static long KeyOf(long? fixMicros, ReadOnlySpan<byte> digest) =>
        fixMicros ?? System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(digest) | long.MinValue;

    /// <summary>Makes the tables in an empty file, in the caller's transaction.</summary>
    public static void Create(SqliteConnection connection)
    {
        SqliteFile.Execute(connection, Schema);
        SqliteFile.Execute(connection, SetVersionTo(Version));
    }

    /// <summary>The file's format; 0 where it was killed before its first commit and holds nothing. One on its way
    /// has that of where it comes from.</summary>
    public static long Read(SqliteConnection connection, string path)
    {
        var version = Scalar(connection, "pragma user_version");
        return version == Midway ? 1 : version <= Version
            ? version
            : throw new StoreRefusedException("journal-format-newer", string.Create(CultureInfo.InvariantCulture,
                $"{path} has journal format {version}, this build knows {Version}: use a newer rahdari"));
    }

    /// <summary>
    /// Brings a file of format 1 to this one, in steps; does nothing to any other. Killed in between, the next call
    /// goes on from the last step.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Rows of one step.</param>
    /// <param name="stepped">Called after each transaction.</param>
    public static void Upgrade(string path, int rows = StepRows, Action? stepped = null)
    {
        using (var reader = SqliteFile.OpenReader(path))
            if (Read(reader, path) is not 1) return;
        using var connection = SqliteFile.OpenWriter(path);
        // No file of the journal holds a key or a name; overwriting the old indexes would write all of them once more.
        SqliteFile.Execute(connection, "pragma secure_delete = off");
        if (Scalar(connection, "pragma user_version") != Midway)
        {
            InOne(connection, FromFirst + SetVersionTo(Midway));
            stepped?.Invoke();
        }
        while (Next(connection, rows) is var (slot, place))
        {
            InOne(connection, Step, ("$slot", slot), ("$place", place));
            stepped?.Invoke();
        }
        InOne(connection, SetVersionTo(Version));
    }

    /// <summary>Whether the rows have format 1's column, which wants a value.</summary>
    public static bool HasMark(SqliteConnection connection) =>
        Scalar(connection, "select count(*) from pragma_table_info('entry') where name = 'mark'") == 1;

    static (long Slot, long Place)? Next(SqliteConnection connection, int rows)
    {
        using var command = connection.CreateCommand();
        command.CommandText = NextStep;
        command.Parameters.AddWithValue("$rows", rows);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    static void InOne(SqliteConnection connection, string sql, params (string Name, long Value)[] args)
    {
        using var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in args) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    static string SetVersionTo(int version) => $"pragma user_version = {version};";
}
