namespace Rahdari.Storage;

/// <summary>
/// How far a reader of a journal stream has come, moved in the same transaction as what it concluded. A position is a
/// dense journal number, never a database's serial or a commit time.
/// </summary>
public static class Watermarks
{
    /// <summary>The position, 0 before the first.</summary>
    public static async Task<long> WatermarkAsync(this IRecordReader reader, string name, CancellationToken cancel) =>
        await reader.QueryAsync<long>("select position from watermark where name = @Name", new { Name = name }, cancel)
            is [var position] ? position : 0;

    /// <summary>Moves it.</summary>
    public static Task SetWatermarkAsync(
        this IRecordTransaction transaction, string name, long position, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            "insert into watermark (name, position) values (@Name, @Position) "
            + "on conflict (name) do update set position = excluded.position",
            new { Name = name, Position = position }, cancel);
}
