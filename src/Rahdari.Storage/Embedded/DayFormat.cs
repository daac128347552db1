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

    public const int SlotShift = 48;
    public const long NumberMask = (1L << SlotShift) - 1;

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

    /// <summary>Format 1 indexed every row as it came, by device and receipt and by its digest's first bytes.</summary>
    const string FromFirst =
        """
        drop index entry_device;
        drop index entry_mark;
        """ + Indexes +
        """
        alter table stream add column indexed integer not null default 0;
        update stream set indexed = last;
        insert into heard select device, received, place from entry order by device, received, place;
        insert into known select device, coalesce(fix, mark | -9223372036854775808), place from entry
            order by device, 2, place;
        alter table entry drop column mark;
        """;

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
        SetVersion(connection);
    }

    /// <summary>The file's format; 0 where it was killed before its first commit and holds nothing.</summary>
    public static long Read(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "pragma user_version";
        var version = Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        return version <= Version
            ? version
            : throw new StoreRefusedException("journal-format-newer", string.Create(CultureInfo.InvariantCulture,
                $"{path} has journal format {version}, this build knows {Version}: use a newer rahdari"));
    }

    /// <summary>Brings a file of an older format to this one, all or nothing.</summary>
    public static void Upgrade(string path)
    {
        using var connection = SqliteFile.OpenWriter(path);
        using var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
        SqliteFile.Execute(connection, FromFirst);
        SetVersion(connection);
        transaction.Commit();
    }

    static void SetVersion(SqliteConnection connection) =>
        SqliteFile.Execute(connection, $"pragma user_version = {Version}");
}
