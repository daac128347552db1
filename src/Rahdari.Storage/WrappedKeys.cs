namespace Rahdari.Storage;

/// <summary>
/// Keys of sealed fields, wrapped by a master key that is kept outside this store and its backups. Deleting one erases
/// everything sealed under it.
/// </summary>
public static class WrappedKeys
{
    /// <summary>The wrapped key, null where there is none or it was erased.</summary>
    public static async Task<byte[]?> WrappedKeyAsync(
        this IRecordReader reader, string keyId, CancellationToken cancel) =>
        await reader.QueryAsync<byte[]>(
            "select wrapped from wrapped_key where key_id = @Id", new { Id = keyId }, cancel)
            is [var wrapped] ? wrapped : null;

    /// <summary>Stores a new key; false where the id has one already, which stays.</summary>
    public static async Task<bool> PutWrappedKeyAsync(
        this IRecordTransaction transaction, string keyId, byte[] wrapped, CancellationToken cancel) =>
        await transaction.ExecuteAsync(
            "insert into wrapped_key (key_id, wrapped) values (@Id, @Wrapped) on conflict do nothing",
            new { Id = keyId, Wrapped = wrapped }, cancel) > 0;

    /// <summary>Erases; false where there was none.</summary>
    public static async Task<bool> EraseKeyAsync(
        this IRecordTransaction transaction, string keyId, CancellationToken cancel) =>
        await transaction.ExecuteAsync("delete from wrapped_key where key_id = @Id", new { Id = keyId }, cancel) > 0;
}
