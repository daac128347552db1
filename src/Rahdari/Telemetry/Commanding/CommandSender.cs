using System.Collections.Concurrent;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Connecting;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>
/// Gives connections the commands their devices have waiting. That a command is sent is recorded before its bytes are
/// handed out, so that it goes out once at most, whatever fails.
/// </summary>
sealed partial class CommandSender(
    IDesk desk, NodeSettings node, CorridorPack pack, CorridorClock clock, DeviceFixes fixes,
    ILogger<CommandSender> logger, int most = CommandSender.MostDevices) : IWaitingCommands
{
    /// <summary>Devices with a command waiting; a corridor's all (design 5: 20,000 devices), five times over.</summary>
    const int MostDevices = 100_000;

    sealed record Row(string Mrn, int Unit, string CommandId, string Kind, int? IntervalSeconds);

    /// <summary>By device the number of the newest word that something may be ready.</summary>
    readonly ConcurrentDictionary<DeviceId, long> waiting = [];
    readonly ConcurrentDictionary<DeviceId, Action> listeners = [];
    long words;
    int serial;

    public bool HasAny(DeviceId device) => waiting.ContainsKey(device);

    public IDisposable Listen(DeviceId device, Action wake)
    {
        listeners[device] = wake;
        return new Listening(this, device, wake);
    }

    /// <summary>A command of the device may be ready.</summary>
    public void Expect(DeviceId device)
    {
        if (waiting.ContainsKey(device) || waiting.Count < most)
            waiting[device] = Interlocked.Increment(ref words);
        else Full(device.ToString(), most);
        if (listeners.TryGetValue(device, out var wake)) wake();
    }

    /// <summary>What was ready when the process started.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        foreach (var device in await desk.QueryAsync<string>(
            "select distinct device from device_command where ready = 1 and expires_micros > @now order by device",
            new { now = clock.Now.ToMicros() }, cancel))
            Expect(DeviceId.Parse(device));
    }

    public async Task<CommandsToSend> TakeAsync(DeviceId device, DeviceSession session, CancellationToken cancel)
    {
        var word = waiting.GetValueOrDefault(device);
        var rows = await desk.QueryAsync<Row>(
            """
            select mrn, unit, command_id, kind, interval_seconds from device_command
            where device = @device and ready = 1 and expires_micros > @now order by asked_micros, command_id
            """, new { device = device.ToString(), now = clock.Now.ToMicros() }, cancel);
        var (frames, unsent) = (new List<byte[]>(), false);
        foreach (var row in rows)
        {
            if (!Web.Slug.TryParse<CommandKind>(row.Kind, out var kind)) continue;
            if (kind == CommandKind.Unlock && session.OneTimePassword is null)
            {
                // The lock draws a password and tells it; until then the unlocking waits, or lapses.
                unsent = true;
                continue;
            }
            var bytes = Wire.Encode(
                device, kind, row.IntervalSeconds, session.OneTimePassword ?? "", Interlocked.Increment(ref serial));
            var unit = new UnitId(new(row.Mrn), row.Unit);
            try
            {
                var outcome = await desk.RunAsync(
                    new SendCommand(unit, row.CommandId, device, fixes, bytes is not null),
                    FirstEvents.NodeActor(node, pack), RequestStamp.None, cancel);
                unsent |= MayCome(outcome);
                if (outcome is not Outcome.Done { Events: [{ Body: CommandSent }, ..] }) continue;
            }
            catch (StorageOutageException)
            {
                // What is recorded as sent already goes out; the rest waits for the device's next report.
                unsent = true;
                break;
            }
            frames.Add(bytes!);
            if (kind == CommandKind.Unlock) session = session with { OneTimePassword = null };
        }
        // What became ready meanwhile came with a newer word, and stays.
        if (!unsent) waiting.TryRemove(new KeyValuePair<DeviceId, long>(device, word));
        return new(frames, session);
    }

    /// <summary>What speaks against it may pass; the command waits for the next report of its device.</summary>
    static bool MayCome(Outcome outcome) => outcome is
        Outcome.Done { Events: [{ Body: CommandWithheld { Final: false } }, ..] }
        || (outcome is Outcome.Refused refused && UnlockGround.IsWait(refused.Why.Code));

    [LoggerMessage(3900, LogLevel.Warning,
        "a command for {Device} is ready, and {Most} devices have one waiting: it goes out after a start of the node, "
        + "or lapses")]
    partial void Full(string device, int most);

    sealed class Listening(CommandSender sender, DeviceId device, Action wake) : IDisposable
    {
        /// <summary>Leaves a newer connection of the device alone.</summary>
        public void Dispose() => sender.listeners.TryRemove(new KeyValuePair<DeviceId, Action>(device, wake));
    }
}

/// <summary>Tells the sender of commands as they become ready.</summary>
sealed class CommandWatch(CommandSender sender, RecordedFeed feed, NodeSettings node, TimeProvider machine)
    : BackgroundService
{
    /// <summary>Machine time before the store is tried again.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batches = feed.BatchesAsync(stoppingToken);
        try
        {
            await LoadAsync(stoppingToken);
            await foreach (var batch in batches)
            {
                if (batch.Missed) await LoadAsync(stoppingToken);
                foreach (var recorded in batch.Items)
                {
                    if (recorded.Header.Stream.Administration != node.Administration) continue;
                    if (recorded.Body is CommandAuthorised { Kind: not CommandKind.Unlock } asked)
                        sender.Expect(asked.Device);
                    else if (recorded.Body is UnlockApproved approved) sender.Expect(approved.Device);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops; what is ready waits in its table.
        }
    }

    /// <summary>An outage of the store stops no node: what is ready waits in its table.</summary>
    async Task LoadAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await sender.LoadAsync(cancel);
                return;
            }
            catch (StorageOutageException)
            {
                await Task.Delay(Patience, machine, cancel);
            }
        }
    }
}
