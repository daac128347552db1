using System.Data.Common;

namespace Rahdari.Storage.Sql;

/// <summary>What differs between the engines' SQL. Everything else is one text.</summary>
/// <param name="Engine"><c>sqlite</c> or <c>postgresql</c>.</param>
/// <param name="BytesType">The binary column type, in place of <c>{bytes}</c>.</param>
/// <param name="Translate">Turns an engine's exception into one of this assembly's, or returns it unchanged.</param>
sealed record Dialect(string Engine, string BytesType, Func<DbException, Exception> Translate)
{
    public RowMapper Rows { get; } = new();

    public ArgumentBinder Arguments { get; } = new();

    public string Render(string sql) => sql.Replace("{bytes}", BytesType, StringComparison.Ordinal);
}
