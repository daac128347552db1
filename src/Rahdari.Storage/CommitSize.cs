namespace Rahdari.Storage;

/// <summary>
/// How many callers a commit is worth waiting for. A commit costs as much as some hundred rows; where thousands of
/// devices wait for an answer each, and answering them takes the processor longer than the disk, many small commits
/// only keep it from answering. Where few speak, nobody is waited for.
/// </summary>
sealed class CommitSize(TimeProvider time)
{
    /// <summary>So many rows make a commit a fifth of their cost.</summary>
    public const int Most = 512;

    /// <summary>A quarter of those who speak is waited for: the others are read and answered meanwhile.</summary>
    const int Share = 4;

    /// <summary>Fewer than 256 devices in a second are answered faster one by one.</summary>
    const int Least = 64;

    /// <summary>Waiting begins where a commit gathered an eighth of that by itself: devices that report now and then
    /// do not make each other wait.</summary>
    const int Begun = 8;

    readonly HashSet<string> heard = [];
    long since = time.GetTimestamp();
    int senders, last;

    /// <summary>A device's rows are queued.</summary>
    public void Heard(string device)
    {
        // More make no difference.
        if (heard.Count < Most * Share) heard.Add(device);
    }

    /// <summary>A commit has begun with so many callers.</summary>
    public void Took(int callers)
    {
        last = callers;
        if (time.GetElapsedTime(since) < TimeSpan.FromSeconds(1)) return;
        (senders, since) = (heard.Count, time.GetTimestamp());
        heard.Clear();
    }

    /// <summary>Callers the next commit waits for; 0 where it waits for none.</summary>
    public int Wanted()
    {
        var wanted = Math.Min(senders / Share, Most);
        return wanted >= Least && last >= wanted / Begun ? wanted : 0;
    }
}
