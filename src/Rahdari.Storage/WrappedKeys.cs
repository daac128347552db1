namespace Rahdari.Storage;

/// <summary>
/// Keys of sealed fields, wrapped by a master key that is kept outside this store and its backups. Erasing one erases
/// everything sealed under it; its id stays taken, so that what was sealed under it is never met with another key.
/// </summary>
public static class WrappedKeys
{
    // An erased key's row keeps no byte of it. Real ones are never empty.
    static readonly byte[] Nothing = [];

    /// <summary>The wrapped key, null where there is none or it was erased.</summary>
    public static async Task<byte[]?> WrappedKeyAsync(
        this IRecordReader reader, string keyId, CancellationToken cancel) =>
        await reader.QueryAsync<byte[]>(
            "select wrapped from wrapped_key where key_id = @Id and wrapped <> @Nothing", new { Id = keyId, Nothing },
            cancel) is [var wrapped] ? wrapped : null;

    /// <summary>Stores a new key; false where the id has one already, which stays, or had one that was
    /// erased.</summary>
    public static async Task<bool> PutWrappedKeyAsync(
        this IRecordTransaction transaction, string keyId, byte[] wrapped, CancellationToken cancel) =>
        await transaction.ExecuteAsync(
            "insert into wrapped_key (key_id, wrapped) values (@Id, @Wrapped) on conflict do nothing",
            new { Id = keyId, Wrapped = wrapped }, cancel) > 0;

    /// <summary>Erases; false where there was none, or none any more.</summary>
    public static async Task<bool> EraseKeyAsync(
        this IRecordTransaction transaction, string keyId, CancellationToken cancel) =>
        await transaction.ExecuteAsync(
            "update wrapped_key set wrapped = @Nothing where key_id = @Id and wrapped <> @Nothing",
            new { Id = keyId, Nothing }, cancel) > 0;

    /// <summary>Whether the id had a key that was erased.</summary>
    public static async Task<bool> IsErasedAsync(this IRecordReader reader, string keyId, CancellationToken cancel) =>
        (await reader.QueryAsync<long>(
            "select count(*) from wrapped_key where key_id = @Id and wrapped = @Nothing", new { Id = keyId, Nothing },
            cancel))[0] > 0;
}
