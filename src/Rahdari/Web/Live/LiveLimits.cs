namespace Rahdari.Web.Live;

/// <summary>What live readers may cost a node.</summary>
sealed record LiveLimits
{
    /// <summary>
    /// Events kept for readers that come back: 20,000 devices that report every 30 s make 667 a second, so about 25 s,
    /// several tries of a browser. An event has about 300 bytes: 5 MB.
    /// </summary>
    public int Held { get; init; } = 16_384;

    /// <summary>Each reader costs a connection and every event's bytes: 667 events a second to 100 are 20 MB a
    /// second.</summary>
    public int MostReaders { get; init; } = 100;

    /// <summary>Proxies close what is silent for 30 to 60 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Then a reader comes back and shows its key or session again: one that was withdrawn sees no
    /// more.</summary>
    public TimeSpan Life { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a reader is asked to wait before it comes back.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(3);
}
