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

    readonly Sequencer sequencer = new(
        store, files, new NoteSigner(settings.Origin, NoteAlgorithm.Ed25519, new SeedSigner(keys.LogSeed)));
    readonly Tenure tenure = new(leases, $"log/{settings.Origin}", settings.Node);

    /// <summary>Why nothing is signed any more; null while all is well. For the readiness answer.</summary>
    public string? Halted { get; private set; }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LogTables.PrepareAsync(store, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>A log that was halted stays so here: the rounds end, and nothing is signed by this process any more.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await tenure.UntilStoppedAsync(
                sequencer.StepAsync, Beat, machine, stoppingToken, why => Outage(log, settings.Origin, why));
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
