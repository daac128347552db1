using System.Threading.RateLimiting;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>Reads segments' rows again for whoever asks, a few at a time.</summary>
sealed class SegmentReading(IDesk desk, IJournal journal) : IDisposable
{
    /// <summary>One reads some thousand rows and hashes them: two at a time leave the machine to the frames.</summary>
    readonly ConcurrencyLimiter turns =
        new(new() { PermitLimit = 2, QueueLimit = 16, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <inheritdoc cref="SegmentRows.ReadAsync(IJournal, IEnumerable{string}, SegmentRow, CancellationToken)"/>
    /// <exception cref="StorageOutageException">Too many wait for their turn.</exception>
    public async Task<List<(JournalRow Row, JournaledFix? Fix)>> ReadAsync(
        SegmentRow segment, CancellationToken cancel)
    {
        using var turn = await turns.AcquireAsync(1, cancel);
        if (!turn.IsAcquired)
            throw new StorageOutageException("too many read segments at once", outcomeUnknown: false);
        var devices = await desk.QueryAsync<string>(
            "select distinct device from fitted_device where mrn = @mrn and unit = @unit order by device",
            new { mrn = segment.Mrn, unit = segment.Unit }, cancel);
        return await SegmentRows.ReadAsync(journal, devices, segment, cancel);
    }

    public void Dispose() => turns.Dispose();
}
