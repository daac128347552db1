using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>The table of wrapped subject keys. Deleting a row erases.</summary>
static class WrappedKeys
{
    sealed record Row(byte[] Wrapped);

    public static async Task<byte[]?> WrappedKeyAsync(
        this IRecordReader reader, string keyId, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            "select wrapped from wrapped_key where key_id = @keyId", new { keyId }, cancel);
        return rows.Count == 0 ? null : rows[0].Wrapped;
    }

    public static Task PutWrappedKeyAsync(
        this IRecordTransaction transaction, string keyId, byte[] wrapped, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            "insert into wrapped_key (key_id, wrapped) values (@keyId, @wrapped)", new { keyId, wrapped }, cancel);

    /// <summary>Erases everything sealed under the key, on this side only.</summary>
    public static Task EraseAsync(this IRecordTransaction transaction, string keyId, CancellationToken cancel) =>
        transaction.ExecuteAsync("delete from wrapped_key where key_id = @keyId", new { keyId }, cancel);
}
