using System.Runtime.CompilerServices;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Decoding;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry;

/// <summary>The way of a device frame. The order of its stages is written here and nowhere else.</summary>
sealed class Pipeline(
    DeviceMemories memories, Enricher enricher, JournalWriter writer, IntakeFrontier frontier,
    LivingLines lines)
{
    /// <summary>
    /// Each stage is the folder of that name. The first four run for a connection, up to the answer the device waits
    /// for; the last two read the journal from their own watermark.
    /// </summary>
    public static readonly IReadOnlyList<string> Stages =
    [
        "Connecting", "Decoding", "Enriching", "Journaling", "Judging", "Raising",
    ];

    /// <summary>
    /// Stages beside the main way: commands to devices, what officers decide about devices under whose id two spoke,
    /// vendors' platforms that pass frames on, the sealing of each unit's journal rows into the log, and the dropping
    /// of the journal's days that nobody needs any more.
    /// </summary>
    public static readonly IReadOnlyList<string> OffTheWay =
        ["Commanding", "Quarantining", "Relaying", "Segmenting", "Retaining", "Scoring"];

    /// <summary>
    /// Decoding, the first thing after <see cref="Connecting"/>: reads one frame.
    /// </summary>
    public static ReceivedFrame Decode(
        IDeviceProtocol protocol, ReadOnlySpan<byte> bytes, DeviceSession session, DecodeOptions options) =>
        FrameDecoding.Read(protocol, bytes, session, options);

    /// <summary>
    /// Enriching and journaling: takes frames of one device, in the order they came. They are durable when it
    /// completes, and only then may their replies be sent.
    /// </summary>
    /// <remarks>
    /// Where the first of them comes over another line of the device than those before, while one of those is open, it
    /// waits until it is known which of them live. That is seconds; the memory of the device is free meanwhile.
    /// </remarks>
    /// <exception cref="Storage.StorageOutageException">Nothing was kept; the device sends again.</exception>
    /// <exception cref="Storage.StorageFatalException">The disk failed; the process is stopping.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Kept> KeepAsync(
        DeviceId device, IReadOnlyList<ReceivedFrame> frames, CancellationToken cancel)
    {
        using var undone = frontier.Enter(frames[0].ReceivedAt);
        while (true)
        {
            Entrance entrance;
            using (var memory = await memories.TakeAsync(device, cancel))
            {
                try
                {
                    entrance = await enricher.EnterAsync(memory, device, frames[0], cancel);
                    if (entrance.IsFree)
                    {
                        var records = await enricher.EnrichAsync(memory, device, frames, cancel);
                        return await writer.AppendAsync(records, cancel);
                    }
                }
                catch
                {
                    // What the memory took for journaled is not: it is read from the journal again.
                    memory.Forget();
                    throw;
                }
            }
            if (entrance.Over) return new() { LineOver = true };
            await lines.AskAsync(entrance.Ask);
        }
    }
}
