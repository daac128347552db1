using System.Data.Common;
using Microsoft.Data.Sqlite;
using Rahdari.Storage.Sql;

namespace Rahdari.Storage.Embedded;

/// <summary>How a SQLite file of ours is opened, and what its errors mean.</summary>
static class SqliteFile
{
    // Long enough for a backup's or an operator's short write, short enough that an answer still comes.
    const int BusySeconds = 5;

    // SQLite's primary result codes: sqlite.org/rescode.html.
    const int Busy = 5;
    const int Locked = 6;
    const int ReadOnly = 8;
    const int DiskError = 10;
    const int Corrupt = 11;
    const int Full = 13;
    const int CannotOpen = 14;
    const int NoDatabase = 26;

    /// <summary>A connection for the one writer: WAL, every commit synced, deleted bytes overwritten.</summary>
    public static SqliteConnection OpenWriter(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        // The journal mode is set before anything is written, and answers what it became.
        using var command = connection.CreateCommand();
        command.CommandText = "pragma journal_mode = wal";
        if (command.ExecuteScalar() is not "wal")
            throw new InvalidOperationException($"{path} cannot use a write-ahead log");
        Execute(connection, "pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on");
        return connection;
    }

    /// <summary>A connection that refuses to write. It opens the file for writing all the same, because a reader of a
    /// write-ahead log may have to recover it.</summary>
    public static SqliteConnection OpenReader(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWrite);
        Execute(connection, "pragma query_only = on");
        return connection;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Our exception for the engine's; the same one where it is a bug of ours (wrong SQL, a constraint).
    /// </summary>
    public static Exception Translate(DbException e) => e switch
    {
        SqliteException { SqliteErrorCode: Busy or Locked } =>
            new StorageOutageException("the record is busy", outcomeUnknown: false, e),
        SqliteException sqlite when IsFatal(sqlite) =>
            new StorageFatalException($"the disk failed: {e.Message}", e),
        _ => e,
    };

    static bool IsFatal(SqliteException e) => e.SqliteErrorCode switch
    {
        DiskError or Corrupt or Full or CannotOpen or NoDatabase => true,
        // Plain, it is a write on a reader's connection and a bug of ours; extended, the file was taken away.
        ReadOnly => e.SqliteExtendedErrorCode != ReadOnly,
        _ => false,
    };

    /// <summary>One for each store: it remembers how types are mapped.</summary>
    public static Dialect NewDialect() => new("sqlite", "blob", Translate);

    static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = BusySeconds,
        }.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"pragma busy_timeout = {BusySeconds}000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
