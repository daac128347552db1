using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Decoding;

namespace Rahdari.Telemetry.Connecting;

/// <summary>
/// One connection of a device: finds frames, has them kept, answers. While a batch is on its way to the disk nothing
/// is read, so a full journal stops the socket and nothing is dropped.
/// </summary>
sealed class DeviceConnection : IAsyncDisposable
{
    readonly IDeviceProtocol protocol;
    readonly Intake intake;
    readonly ConnectionContext connection;
    readonly Line line;
    readonly ITimer timer;
    readonly CancellationTokenRegistration asked;
    readonly List<ReceivedFrame> batch = [];
    DeviceSession session = DeviceSession.Fresh;
    byte[]? window;
    bool spoken, closing, timedOut, refused, apart;

    /// <summary>The platform that speaks on this connection; null where a device speaks for itself.</summary>
    Platform? platform;

    /// <summary>Machine time at which the connection began, or the last frame of it was taken. Bytes that make no frame
    /// move nothing: who sends one now and then holds a connection no longer than who sends none.</summary>
    long lastFrame;

    volatile bool stopping;
    DeviceId? heard, listenedFor;
    IDisposable? listening;
    int garbage, faults;

    /// <summary>When the bytes in hand were read, and a moment before which they were not there.</summary>
    long read, arrived;

