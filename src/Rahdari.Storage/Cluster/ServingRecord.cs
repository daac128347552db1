namespace Rahdari.Storage.Cluster;

/// <summary>
/// The record as the one process that serves it sees it: every transaction that writes looks whether the process still
/// serves. One that was paused for longer than its lease writes nothing any more; it is told so through the host.
/// </summary>
/// <param name="inner">The record.</param>
/// <param name="serving">The epoch under which this process serves.</param>
/// <param name="poison">Told once when the right is lost.</param>
sealed class ServingRecord(IRecordStore inner, Serving serving, Poison poison) : IRecordStore
{
    public string Engine => inner.Engine;

    public async Task<T> WriteAsync<T>(Func<IRecordTransaction, Task<T>> work, CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        try
        {
            return await inner.WriteAsync(async t =>
            {
                // Read, not locked: were the right lost before the commit, serializability has this transaction come
                // before the loss, or not at all.
                await serving.FenceAsync(t, cancel);
                return await work(t);
            }, cancel);
        }
        catch (FencedException e) when (e.Lease == Serving.Name)
        {
            throw poison.Fail(Serving.Lost, e);
        }
    }

    public Task<T> ReadAsync<T>(Func<IRecordReader, Task<T>> work, CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        return inner.ReadAsync(work, cancel);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
