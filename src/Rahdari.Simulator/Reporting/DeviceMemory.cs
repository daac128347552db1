namespace Rahdari.Simulator.Reporting;

/// <summary>
/// What a device keeps until it is acknowledged. It sends the newest record first, then the second-newest, then the
/// rest from the oldest on (JT701D manual V1.4), so that records arrive out of order by design.
/// </summary>
sealed class DeviceMemory
{
    /// <summary>Records a JT701D keeps in flash, by its manual; the oldest go first.</summary>
    public const int Capacity = 20_000;

    readonly LinkedList<PlannedReport> kept = [];
    int newestSent = -1;
    bool secondNewestIsDue;

    public int Count => kept.Count;

    /// <summary>Records lost because the memory was full.</summary>
    public int Overwritten { get; private set; }

    /// <summary>Adds a record newer than all before.</summary>
    public void Add(PlannedReport report)
    {
        kept.AddLast(report);
        if (kept.Count <= Capacity) return;
        kept.RemoveFirst();
        Overwritten++;
    }

    /// <summary>The record to send now; the same one until it is acknowledged or a newer one is added.</summary>
    public PlannedReport? Next()
    {
        if (kept.Last is not { } last) return null;
        return last.Value.Index > newestSent || secondNewestIsDue ? last.Value : kept.First!.Value;
    }

    /// <summary>The oldest records, for devices that send several at once from the oldest on.</summary>
    public IReadOnlyList<PlannedReport> Oldest(int most) => [.. kept.Take(most)];

    /// <summary>The record is safe at the server; the device forgets it.</summary>
    public void Acknowledged(PlannedReport report)
    {
        if (!kept.Remove(report)) return;
        secondNewestIsDue = report.Index > newestSent;
        newestSent = Math.Max(newestSent, report.Index);
    }
}
