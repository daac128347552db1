using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>
/// Reads the journal in order and records what it holds about each unit, segment by segment. What is recorded and how
/// far the stream is read move in one transaction; what is open is made of journal rows and read again after a start.
/// Used by one caller at a time.
/// </summary>
sealed class Segmenter(
    NodeSettings settings, IJournal journal, IRecordStore store, Recorder recorder, RecordedFeed feed,
    CorridorPack pack, UnreadRows unread)
{
    /// <summary>Corridor time a segment covers at most (design 6).</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    /// <summary>Rows of a stream read in one step: 20 ms at 10 us a row.</summary>
    const int StepRows = 2_000;

    /// <summary>Segments recorded in one transaction: 50 ms at 0.25 ms an event with its signature.</summary>
    public const int StepSegments = 200;

    /// <summary>Rows read without a segment before the place is kept all the same; a start reads no more than these
    /// and what is open.</summary>
    const int KeepEvery = 20_000;

    /// <summary>Corridor time after which it is kept without either: rows about no unit do not hold the journal's days
    /// for ever.</summary>
    static readonly TimeSpan KeepWithin = TimeSpan.FromHours(1);

    DateTimeOffset kept = DateTimeOffset.MinValue;

    readonly Lane[] lanes =
    [
        new(JournalStreams.Live(settings.Node)), new(JournalStreams.Late(settings.Node)),
    ];

    /// <summary>Under which name the record has how far a stream is covered.</summary>
    public static string WatermarkOf(string stream) => $"segments/{stream}";

    public IEnumerable<string> Streams => lanes.Select(l => l.Name);

    public long ReadIn(string stream) => lanes.First(l => l.Name == stream).Read;

    public bool IsBehind => lanes.Any(l => l.Read < journal.Head(l.Name));

    /// <summary>Takes up where the last commit left off, whatever was in memory.</summary>
    public Task ResumeAsync(CancellationToken cancel) => store.ReadAsync(async r =>
    {
        foreach (var lane in lanes)
        {
            var from = await r.WatermarkAsync(lane.Watermark, cancel);
            lane.Resume(from, await SegmentTables.CoveredAsync(r, lane.Name, from, cancel));
        }
        return 0;
    }, cancel);

    /// <summary>Reads on, a bounded step in each stream.</summary>
    public async Task ReadAsync(CancellationToken cancel)
    {
        foreach (var lane in lanes)
        {
            if (lane.Read >= journal.Head(lane.Name)) continue;
            foreach (var row in await journal.ReadAsync(lane.Name, lane.Read, StepRows, cancel))
            {
                if (unread.Read(row) is not { } fix) lane.Take(row, await FittedToAsync(row.Entry, cancel), null);
                else lane.Take(row, fix.IsEvidence ? fix.Unit : null, fix);
            }
        }
    }

    /// <summary>
    /// The unit of a row that cannot be read: that of its device, so that its bytes are in a segment all the same. A
    /// device of no unit leaves it about nobody.
    /// </summary>
    Task<UnitId?> FittedToAsync(JournalEntry entry, CancellationToken cancel)
    {
        // A device's clock is believed here as far as it lies in the past.
        var at = entry.FixMicros is { } own && own < entry.ReceivedMicros ? own : entry.ReceivedMicros;
        return store.ReadAsync(r => FittedDeviceTable.UnitAtAsync(r, entry.Device, at, cancel), cancel);
    }

    /// <summary>
    /// The calls that may end what is open now. Asked for before rows are read on: a row is in the journal before what
    /// is concluded from it is recorded, so that an alarm's own row is in the segment it ends.
    /// </summary>
    /// <param name="now">Corridor time.</param>
    public async Task<IReadOnlyList<SegmentCall>> CallsAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var opened = lanes.SelectMany(l => l.Open.Values).Select(o => o.OpenedMicros).DefaultIfEmpty(-1).Min();
        return opened < 0
            ? []
            : await store.ReadAsync(r => SegmentCalls.SinceAsync(r, opened, now.ToMicros(), cancel), cancel);
    }

    /// <summary>What is open of a called unit from before the call becomes a segment at the next commit.</summary>
    public void Take(IReadOnlyList<SegmentCall> calls)
    {
        foreach (var call in calls)
            foreach (var lane in lanes)
                if (lane.Open.TryGetValue(call.Unit, out var open) && open.OpenedMicros <= call.AtMicros)
                    open.Called ??= call.Cause;
    }

    /// <summary>Records what is due.</summary>
    /// <param name="now">Corridor time.</param>
    /// <returns>How many segments; as many as a step may have, and more are waiting.</returns>
    public async Task<int> CommitAsync(Lease lease, DateTimeOffset now, CancellationToken cancel)
    {
        var opened = now.Subtract(Length).ToMicros();
        var due = lanes.SelectMany(l => l.Full.Concat(l.Open.Values)
                .Where(s => s.Called is not null || s.IsFull || s.OpenedMicros <= opened))
            // A unit's in order: what is covered is told by its last row alone.
            .OrderBy(s => s.FirstRow).Take(StepSegments).ToList();
        var least = now - kept >= KeepWithin ? 1 : KeepEvery;
        if (due.Count == 0 && lanes.All(l => l.Safe() - l.Kept < least)) return 0;
        var gone = due.ToHashSet();
        var recorded = await store.WriteAsync(async t =>
        {
            await t.FenceAsync(lease, cancel);
            foreach (var lane in lanes)
                if (lane.Safe(gone) is var safe && safe > lane.Kept)
                    await t.SetWatermarkAsync(lane.Watermark, safe, cancel);
            return due.Count == 0
                ? []
                : await recorder.RecordAsync(
                    t, FirstEvents.NodeActor(settings, pack), [.. due.Select(s => s.ToEvent(CauseOf(s)))], cancel);
        }, cancel);
        foreach (var lane in lanes) lane.Committed(gone);
        kept = now;
        feed.Publish(recorded);
        return due.Count;
    }

    static SegmentCause CauseOf(OpenSegment segment) =>
        segment.Called ?? (segment.IsFull ? SegmentCause.Full : SegmentCause.Time);

    /// <summary>One journal stream, as far as it is read.</summary>
    sealed class Lane(string name)
    {
        /// <summary>How far units were covered before this process began, where that is beyond what it reads.</summary>
        Dictionary<UnitId, long> covered = [];

        public string Name => name;
        public string Watermark => WatermarkOf(name);
        public Dictionary<UnitId, OpenSegment> Open { get; } = [];
        public List<OpenSegment> Full { get; } = [];
        public long Read { get; private set; }

        /// <summary>Where the store has the place.</summary>
        public long Kept { get; private set; }

        public void Resume(long from, Dictionary<UnitId, long> before)
        {
            Open.Clear();
            Full.Clear();
            (Read, Kept, covered) = (from, from, before);
        }

        /// <param name="of">Null where it is about no unit.</param>
        /// <param name="fix">Null where it cannot be read.</param>
        public void Take(JournalRow row, UnitId? of, JournaledFix? fix)
        {
            Read = row.Number;
            if (of is not { } unit) return;
            if (covered.TryGetValue(unit, out var last) && row.Number <= last) return;
            if (!Open.TryGetValue(unit, out var open)) Open[unit] = open = new(unit, name);
            open.Add(row, fix);
            if (!open.IsFull) return;
            Full.Add(open);
            Open.Remove(unit);
        }

        /// <summary>Every row up to here is covered, or about no unit.</summary>
        public long Safe(IReadOnlySet<OpenSegment>? without = null)
        {
            var safe = Read;
            foreach (var one in Full.Concat(Open.Values))
                if (without?.Contains(one) != true && one.FirstRow - 1 < safe) safe = one.FirstRow - 1;
            return safe;
        }

        public void Committed(IReadOnlySet<OpenSegment> gone)
        {
            Kept = Math.Max(Kept, Safe(gone));
            Full.RemoveAll(gone.Contains);
            foreach (var one in gone)
                if (Open.TryGetValue(one.Unit, out var open) && open == one) Open.Remove(one.Unit);
        }
    }
}
