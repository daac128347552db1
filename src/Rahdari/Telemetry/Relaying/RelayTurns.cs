namespace Rahdari.Telemetry.Relaying;

/// <summary>How many batches may be in hand at once.</summary>
sealed class RelayTurns(int most) : IDisposable
{
    readonly SemaphoreSlim free = new(most);

    /// <summary>A place until it is disposed; null where all are taken.</summary>
    public IDisposable? TryTake() => free.Wait(0) ? new Turn(free) : null;

    public void Dispose() => free.Dispose();

    sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
