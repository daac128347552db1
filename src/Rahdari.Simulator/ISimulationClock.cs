namespace Rahdari.Simulator;

/// <summary>Corridor time as the simulated world lives it. Any number of callers at once.</summary>
public interface ISimulationClock
{
    /// <summary>How far corridor time may run past the start of work that is still going on.</summary>
    static readonly TimeSpan BusyTolerance = TimeSpan.FromMinutes(5);

    DateTimeOffset Now { get; }

    /// <summary>Completes when corridor time has reached <paramref name="time"/>; at once where it has.</summary>
    Task WaitUntilAsync(DateTimeOffset time, CancellationToken cancel);

    /// <summary>
    /// Work that was due at <paramref name="since"/> is going on: until the answer is disposed the clock does not run
    /// more than <see cref="BusyTolerance"/> past <paramref name="since"/>. Disposing it twice is disposing it once.
    /// </summary>
    IDisposable Busy(DateTimeOffset since);
}
