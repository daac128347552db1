namespace Rahdari.Simulator;

/// <summary>The other side could not be reached for longer than the simulator is willing to try.</summary>
public sealed class SimulationOutageException(string message, Exception? inner) : Exception(message, inner);

/// <summary>Waiting between attempts, on the machine clock: short at first, doubled up to a limit.</summary>
sealed class Backoff(TimeProvider machine)
{
    /// <summary>A server that is being restarted is back within seconds.</summary>
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromSeconds(2);

    /// <summary>About ten minutes of waiting for a server that does not come back.</summary>
    public const int MaxAttempts = 300;

    TimeSpan delay = First;
    int attempts;

    public void Reset() => (delay, attempts) = (First, 0);

    /// <exception cref="SimulationOutageException">Every attempt failed.</exception>
    public async Task WaitAsync(string what, Exception? cause, CancellationToken cancel)
    {
        if (++attempts >= MaxAttempts)
            throw new SimulationOutageException($"{what}: no success in {attempts} attempts", cause);
        await Task.Delay(delay, machine, cancel).ConfigureAwait(false);
        delay = delay * 2 < Longest ? delay * 2 : Longest;
    }
}
