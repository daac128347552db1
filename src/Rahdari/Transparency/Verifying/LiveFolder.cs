using Rahdari.Ledger;

namespace Rahdari.Transparency.Verifying;

/// <summary>
/// Verifies a log's folder into which a node may be writing. What looks wrong is believed only once the checkpoint
/// stood still around it.
/// </summary>
static class LiveFolder
{
    /// <summary>Heads appear once a second; a verification of a small log takes less, of a large one several.</summary>
    const int MaxTries = 5;

    /// <summary>Three beats: files that are ahead belong to a head that is about to appear, or to a node that was
    /// stopped.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    public static async Task<LogReport> CheckAsync(
        ILogStore folder, LogTrust trust, LogCheckOptions options, TimeProvider machine, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            var before = await folder.ReadAsync("checkpoint", cancel);
            var report = await LogCheck.FolderAsync(folder, trust, options, cancel);
            if (report.IsConsistent || tries == MaxTries) return report;
            var patience = report.Findings.All(f => f.Code == "ahead-of-checkpoint") ? Patience : TimeSpan.Zero;
            if (!await HasMovedAsync(folder, before, patience, machine, cancel)) return report;
        }
    }

    static async Task<bool> HasMovedAsync(
        ILogStore folder, byte[]? before, TimeSpan patience, TimeProvider machine, CancellationToken cancel)
    {
        var started = machine.GetTimestamp();
        while (true)
        {
            var now = await folder.ReadAsync("checkpoint", cancel);
            if (!(now ?? []).AsSpan().SequenceEqual(before ?? [])) return true;
            if (machine.GetElapsedTime(started) >= patience) return false;
            await Task.Delay(Poll, machine, cancel);
        }
    }
}
