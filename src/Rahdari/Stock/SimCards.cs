using System.Collections.Concurrent;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>
/// Answers from memory which SIM card is in a device. What this process commits is known here at once; what another
/// process on the same database commits, after <see cref="Believed"/> at the latest.
/// </summary>
sealed class SimCards(IDesk desk, RecordedFeed feed, TimeProvider machine, NodeSettings node)
    : BackgroundService, ISimCards
{
    /// <summary>How long an answer is believed without asking again: one report of a device at the usual interval.
    /// </summary>
    static readonly TimeSpan Believed = TimeSpan.FromSeconds(30);

    /// <summary>Ten corridors' devices (design 5: 20,000 a corridor); beyond it the memory is emptied and fills again.
    /// </summary>
    const int MostDevices = 200_000;

    readonly record struct Known(SimCardNumber? Card, long LoadedAt);

    readonly ConcurrentDictionary<DeviceId, Known> known = new();
    long forgotten;

    public async ValueTask<SimCardNumber?> FindAsync(DeviceId device, CancellationToken cancel) =>
        known.TryGetValue(device, out var answer) && machine.GetElapsedTime(answer.LoadedAt) <= Believed
            ? answer.Card
            : await LoadAsync(device, cancel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var recorded in feed.ListenAsync(stoppingToken))
        {
            if (recorded.Header.Stream.Administration != node.Administration) continue;
            if (recorded.Body is DeviceReceived received) Forget(received.Device);
            else if (recorded.Body is DeviceCardChanged changed) Forget(changed.Device);
        }
    }

    void Forget(DeviceId device)
    {
        Interlocked.Increment(ref forgotten);
        known.TryRemove(device, out _);
    }

    async Task<SimCardNumber?> LoadAsync(DeviceId device, CancellationToken cancel)
    {
        var before = Interlocked.Read(ref forgotten);
        var rows = await desk.QueryAsync<string>(
            "select facts from stock_device where device = @device", new { device = device.ToString() }, cancel);
        var card = rows is [var facts] && SimCardNumber.TryParse(StockTable.Read(facts).Card?.Iccid, out var number)
            ? number
            : null;
        if (known.Count >= MostDevices) known.Clear();
        known[device] = new(card, machine.GetTimestamp());
        // Forgotten while it was read: what was read may be the state before.
        if (Interlocked.Read(ref forgotten) != before) known.TryRemove(device, out _);
        return card;
    }
}
