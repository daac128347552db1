using System.Collections.Concurrent;
using Rahdari.Hosting;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// Answers from memory which unit a device speaks for. What this process commits is known here at once; what another
/// process on the same database commits, after <see cref="Trusted"/> at the latest.
/// </summary>
sealed class FittedDevices(IDesk desk, RecordedFeed feed, TimeProvider machine, NodeSettings node)
    : BackgroundService, IFittedDevices
{
    /// <summary>
    /// How long an answer is believed without asking again: one report of a device at the usual interval.
    /// </summary>
    static readonly TimeSpan Trusted = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Ten corridors' devices (design 5: 20,000 a corridor); beyond it the memory is emptied and fills again.
    /// </summary>
    const int MaxDevices = 200_000;

    sealed record Row(long FromMicros, long? UntilMicros, string Mrn, int Unit, string Role);

    sealed record Known(IReadOnlyList<Row> Fittings, long LoadedAt);

    readonly ConcurrentDictionary<DeviceId, Known> known = new();
    long forgotten;

    public async ValueTask<FittedUnit?> FindAsync(DeviceId device, DateTimeOffset at, CancellationToken cancel)
    {
        if (!known.TryGetValue(device, out var answer) || machine.GetElapsedTime(answer.LoadedAt) > Trusted)
            answer = await LoadAsync(device, cancel);
        var micros = at.ToMicros();
        return answer.Fittings.FirstOrDefault(f =>
            f.FromMicros <= micros && (f.UntilMicros is not { } until || micros < until))
            is { } fitting
                ? new(new(new Mrn(fitting.Mrn), fitting.Unit), Enum.Parse<DeviceRole>(fitting.Role))
                : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var recorded in feed.ListenAsync(stoppingToken))
        {
            if (recorded.Header.Stream.Administration != node.Administration) continue;
            if (recorded.Body is DeviceFitted fitted) Forget(fitted.Device);
            else if (recorded.Body is DeviceDetached detached) Forget(detached.Device);
        }
    }

    void Forget(DeviceId device)
    {
        Interlocked.Increment(ref forgotten);
        known.TryRemove(device, out _);
    }

    async Task<Known> LoadAsync(DeviceId device, CancellationToken cancel)
    {
        var before = Interlocked.Read(ref forgotten);
        var rows = await desk.QueryAsync<Row>(
            """
            select from_micros, until_micros, mrn, unit, role from fitted_device where device = @device
            order by from_micros desc
            """, new { device = device.ToString() }, cancel);
        var loaded = new Known(rows, machine.GetTimestamp());
        if (known.Count >= MaxDevices) known.Clear();
        known[device] = loaded;
        // Forgotten while it was read: what was read may be the state before.
        if (Interlocked.Read(ref forgotten) != before) known.TryRemove(device, out _);
        return loaded;
    }
}