    public DeviceConnection(IDeviceProtocol protocol, Intake intake, ConnectionContext connection, Line line)
    {
        (this.protocol, this.intake, this.connection, this.line) = (protocol, intake, connection, line);
        lastFrame = intake.Machine.GetTimestamp();
        timer = intake.Machine.CreateTimer(
            _ =>
            {
                timedOut = true;
                connection.Transport.Input.CancelPendingRead();
            }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        asked = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            .Register(() =>
            {
                stopping = true;
                connection.Transport.Input.CancelPendingRead();
            }) ?? default;
    }

    public async Task RunAsync()
    {
        var input = connection.Transport.Input;
        while (!closing)
        {
            timer.Change(Left(), Timeout.InfiniteTimeSpan);
            // Not given up when the connection closes: what arrived before its end is still there to be read.
            var reading = input.ReadAsync(CancellationToken.None);
            // Bytes that need no waiting for may have been there since the last ones were read.
            var (waited, before) = (!reading.IsCompleted, read);
            var result = await reading;
            read = intake.Order.Next();
            arrived = waited ? read : before;
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            var buffer = result.Buffer;
            // Where it is neither of these, a command has come for the device.
            if (result.IsCanceled && (timedOut || stopping))
            {
                // The wait was too long, or the node is stopping. What has arrived is not answered; it comes again.
                if (timedOut) Fault(IntakeFaultCodes.Idle, [], 0, "nothing was heard for too long");
                input.AdvanceTo(buffer.End);
                return;
            }
            while (!closing && Gather(ref buffer, result.IsCompleted)) await KeepAsync();
            if (refused) await FlushAsync();
            if (!closing && !result.IsCompleted) await CommandAsync();
            ReturnWindow();
            if (result.IsCompleted && !closing && !buffer.IsEmpty)
                Fault(IntakeFaultCodes.CutOff, Head(buffer), 0, "the connection ended inside a frame");
            // On closing everything is taken, so that the other end sees an orderly end and no reset.
            if (closing) input.AdvanceTo(buffer.End);
            else input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        listening?.Dispose();
        await asked.DisposeAsync();
        await timer.DisposeAsync();
        ReturnWindow();
    }

    /// <summary>How much longer a frame is waited for.</summary>
    TimeSpan Left()
    {
        var left = (spoken ? intake.Limits.Idle : intake.Limits.FirstFrame) - intake.Machine.GetElapsedTime(lastFrame);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>
    /// Takes frames of one device off the buffer, up to a batch; false where there is none to keep yet. Faults are
    /// reported on the way.
    /// </summary>
    bool Gather(ref ReadOnlySequence<byte> buffer, bool last)
    {
        batch.Clear();
        var records = 0;
        while (!closing && !buffer.IsEmpty && batch.Count < intake.Limits.BatchFrames
            && records < intake.Limits.BatchRecords)
        {
            var scan = Scan(buffer, out var bytes);
            if (scan.Kind == FrameScanKind.NeedMore) break;
            if (scan.Kind == FrameScanKind.Garbage)
            {
                // Before the first frame, a few bytes more tell who is speaking.
                if (!spoken && !last && bytes.Length < ForeignBytes.Enough) break;
                Skip(bytes, scan.Length);
            }
            else
            {
                var options = new DecodeOptions(
                    Now: intake.Clock.Now, RegistrationKey: intake.Registration.Key, Simulated: intake.Node.Simulated,
                    KnownNetwork: line.Network is { Kind: DeviceNetworkKind.PrivateApn });
                var frame = Pipeline.Decode(protocol, bytes[..scan.Length], session, options) with
                {
                    Arrival = new(line, arrived),
                    Relay = platform?.Relay,
                };
                // A frame of another device waits for the next batch; so does a refusal, which must not overtake
                // answers.
                if (batch.Count > 0 && (RefusalOf(frame) is not null || frame.Secret is not null
                    || frame.Device is { } device && device != batch[0].Device)) break;
                Accept(frame);
                records += frame.Frame.Messages.Count;
                // Whoever shows a secret is looked at before anything after it is.
                if (frame.Frame.EndsConnection || frame.Secret is not null)
                {
                    buffer = buffer.Slice(scan.Length);
                    break;
                }
            }
            buffer = buffer.Slice(scan.Length);
        }
        return batch.Count > 0;
    }

    /// <summary>Scans the head of the buffer in one piece: in place where it lies so, else copied to the
    /// window.</summary>
    FrameScan Scan(ReadOnlySequence<byte> buffer, out ReadOnlySpan<byte> bytes)
    {
        bytes = buffer.FirstSpan;
        var scan = protocol.Scan(bytes);
        if (scan.Kind != FrameScanKind.NeedMore) return scan;
        if (!buffer.IsSingleSegment)
        {
            var length = (int)Math.Min(buffer.Length, protocol.MaxFrameBytes);
            window ??= ArrayPool<byte>.Shared.Rent(protocol.MaxFrameBytes);
            buffer.Slice(0, length).CopyTo(window);
            bytes = window.AsSpan(0, length);
            scan = protocol.Scan(bytes);
        }
        if (scan.Kind != FrameScanKind.NeedMore || bytes.Length < protocol.MaxFrameBytes) return scan;
        Close(IntakeFaultCodes.FrameTooLong, bytes, $"no frame has more than {protocol.MaxFrameBytes} bytes");
        return FrameScan.NeedMore;
    }

    /// <summary>Thousands of connections are idle: none of them holds a window meanwhile.</summary>
    void ReturnWindow()
    {
        if (window is not null) ArrayPool<byte>.Shared.Return(window);
        window = null;
    }

    void Accept(ReceivedFrame frame)
    {
        session = frame.Frame.Session;
        intake.Metrics.Frame(protocol.Name);
        if (frame.Fault is { } fault)
        {
            Fault(fault.Code, frame.Raw, fault.Offset, fault.Detail);
            if (RefusalOf(frame) is { } refusal)
            {
                connection.Transport.Output.Write(refusal);
                (refused, closing) = (true, closing || frame.Frame.EndsConnection);
            }
            // A device that has not logged in is told so by the end of the connection: it starts again with its login.
            if (fault.Code == FrameDecoding.NoLogin) closing = true;
            return;
        }
        if (frame.Frame.Error is { } error) Fault(error.Code, frame.Raw, error.Offset, error.Detail);
        (spoken, garbage) = (true, 0);
        batch.Add(frame);
    }

    void Skip(ReadOnlySpan<byte> bytes, int length)
    {
        var skipped = bytes[..length];
        if (ForeignBytes.IsBlank(skipped)) return;
        if (!spoken)
        {
            var (code, detail) = ForeignBytes.Tell(protocol, bytes);
            Close(code, bytes, detail);
            return;
        }
        garbage += length;
        if (garbage > intake.Limits.GarbageBytes) Close(IntakeFaultCodes.Garbage, skipped, "too much of it");
        else Fault(IntakeFaultCodes.Garbage, skipped, 0, $"{length} bytes between frames");
    }

    /// <summary>Has the batch kept, and only then answers it.</summary>
    async Task KeepAsync()
    {
        try
        {
            if (!await AdmitAsync()) return;
            // Not given up when the connection closes: a device may send and leave.
            var kept = await intake.Pipeline.KeepAsync(batch[0].Device!.Value, batch, CancellationToken.None);
            if (kept.LineOver)
            {
                foreach (var frame in batch)
                    Fault(IntakeFaultCodes.LineOver, frame.Raw, 0, "the device speaks over a newer connection");
                closing = true;
                return;
            }
            intake.Metrics.Kept(protocol.Name, kept);
            (heard, apart) = (batch[0].Device, kept.Apart > 0);
        }
        catch (StorageOutageException e)
        {
            Close(IntakeFaultCodes.StorageOutage, [], e.Message);
            return;
        }
        // Not before: time the disk took is none the device took.
        lastFrame = intake.Machine.GetTimestamp();
        foreach (var frame in batch)
            if (frame.Frame.Reply is { } reply) connection.Transport.Output.Write(reply);
        closing |= batch[^1].Frame.EndsConnection;
        await FlushAsync();
    }

    /// <summary>
    /// Looks at the key a platform shows, again after a while, and whether the device is its to pass on. False where it
    /// is not: the platform is told so and nothing of the batch is kept.
    /// </summary>
    async ValueTask<bool> AdmitAsync()
    {
        var (device, shown) = (batch[0].Device!.Value, batch[0].Secret);
        if (shown is not null && !intake.Relays.IsOne(shown)) platform = null;
        var key = shown is not null && intake.Relays.IsOne(shown) ? shown : platform?.Key;
        if (key is null) return true;
        if (shown is null && device == platform!.Device
            && intake.Machine.GetElapsedTime(platform.LookedAt) < Platform.LookAgain) return true;
        var (vendor, code) = await intake.Relays.AdmitAsync(key, device, connection.ConnectionClosed);
        if (vendor is { } party)
        {
            platform = new(key, device, new(party, null), intake.Machine.GetTimestamp());
            for (var i = 0; i < batch.Count; i++) batch[i] = batch[i] with { Relay = platform.Relay };
            return true;
        }
        if (batch[0].Frame.SecretRefused is { } refusal) connection.Transport.Output.Write(refusal);
        Close(code!, batch[0].Raw, $"{device} may not be passed on with this key");
        await FlushAsync();
        return false;
    }

    /// <summary>
    /// Writes what waits for the device heard last. While two devices speak under one id nothing is written: nobody
    /// knows which of them would open.
    /// </summary>
    async Task CommandAsync()
    {
        // What goes over a platform's connection is the platform's to answer.
        if (heard is not { } device || platform is not null) return;
        if (heard != listenedFor)
        {
            listening?.Dispose();
            listening = intake.Commands.Listen(device, () => connection.Transport.Input.CancelPendingRead());
            listenedFor = heard;
        }
        if (apart || !intake.Commands.HasAny(device)) return;
        try
        {
            var (frames, after) = await intake.Commands.TakeAsync(device, session, connection.ConnectionClosed);
            session = after;
            foreach (var frame in frames) connection.Transport.Output.Write(frame);
            if (frames.Count > 0) await FlushAsync();
        }
        catch (StorageOutageException e)
        {
            // Nothing was sent; what waits goes out after the device's next report.
            Fault(IntakeFaultCodes.StorageOutage, [], 0, e.Message);
        }
    }

    async Task FlushAsync()
    {
        refused = false;
        // Whoever has said that no more comes is answered, and not waited for: what it sent before is still to be read.
        if (connection.ConnectionClosed.IsCancellationRequested)
        {
            var flushing = connection.Transport.Output.FlushAsync(CancellationToken.None);
            closing |= !flushing.IsCompleted || (await flushing).IsCompleted;
            return;
        }
        try
        {
            closing |= (await connection.Transport.Output.FlushAsync(connection.ConnectionClosed)).IsCompleted;
        }
        catch (OperationCanceledException)
        {
            // It ended meanwhile. The answers are on their way.
        }
    }

    /// <summary>What a protocol with refusals answers where there is nothing to keep, so that nothing is
    /// acknowledged by it.</summary>
    static byte[]? RefusalOf(ReceivedFrame frame) =>
        frame.Fault is not null && frame.Frame.Messages.Count == 0 ? frame.Frame.Reply : null;

    void Close(string code, ReadOnlySpan<byte> bytes, string detail)
    {
        Fault(code, bytes, 0, detail);
        closing = true;
    }

    void Fault(string code, ReadOnlySpan<byte> bytes, int offset, string detail)
    {
        bytes = SecretBytes.Cover(bytes);
        intake.Faults.Report(protocol.Name, code, line.Remote, bytes, offset, detail);
        intake.Metrics.Fault(protocol.Name, code);
        if (bytes.Length > 0)
            intake.FaultJournal.Offer(faults++, protocol.Name, code, line.Remote, offset, detail, bytes);
    }

    static ReadOnlySpan<byte> Head(ReadOnlySequence<byte> buffer) => buffer.FirstSpan;

    /// <param name="Device">The one it logged in for.</param>
    /// <param name="LookedAt">Machine time at which the key was found to be good.</param>
    sealed record Platform(string Key, DeviceId Device, RelayedBy Relay, long LookedAt)
    {
        /// <summary>So long a key works that was withdrawn.</summary>
        public static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    }
}
