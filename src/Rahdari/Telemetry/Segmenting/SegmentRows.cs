using Rahdari.Ledger;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>The journal rows a segment was made of, read again.</summary>
static class SegmentRows
{
    /// <summary>Rows read at once.</summary>
    const int Page = 2_000;

    /// <summary>Rows of one device read at once; more than one append has
    /// (<see cref="Connecting.IntakeLimits"/>).</summary>
    const int DevicePage = 4_096;

    /// <summary>Whether what a row says puts it into its unit's segments: quarantined ones are evidence of nothing, nor
    /// are those dated outside the time in which the device was fitted. A row that cannot be read says
    /// nothing; whose it is says the segment.</summary>
    public static bool TryRead(JournalRow row, out JournaledFix fix)
    {
        var isRead = JournaledFix.TryRead(row.Entry, out var read, out _);
        fix = read!;
        return isRead && fix.IsEvidence;
    }

    /// <summary>In order; fewer than the segment counts where retention has dropped some. What a row says is null where
    /// it cannot be read.</summary>
    /// <param name="unread">Rows that are in the segment whatever they say.</param>
    public static async Task<List<(JournalRow Row, JournaledFix? Fix)>> ReadAsync(
        JournalReading journal, UnitId unit, string stream, long first, long last, IReadOnlySet<long> unread,
        CancellationToken cancel)
    {
        var (found, after) = (new List<(JournalRow, JournaledFix?)>(), first - 1);
        while (after < last)
        {
            var limit = (int)Math.Min(Page, last - after);
            var rows = await journal(stream, after, limit, cancel);
            foreach (var row in rows.Where(r => r.Number <= last))
            {
                var isOf = TryRead(row, out var fix) && fix.Unit == unit;
                if (isOf || unread.Contains(row.Number)) found.Add((row, fix));
            }
            if (rows.Count == 0) break;
            after = rows[^1].Number;
        }
        return found;
    }

    public static Task<List<(JournalRow Row, JournaledFix? Fix)>> ReadAsync(
        IJournal journal, SegmentRow segment, CancellationToken cancel) => ReadAsync(
            journal.ReadAsync, new(new(segment.Mrn), segment.Unit), segment.Stream, segment.FirstRow, segment.LastRow,
            segment.UnreadRows, cancel);

    /// <summary>The same by what the unit's devices sent: no row of another device is read, however many speak at the
    /// time.</summary>
    /// <param name="devices">All that were ever fitted to the unit.</param>
    public static async Task<List<(JournalRow Row, JournaledFix? Fix)>> ReadAsync(
        IJournal journal, IEnumerable<string> devices, SegmentRow segment, CancellationToken cancel)
    {
        var (unit, unread) = (new UnitId(new(segment.Mrn), segment.Unit), segment.UnreadRows);
        var found = new SortedDictionary<long, (JournalRow, JournaledFix?)>();
        foreach (var device in devices)
        {
            var (from, more) = (segment.FirstReceivedMicros, true);
            while (more)
            {
                var page = await journal.ReadDeviceAsync(
                    device, from, segment.LastReceivedMicros + 1, DevicePage, cancel);
                foreach (var row in page.Where(r => r.Entry.Stream == segment.Stream
                    && r.Number >= segment.FirstRow && r.Number <= segment.LastRow))
                {
                    var isOf = TryRead(row, out var fix) && fix.Unit == unit;
                    if (isOf || unread.Contains(row.Number)) found[row.Number] = (row, fix);
                }
                more = page.Count == DevicePage;
                if (!more) continue;
                // Rows of the last time of receipt may go on behind the page.
                var last = page[^1].Entry.ReceivedMicros;
                from = last > from ? last : from + 1;
            }
        }
        return [.. found.Values];
    }

    /// <summary>Whether the journal holds a row of a stream still, and so all after it. Asked after the rows were read:
    /// a day may be dropped meanwhile.</summary>
    public static async Task<bool> AreKeptAsync(
        JournalReading journal, string stream, long first, CancellationToken cancel) =>
        await FirstKeptAsync(journal, stream, cancel) <= first;

    /// <summary>The first row the journal holds of a stream; past every row where it holds none.</summary>
    public static async Task<long> FirstKeptAsync(
        JournalReading journal, string stream, CancellationToken cancel) =>
        await journal(stream, 0, 1, cancel) is [var row] ? row.Number : long.MaxValue;

    public static Hash RootOf(IEnumerable<JournalRow> rows)
    {
        var tree = new TreeFrontier();
        foreach (var row in rows) tree.Append(Hash.OfLeaf(SegmentRecord.Entry(row)));
        return tree.Root;
    }

    /// <summary>
    /// The inclusion proof of one of a segment's rows (RFC 6962, section 2.1.1), from the leaf upwards.
    /// </summary>
    public static IReadOnlyList<Hash> ProofOf(IReadOnlyList<JournalRow> rows, int index) =>
    [
        .. MerkleTree.InclusionRanges(index, rows.Count)
            .Select(r => RootOf(rows.Skip((int)r.Start).Take((int)(r.End - r.Start)))),
    ];
}
