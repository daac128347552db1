using Rahdari.Hosting;
using Rahdari.Storage;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// Judges the journal as it grows: woken by its commits, and once a second besides. What gives reason to raise an alert
/// is committed at once; what does not, at most every 100 ms.
/// </summary>
sealed class JudgingService(
    JudgingRun run, IJournal journal, CorridorClock clock, IntakeFrontier intake,
    TimeProvider machine, ILogger<JudgingService> log) : BackgroundService
{
    /// <summary>Fallback where a wake-up is missed (design 3).</summary>
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>How often quiet progress is committed at most (design 3).</summary>
    static readonly TimeSpan CommitEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Corridor time between two looks for silence; a sixtieth of the shortest silence rules allow.</summary>
    static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(10);

    /// <summary>Machine time between two looks into the store for units never heard.</summary>
    static readonly TimeSpan UnheardEvery = TimeSpan.FromSeconds(1);

    /// <summary>Machine time between two clearings of old states.</summary>
    static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    /// <summary>Machine time before the store is tried again.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    DateTimeOffset ticked = DateTimeOffset.MinValue;
    long committedAt, unheardAt, forgottenAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listeningSince = clock.Now;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await run.ResumeAsync(stoppingToken);
                while (true) await RoundAsync(listeningSince, stoppingToken);
            }
            catch (Exception e) when (e is StorageOutageException or StreamConflictException or OvertakenException)
            {
                // Nothing was lost: everything since the last commit is judged again.
                JudgingLog.Waiting(log, e.Message);
                await Task.Delay(Patience, machine, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    async Task RoundAsync(DateTimeOffset listeningSince, CancellationToken cancel)
    {
        await WaitAsync(cancel);
        // The clock before the intake: what comes in between is on its way, or journaled, when it is asked for.
        var now = clock.Now;
        await run.JudgeAsync(now, intake.Oldest, cancel);
        await run.FoldWaitingAsync(all: false, cancel);
        var unheard = machine.GetElapsedTime(unheardAt) >= UnheardEvery;
        if (now - ticked >= TickEvery || unheard)
        {
            await run.TickAsync(listeningSince, unheard, cancel);
            ticked = now;
            if (unheard) unheardAt = machine.GetTimestamp();
        }
        if (run.HasFindings || machine.GetElapsedTime(committedAt) >= CommitEvery)
        {
            await run.CommitAsync(cancel);
            committedAt = machine.GetTimestamp();
        }
        if (machine.GetElapsedTime(forgottenAt) < ForgetEvery) return;
        await run.ForgetOldAsync(now, cancel);
        forgottenAt = machine.GetTimestamp();
    }

    /// <summary>Until a lane has more, or progress wants committing, or a second has passed.</summary>
    async Task WaitAsync(CancellationToken cancel)
    {
        if (run.Streams.Any(run.IsBehind)) return;
        var most = run.HasUncommitted ? CommitEvery : Poll;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var waits = run.Streams.Select(s => journal.WaitAsync(s, run.JudgedIn(s), most, either.Token)).ToArray();
        var first = await Task.WhenAny(waits);
        await either.CancelAsync();
        await first;
        await Task.WhenAll(waits).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
