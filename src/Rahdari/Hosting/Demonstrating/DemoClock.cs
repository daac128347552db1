using Rahdari.Simulator;

namespace Rahdari.Hosting.Demonstrating;

/// <summary>The demo's corridor time as the simulated world lives it.</summary>
sealed class DemoClock(ScaledClock clock) : ISimulationClock
{
    public DateTimeOffset Now => clock.Now;

    public Task WaitUntilAsync(DateTimeOffset time, CancellationToken cancel) => clock.WaitUntilAsync(time, cancel);

    public IDisposable Busy(DateTimeOffset since) => clock.Busy(since);
}
