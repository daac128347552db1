namespace Rahdari.Telemetry.Connecting;

/// <summary>What one device port and one connection may use.</summary>
public sealed record IntakeLimits
{
    /// <summary>
    /// Bytes taken off a socket and not looked at: a batch of 64 frames of a kilobyte. While the journal is slower than
    /// the devices every connection holds as much, 30,000 of them 2 GB; the rest waits in the devices. Connections of
    /// the web have the same.
    /// </summary>
    public const int UnreadBytes = 64 * 1024;

    /// <summary>
    /// Connections of one port: a corridor has some 20,000 devices (design 5), half as many again may be about to be
    /// dropped by a network that changed under them.
    /// </summary>
    public int Connections { get; init; } = 30_000;

    /// <summary>Until the first frame: a device speaks as soon as it is connected, a slow radio within a
    /// minute.</summary>
    public TimeSpan FirstFrame { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Between frames: a sleeping lock reports every 30 minutes (its manual), and may be late.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>Bytes of garbage between frames of a connection that has spoken the protocol: two lost
    /// frames.</summary>
    public int GarbageBytes { get; init; } = 4096;

    /// <summary>Frames of one connection that share one append: a flushed backlog in steps of a screenful.</summary>
    public int BatchFrames { get; init; } = 64;

    /// <summary>
    /// Records after which a batch takes no further frame. One more frame has 546 at most (parts joined), so a batch
    /// stays below 1,570.
    /// </summary>
    public int BatchRecords { get; init; } = 1024;
}
