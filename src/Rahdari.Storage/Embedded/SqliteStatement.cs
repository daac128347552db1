using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Rahdari.Storage.Embedded;

/// <summary>
/// A statement of the journal's writer, prepared once and bound without an object a value: a frame costs it a few of
/// these. Positions count from 1, columns from 0, as in the engine.
/// </summary>
sealed class SqliteStatement : IDisposable
{
    readonly sqlite3 connection;
    readonly sqlite3_stmt statement;
    readonly nint handle;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        this.connection = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(this.connection, sql, out statement));
        handle = statement.DangerousGetHandle();
    }

    public SqliteStatement Bind(int position, long value)
    {
        Check(SqliteCalls.BindNumber(handle, position, value));
        return this;
    }

    public SqliteStatement Bind(int position, long? value)
    {
        if (value is { } number) return Bind(position, number);
        Check(SqliteCalls.BindNull(handle, position));
        return this;
    }

    public SqliteStatement Bind(int position, string value)
    {
        Check(raw.sqlite3_bind_text(statement, position, value));
        return this;
    }

    /// <summary>Binds a blob; an empty one is a blob too and not null.</summary>
    public SqliteStatement Bind(int position, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty
            ? SqliteCalls.BindZeroes(handle, position, 0)
            : SqliteCalls.BindBlob(handle, position, value, value.Length, SqliteCalls.Copied));
        return this;
    }

    /// <summary>Runs to the end; for statements without rows.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>True with the next row; false at the end, where the statement is ready to run again.</summary>
    public bool Step()
    {
        var code = SqliteCalls.Step(handle);
        if (code == raw.SQLITE_ROW) return true;
        if (code != raw.SQLITE_DONE) Check(code);
        SqliteCalls.Reset(handle);
        return false;
    }

    /// <summary>The first column of the first row; null where there is no row, or no value in it.</summary>
    public long? First()
    {
        if (!Step()) return null;
        var value = IsNull(0) ? (long?)null : Number(0);
        Reset();
        return value;
    }

    /// <summary>Leaves the rows not read.</summary>
    public void Reset() => SqliteCalls.Reset(handle);

    public bool IsNull(int column) => SqliteCalls.ColumnType(handle, column) == raw.SQLITE_NULL;

    public long Number(int column) => SqliteCalls.ColumnNumber(handle, column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public void Dispose() => statement.Dispose();

    /// <exception cref="SqliteException">With the engine's own code, as of any other statement.</exception>
    void Check(int code)
    {
        if (code == raw.SQLITE_OK) return;
        var (extended, message) = (raw.sqlite3_extended_errcode(connection), Message());
        if (statement is { IsInvalid: false }) raw.sqlite3_reset(statement);
        throw new SqliteException($"SQLite Error {code}: '{message}'.", code, extended);
    }

    string Message() => raw.sqlite3_errmsg(connection).utf8_to_string();
}
