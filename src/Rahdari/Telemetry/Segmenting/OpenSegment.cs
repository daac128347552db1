using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>
/// The records of one unit in one stream since its last segment. It is made of journal rows alone, so that a process
/// that starts reads it again, to the same end.
/// </summary>
sealed class OpenSegment(UnitId unit, string stream)
{
    /// <summary>
    /// Records of one segment at most: a day of a device that reports each 30 s, with room. A flushed backlog is
    /// several.
    /// </summary>
    public const int MostRecords = 4096;

    /// <summary>Of them that cannot be read; their numbers stand in the event, two kilobytes of it.</summary>
    const int MostUnread = 256;

    readonly TreeFrontier tree = new();
    readonly List<long> unread = [];
    long firstReceived = long.MaxValue, lastReceived = long.MinValue;
    DateTimeOffset? firstEvent, lastEvent;

    public UnitId Unit => unit;
    public string Stream => stream;
    public long FirstRow { get; private set; }
    public long LastRow { get; private set; }
    public bool IsFull => tree.Size >= MostRecords || unread.Count >= MostUnread;

    /// <summary>Receipt of its first record: a segment waits no longer than a while from there.</summary>
    public long OpenedMicros { get; private set; }

    /// <summary>Why it is to end though it is not its time; null where nothing says so.</summary>
    public SegmentCause? Called { get; set; }

    /// <param name="fix">Null where the row cannot be read.</param>
    public void Add(JournalRow row, JournaledFix? fix)
    {
        if (fix is null) unread.Add(row.Number);
        if (tree.Size == 0) (FirstRow, OpenedMicros) = (row.Number, row.Entry.ReceivedMicros);
        tree.Append(Hash.OfLeaf(SegmentRecord.Entry(row)));
        LastRow = row.Number;
        firstReceived = Math.Min(firstReceived, row.Entry.ReceivedMicros);
        lastReceived = Math.Max(lastReceived, row.Entry.ReceivedMicros);
        if (fix?.Message.Time is not { } time) return;
        if (!(firstEvent <= time)) firstEvent = time;
        if (!(lastEvent >= time)) lastEvent = time;
    }

    public NewEvent ToEvent(SegmentCause cause) => new(
        SubjectOf(unit),
        new TrackSegmentRecorded(
            unit.Mrn, unit.Number, stream, FirstRow, LastRow, (int)tree.Size, tree.Root.ToBase64(),
            CorridorTime.FromMicros(firstReceived), CorridorTime.FromMicros(lastReceived), firstEvent, lastEvent,
            cause) { Unread = unread.Count == 0 ? null : [.. unread] }, IdOf(unit, stream, FirstRow));

    public static string SubjectOf(UnitId unit) => $"track:{unit}";

    /// <summary>What the ids of segments begin with.</summary>
    public const string IdPrefix = "s-";

    /// <summary>A row begins one segment at most, so that one recorded twice is impossible.</summary>
    public static string IdOf(UnitId unit, string stream, long firstRow)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"rahdari-segment/1\n{unit}\n{stream}\n{firstRow}");
        return IdPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }
}
