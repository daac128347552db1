using System.Runtime.InteropServices;

namespace Rahdari.Storage.Embedded;

/// <summary>
/// The engine's calls that a journal row costs a dozen of, as C has them: the package's own count references to a
/// handle around each. Source: sqlite.org/c3ref. The library is the one the package brings.
/// </summary>
static partial class SqliteCalls
{
    const string Library = "e_sqlite3";

    /// <summary>The engine takes a copy.</summary>
    public const nint Copied = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    public static partial int BindNumber(nint statement, int position, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    public static partial int BindNull(nint statement, int position);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_zeroblob")]
    public static partial int BindZeroes(nint statement, int position, int length);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    public static partial int BindBlob(nint statement, int position, ReadOnlySpan<byte> value, int length, nint owner);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    public static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    public static partial long ColumnNumber(nint statement, int column);
}
