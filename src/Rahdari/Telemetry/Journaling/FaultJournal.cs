using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Rahdari.Hosting;
using Rahdari.Storage;

namespace Rahdari.Telemetry.Journaling;

/// <summary>
/// Keeps the bytes of faults beside the records, in a stream of their own, at a rate that no stranger can raise. What
/// is beyond it is counted, and the next fault kept says how many were left out; where none comes, a row that says
/// only that does. Unlike a record a fault is not waited for: nobody is answered on it, so what was not on the disk
/// when the process died is lost as if it had not arrived.
/// </summary>
sealed class FaultJournal(IJournal journal, NodeSettings node, CorridorClock clock, TimeProvider machine)
    : BackgroundService
{
    /// <summary>Bytes kept of a fault: a frame of most protocols is shorter.</summary>
    public const int MaxBytes = 2048;

    /// <summary>Faults kept of one connection: a device that cannot be read is understood after a few.</summary>
    public const int PerConnection = 16;

    /// <summary>
    /// Faults kept at once, and refilled at one a second: 86,400 a day of at most 2 kB are 180 MB, a tenth of what
    /// 20,000 devices journal that day.
    /// </summary>
    const int Burst = 256;

    /// <summary>Faults between connections and the disk; beyond it they are left out.</summary>
    const int Queue = 256;

    static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    readonly string stream = JournalStreams.Faulty(node.Node);

    /// <summary>A null only wakes the writer.</summary>
    readonly Channel<JournaledFault?> offered = Channel.CreateBounded<JournaledFault?>(
        new BoundedChannelOptions(Queue) { SingleReader = true });

    long leftOut, written, refilled = machine.GetTimestamp();
    double tokens = Burst;

    /// <summary>Takes a fault to be kept, or counts it as left out; never waits.</summary>
    /// <param name="ofConnection">How many its connection has offered before.</param>
    public void Offer(
        int ofConnection, string protocol, string code, string remote, int offset, string detail,
        ReadOnlySpan<byte> bytes)
    {
        if (ofConnection >= PerConnection || !offered.Writer.TryWrite(new(
            clock.Now, protocol, code, remote, offset, detail, bytes.Length, 0,
            bytes[..Math.Min(bytes.Length, MaxBytes)].ToArray()))) Leave();
    }

    /// <summary>
    /// Keeps the faults of a sender who proved who it is; they are durable when it completes, whole and at any rate:
    /// the sender is answered on them. What it sends again is kept once.
    /// </summary>
    /// <param name="faults">Each with the time that tells it from the same bytes another time.</param>
    /// <exception cref="StorageOutageException">Nothing was kept.</exception>
    public async Task KeepAsync(
        IReadOnlyList<(JournaledFault Fault, DateTimeOffset At)> faults, CancellationToken cancel)
    {
        if (faults.Count == 0) return;
        await journal.AppendAsync(
            [.. faults.Select(f => f.Fault.ToEntry(stream, DigestOf(f.Fault with { ReceivedAt = f.At }, -1)))],
            cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            while (await offered.Reader.WaitToReadAsync(stopping))
            {
                await DrainAsync(stopping);
                // A flood is told in a row a second and not in a row a fault.
                while (Interlocked.Read(ref leftOut) > 0 && await IsQuietAsync(stopping))
                    if (TryTake()) await AppendAsync(Summary(), stopping);
            }
        }
        catch (OperationCanceledException)
        {
            await FinishAsync();
        }
        catch (StorageFatalException)
        {
            // The store says why and stops the process.
        }
    }

    /// <summary>Waits a while; false as soon as a fault comes, which will say how many were left out.</summary>
    async Task<bool> IsQuietAsync(CancellationToken stopping)
    {
        var more = offered.Reader.WaitToReadAsync(stopping).AsTask();
        return await Task.WhenAny(more, Task.Delay(Refill, machine, stopping)) != more
            && !stopping.IsCancellationRequested;
    }

    /// <summary>Whoever stops a node in order finds what it had heard.</summary>
    async Task FinishAsync()
    {
        try
        {
            await DrainAsync(CancellationToken.None);
            if (Interlocked.Read(ref leftOut) > 0) await AppendAsync(Summary(), CancellationToken.None);
        }
        catch (StorageFatalException)
        {
            // As above.
        }
    }

    async Task DrainAsync(CancellationToken cancel)
    {
        while (offered.Reader.TryRead(out var fault))
        {
            if (fault is null) continue;
            if (TryTake()) await AppendAsync(fault, cancel);
            else Leave();
        }
    }

    async Task AppendAsync(JournaledFault fault, CancellationToken cancel)
    {
        var said = Interlocked.Exchange(ref leftOut, 0);
        var isSummary = fault.Code == JournaledFault.LeftOutOnly;
        try
        {
            await journal.AppendAsync(
                [(fault with { LeftOut = said }).ToEntry(stream, DigestOf(fault, written++))], cancel);
        }
        catch (Exception e) when (e is StorageOutageException or OperationCanceledException)
        {
            Interlocked.Add(ref leftOut, isSummary ? said : said + 1);
            if (e is OperationCanceledException) throw;
        }
    }

    JournaledFault Summary() => new(clock.Now, "", JournaledFault.LeftOutOnly, "", 0, "", 0, 0, []);

    void Leave()
    {
        if (Interlocked.Increment(ref leftOut) == 1) offered.Writer.TryWrite(null);
    }

    bool TryTake()
    {
        var now = machine.GetTimestamp();
        tokens = Math.Min(Burst, tokens + machine.GetElapsedTime(refilled, now) / Refill);
        refilled = now;
        if (tokens < 1) return false;
        tokens -= 1;
        return true;
    }

    /// <summary>Other for each row of a stranger: the same garbage twice is two faults.</summary>
    static byte[] DigestOf(JournaledFault fault, long ordinal)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"fault\n{fault.Protocol}\n{fault.Code}\n{fault.Remote}\n"));
        Span<byte> place = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(place, fault.ReceivedAt.ToMicros());
        BinaryPrimitives.WriteInt64BigEndian(place[8..], ordinal);
        hash.AppendData(place);
        hash.AppendData(fault.Raw);
        return hash.GetHashAndReset();
    }
}
