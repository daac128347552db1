using Microsoft.Data.Sqlite;

namespace Rahdari.Storage.Embedded;

/// <summary>
/// Rows on their way into one table, some with each statement: beginning and ending a statement costs as much as a row.
/// </summary>
/// <param name="connection">The writer's.</param>
/// <param name="into">The statement up to its values.</param>
/// <param name="values">One row's values, in brackets: a question mark for each that is bound.</param>
/// <param name="bind">Binds a row's values from the given position on.</param>
sealed class SqliteInsert<T>(
    SqliteConnection connection, string into, string values, Action<SqliteStatement, int, T> bind) : IDisposable
{
    /// <summary>The beginning of a statement is a tenth of what so many rows cost, and no more values are bound than
    /// the engine allows (sqlite.org/limits.html: 32,766).</summary>
    const int Together = 16;

    readonly SqliteStatement one = new(connection, $"{into} values {values}");

    readonly SqliteStatement many =
        new(connection, $"{into} values {string.Join(", ", Enumerable.Repeat(values, Together))}");

    readonly List<T> waiting = new(Together);
    readonly int width = values.Count(c => c == '?');

    /// <summary>The row is in the table at the latest after <see cref="Finish"/>.</summary>
    public void Add(T row)
    {
        waiting.Add(row);
        if (waiting.Count < Together) return;
        for (var i = 0; i < Together; i++) bind(many, 1 + i * width, waiting[i]);
        waiting.Clear();
        many.Run();
    }

    /// <summary>Every row added is in the table.</summary>
    public void Finish()
    {
        foreach (var row in waiting)
        {
            bind(one, 1, row);
            one.Run();
        }
        waiting.Clear();
    }

    /// <summary>Forgets what a transaction that failed did not write.</summary>
    public void Clear() => waiting.Clear();

    public void Dispose()
    {
        one.Dispose();
        many.Dispose();
    }
}
