using System.Net.Sockets;

namespace Rahdari.Simulator.Reporting;

/// <summary>
/// One device with its memory and its connection. It makes its records at their times, sends what it keeps while it
/// has coverage, and forgets a record only when the server has acknowledged it.
/// </summary>
sealed class SimulatedDevice(
    IDeviceWire wire, string deviceId, string host, int port, ISimulationClock clock, TimeProvider machine,
    Traffic traffic)
{
    /// <summary>Machine time a device waits for an answer before it connects anew.</summary>
    static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(20);

    readonly DeviceMemory memory = new();
    readonly Backoff backoff = new(machine);
    TcpClient? connection;

    /// <summary>The id as the server knows it, protocol first.</summary>
    public string Id { get; } = $"{wire.Protocol}:{deviceId}";

    /// <param name="reports">What the device will record, in order of time.</param>
    /// <param name="sendableSince">Records that could be sent before this are taken as sent by an earlier run.</param>
    /// <exception cref="SimulationOutageException">The server stayed away.</exception>
    public async Task RunAsync(
        IEnumerable<PlannedReport> reports, DateTimeOffset sendableSince, CancellationToken cancel)
    {
        using var pace = new Pace(clock);
        using var plan = reports.Where(r => r.SendableFrom >= sendableSince).GetEnumerator();
        try
        {
            var more = plan.MoveNext();
            while (more)
            {
                var report = plan.Current;
                await pace.UntilAsync(report.Time, cancel).ConfigureAwait(false);
                memory.Add(report);
                more = plan.MoveNext();
                if (report.IsKept) Hang();
                else more = await DeliverAsync(plan, more, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            Hang();
        }
    }

    /// <summary>Sends until nothing is kept; records that fall due meanwhile take their place in the memory.</summary>
    async Task<bool> DeliverAsync(IEnumerator<PlannedReport> plan, bool more, CancellationToken cancel)
    {
        while (memory.Count > 0)
        {
            for (; more && !plan.Current.IsKept && plan.Current.Time <= clock.Now; more = plan.MoveNext())
                memory.Add(plan.Current);
            try
            {
                await SendAsync(cancel).ConfigureAwait(false);
                backoff.Reset();
            }
            catch (Exception e) when (IsOutage(e, cancel))
            {
                Hang();
                await backoff.WaitAsync(Id, e, cancel).ConfigureAwait(false);
            }
        }
        return more;
    }

    async Task SendAsync(CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(AnswerPatience, machine);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        var stream = await ConnectAsync(both.Token).ConfigureAwait(false);
        var reports = wire.Choose(memory);
        traffic.Sent();
        var accepted = await wire.SendAsync(stream, reports, both.Token).ConfigureAwait(false);
        if (accepted == 0) throw new IOException("the server asks for the record once more");
        var safe = reports.Take(accepted).ToArray();
        foreach (var report in safe) memory.Acknowledged(report);
        traffic.Acknowledged(Id, safe);
    }

    async Task<Stream> ConnectAsync(CancellationToken cancel)
    {
        if (connection is { } open) return open.GetStream();
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port, cancel).ConfigureAwait(false);
            if (!await wire.GreetAsync(client.GetStream(), cancel).ConfigureAwait(false))
                throw new IOException("the server does not accept the device");
        }
        catch
        {
            client.Dispose();
            throw;
        }
        traffic.Connected();
        connection = client;
        return client.GetStream();
    }

    void Hang()
    {
        connection?.Dispose();
        connection = null;
    }

    static bool IsOutage(Exception e, CancellationToken cancel) => !cancel.IsCancellationRequested
        && e is IOException or SocketException or OperationCanceledException or ObjectDisposedException;
}
