using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Storage;

namespace Rahdari.Transparency.Sequencing;

/// <summary>
/// Takes a step of the sequencer on every beat of machine time, while this process holds the log's lease.
/// </summary>
sealed partial class SequencerService(
    NodeSettings settings, IRecordStore store, ILeases leases, ILogStore files, KeyRing keys, TimeProvider machine,
    ILogger<SequencerService> log) : BackgroundService
{
    /// <summary>
    /// The beat at which heads appear (design 6): what happens between two is not shown by their times.
    /// </summary>
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Ten missed beats: longer than a garbage collection or a slow disk, short enough for a takeover.
    /// </summary>
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    readonly Sequencer sequencer = new(
        store, files, new NoteSigner(settings.Origin, NoteAlgorithm.Ed25519, new SeedSigner(keys.LogSeed)));
    Lease? lease;

    /// <summary>Why nothing is signed any more; null while all is well. For the readiness answer.</summary>
    public string? Halted { get; private set; }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LogTables.PrepareAsync(store, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (lease is not null) await leases.ReleaseAsync(lease, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Beat, machine);
        try
        {
            do await StepAsync(stoppingToken);
            while (Halted is null && await beat.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A graceful stop; what was under way is done again at the next start.
        }
    }

    async Task StepAsync(CancellationToken cancel)
    {
        try
        {
            if (lease is null || !await leases.RenewAsync(lease, LeaseTime, cancel))
                lease = await leases.TryAcquireAsync($"log/{settings.Origin}", settings.Node, LeaseTime, cancel);
            if (lease is not null) await sequencer.StepAsync(lease, cancel);
        }
        catch (FencedException)
        {
            lease = null;
        }
        catch (StorageOutageException e)
        {
            Outage(log, settings.Origin, e.Message);
        }
        catch (LogHaltedException e)
        {
            Halted = $"{e.Code}: {e.Message}";
            Stopped(log, settings.Origin, e.Code, e.Message);
        }
    }

    [LoggerMessage(6100, LogLevel.Warning, "log {Origin}: the record cannot be used now, trying again: {Why}")]
    static partial void Outage(ILogger log, string origin, string why);

    [LoggerMessage(6101, LogLevel.Critical, "log {Origin}: nothing is signed any more ({Code}): {Why}")]
    static partial void Stopped(ILogger log, string origin, string code, string why);
}
