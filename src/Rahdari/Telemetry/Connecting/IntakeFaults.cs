using Rahdari.Hosting;

namespace Rahdari.Telemetry.Connecting;

/// <summary>Something on a device port that could not be kept.</summary>
/// <param name="Code">Stable: one of the codes of decoding, or one of <see cref="IntakeFaultCodes"/>.</param>
/// <param name="Remote">The other end's address.</param>
/// <param name="Head">The first bytes at fault, lower-case hex.</param>
public sealed record IntakeFault(
    DateTimeOffset At, string Protocol, string Code, string Remote, int Offset, string Detail, string Head);

/// <summary>Codes of faults that are no fault of a frame.</summary>
static class IntakeFaultCodes
{
    public const string Http = "http-on-device-port";
    public const string Tls = "tls-on-device-port";
    public const string WrongProtocol = "wrong-protocol";
    public const string Garbage = "garbage";
    public const string FrameTooLong = "frame-too-long";
    public const string CutOff = "connection-cut-off";
    public const string Idle = "idle";
    public const string TooManyConnections = "too-many-connections";

    /// <summary>Bytes of a connection given up that came after the device spoke over a newer one.</summary>
    public const string LineOver = "line-over";
    public const string StorageOutage = "storage-outage";
}

/// <summary>
/// Every fault is counted; the newest are kept to be looked at; a log line is written at the 1st, 2nd, 4th, 8th ...
/// of a
/// protocol and code, so that nobody can fill the log from outside.
/// </summary>
public sealed class IntakeFaults(CorridorClock clock, ILogger<IntakeFaults> log)
{
    /// <summary>Faults kept: some screens full.</summary>
    const int Kept = 256;

    /// <summary>Bytes of a fault shown: enough to tell a protocol by its start.</summary>
    const int HeadBytes = 48;

    readonly Lock gate = new();
    readonly Queue<IntakeFault> newest = new();
    readonly Dictionary<(string Protocol, string Code), long> counts = [];

    /// <summary>The newest faults, oldest first.</summary>
    public IReadOnlyList<IntakeFault> Newest
    {
        get
        {
            lock (gate) return [.. newest];
        }
    }

    public long CountOf(string protocol, string code)
    {
        lock (gate) return counts.GetValueOrDefault((protocol, code));
    }

    internal void Report(
        string protocol, string code, string remote, ReadOnlySpan<byte> bytes, int offset = 0, string detail = "")
    {
        var head = Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, HeadBytes)]);
        var fault = new IntakeFault(clock.Now, protocol, code, remote, offset, detail, head);
        long count;
        lock (gate)
        {
            count = counts[(protocol, code)] = counts.GetValueOrDefault((protocol, code)) + 1;
            newest.Enqueue(fault);
            if (newest.Count > Kept) newest.Dequeue();
        }
        if (long.IsPow2(count)) IntakeLog.Fault(log, protocol, code, count, remote, offset, detail, head);
    }
}
