using System.Data.Common;
using System.Globalization;

namespace Rahdari.Storage.Sql;

/// <summary>
/// Tables as numbered scripts: script n brings version n-1 to n and never changes once released. They run in one
/// transaction under an exclusive lock.
/// </summary>
static class NumberedScripts
{
    /// <summary>Brings the tables to the newest version. The caller holds the exclusive lock and commits.</summary>
    /// <param name="connection">Of the transaction.</param>
    /// <param name="transaction">Open.</param>
    /// <param name="dialect">The engine's.</param>
    /// <param name="table">Where the version is kept.</param>
    /// <param name="scripts">In order, from version 1.</param>
    /// <param name="refusal">The code of the refusal of newer tables.</param>
    /// <param name="cancel">Ends it between statements.</param>
    /// <exception cref="StoreRefusedException">The tables were written by a newer build.</exception>
    public static async Task ApplyAsync(
        DbConnection connection, DbTransaction transaction, Dialect dialect, string table,
        IReadOnlyList<string> scripts, string refusal, CancellationToken cancel)
    {
        var record = new SqlRecord(connection, transaction, dialect);
        await record.ExecuteAsync($"create table if not exists {table} (version integer not null)", null, cancel);
        var version = (await record.QueryAsync<int>($"select coalesce(max(version), 0) from {table}", null, cancel))[0];
        if (version > scripts.Count)
            throw new StoreRefusedException(refusal, string.Create(CultureInfo.InvariantCulture,
                $"{table} says {version}, this build knows {scripts.Count}: use a newer rahdari"));
        for (var next = version; next < scripts.Count; next++)
        {
            await record.ExecuteAsync(dialect.Render(scripts[next]), null, cancel);
            await record.ExecuteAsync($"insert into {table} (version) values (@Version)",
                new { Version = next + 1 }, cancel);
        }
    }
}
