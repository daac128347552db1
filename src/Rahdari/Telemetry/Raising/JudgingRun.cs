using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Retaining;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// Judges the journal from its watermarks in memory and commits what came of it: watermarks, states, positions and
/// events in one transaction. After a crash the same records are judged again from the watermarks, to the same end.
/// Used by one caller at a time. A row that cannot be read raises nothing: it is said, and a segment holds its bytes.
/// </summary>
sealed class JudgingRun(
    NodeSettings settings, IJournal journal, IRecordStore store, Recorder recorder, RecordedFeed recordedFeed,
    PositionFeed positionFeed, CoverageFeed coverageFeed, CorridorPack pack, RouteGeometries geometries,
    FollowedUnits followedUnits, JudgingProgress progress, UnreadRows unread)
{
    /// <summary>Live records judged at once: 0.2 s at 0.1 ms a record, measured in a debug build under load.</summary>
    const int LiveRows = 2_000;

    /// <summary>Late ones, between two looks at the live lane: 50 ms at most does a backlog hold it up.</summary>
    const int LateRows = 500;

    /// <summary>Records folded again between two looks at the live lane: 0.1 s, and one unit more.</summary>
    const int FoldedAgain = 5_000;

    /// <summary>Rows of one device read from the journal at once.</summary>
    const int DeviceRows = 5_000;

    readonly Lane[] lanes =
    [
        new(JournalStreams.Live(settings.Node), LiveRows, IsLate: false),
        new(JournalStreams.Late(settings.Node), LateRows, IsLate: true),
    ];

    readonly JudgingMemory memory = new();
    readonly SwapWatch swaps = new(
        journal, store, settings.Administration,
        [JournalStreams.Live(settings.Node), JournalStreams.Late(settings.Node)]);
    readonly TimeLimits limits = new(settings.Administration, followedUnits);
    readonly Dictionary<string, Surroundings> surroundings = new(StringComparer.Ordinal);

    /// <summary>Units with an alert that an act may explain, and that act, as they were looked at last.</summary>
    readonly HashSet<(UnitId Unit, long ActMicros)> looked = [];

    public IEnumerable<string> Streams => lanes.Select(l => l.Stream);

    public bool HasFindings => memory.Findings.Count > 0;

    public bool HasUncommitted => memory.IsDirty || lanes.Any(l => l.Judged.Number > l.Committed);

    /// <summary>Takes up where the last commit left off, whatever was in memory.</summary>
    public async Task ResumeAsync(CancellationToken cancel)
    {
        memory.Clear();
        looked.Clear();
        var marks = await store.ReadAsync(async r =>
        {
            var found = new Watermark?[lanes.Length];
            for (var i = 0; i < lanes.Length; i++)
                found[i] = await JudgingTables.WatermarkAsync(r, lanes[i].Stream, cancel);
            await swaps.ResumeAsync(r, cancel);
            memory.Resume(await CoverageTable.AllAsync(r, cancel));
            await LoadUnderWayAsync(r, cancel);
            return found;
        }, cancel);
        for (var i = 0; i < lanes.Length; i++) lanes[i].Resume(marks[i]);
        progress.Began(marks[0], marks[1]);
    }

    public bool IsBehind(string stream) => lanes.First(l => l.Stream == stream) is var lane
        && journal.Head(stream) > lane.Judged.Number;

    public long JudgedIn(string stream) => lanes.First(l => l.Stream == stream).Judged.Number;

    /// <summary>Judges the next records of every lane, the live one first.</summary>
    /// <param name="now">Corridor time read before <paramref name="oldestOnItsWay"/> was asked for.</param>
    /// <param name="oldestOnItsWay">The receipt of the oldest record not journaled yet; null for none.</param>
    public async Task JudgeAsync(DateTimeOffset now, DateTimeOffset? oldestOnItsWay, CancellationToken cancel)
    {
        // Heads before rows: what is journaled after this look may have been received after it too.
        var heads = lanes.Select(l => journal.Head(l.Stream)).ToArray();
        var through = oldestOnItsWay is { } oldest && oldest < now ? oldest : now;
        for (var i = 0; i < lanes.Length; i++)
        {
            var lane = lanes[i];
            var rows = lane.Judged.Number < heads[i]
                ? await journal.ReadAsync(lane.Stream, lane.Judged.Number, lane.Rows, cancel)
                : [];
            if (rows.Count > 0) await JudgeRowsAsync(lane, rows, cancel);
            if (lane.Judged.Number < heads[i] && lane.Judged.ReceivedAt < through) through = lane.Judged.ReceivedAt;
        }
        if (through == DateTimeOffset.MinValue || (memory.Through is { } before && through <= before)) return;
        memory.Through = through;
        progress.JudgedThrough(through);
    }

    /// <summary>Lets time pass up to where every lane is judged.</summary>
    /// <param name="lookForUnheard">Also looks in the store for units of which nothing was ever heard, and for those
    /// past their time limits.</param>
    public async Task TickAsync(DateTimeOffset listeningSince, bool lookForUnheard, CancellationToken cancel)
    {
        if (memory.Through is not { } through || pack.Judging.At(through)?.Value is not { } rules) return;
        await swaps.LookAsync(memory, through, rules, cancel);
        var suspects = memory.Tick(through, listeningSince, rules, SurroundingsOf);
        if (suspects.Count == 0 && !lookForUnheard) return;
        // Before anything is said of a unit it is looked at afresh: it may have crossed meanwhile.
        var (fresh, unheard) = await store.ReadAsync(async r =>
        {
            if (lookForUnheard)
            {
                await TakeActsAsync(r, cancel);
                foreach (var finding in await limits.LookAsync(r, through, SurroundingsOf, cancel))
                    memory.Add(finding);
            }
            return (
                await followedUnits.FindAsync(r, suspects, cancel),
                lookForUnheard
                    ? await followedUnits.NeverHeardAsync(r, through.AddSeconds(-rules.SilenceSeconds), cancel)
                    : []);
        }, cancel);
        foreach (var unit in fresh.Values.Concat(unheard.Where(u => !memory.Knows(u.Unit))))
            memory.TickFor(swaps.Permit(unit), through, listeningSince, rules, SurroundingsOf(unit.RouteId));
    }

    /// <summary>
    /// Looks again at units with an alert that an office's record made since may explain: no device has to speak for
    /// that.
    /// </summary>
    async Task TakeActsAsync(IRecordReader reader, CancellationToken cancel)
    {
        var explainable = await OfficeActs.ExplainableAsync(reader, settings.Administration, cancel);
        // Once for each act: an alert that it does not explain stays as it is.
        var units = explainable.Where(e => !looked.Contains(e)).Select(e => e.Unit).ToList();
        looked.Clear();
        looked.UnionWith(explainable);
        if (units.Count == 0) return;
        var followed = await followedUnits.FindAsync(reader, units, cancel);
        var states = await JudgingTables.StatesAsync(reader, units.Where(u => !memory.Knows(u)), cancel);
        await LoadAsync(reader, followed.Values, states, cancel);
    }

    /// <summary>Makes everything judged so far durable and visible.</summary>
    public async Task CommitAsync(CancellationToken cancel)
    {
        if (!HasUncommitted) return;
        var actor = FirstEvents.NodeActor(settings, pack);
        var recorded = await store.WriteAsync(async t =>
        {
            foreach (var lane in lanes.Where(l => l.Judged.Number > l.Committed))
                await JudgingTables.MoveWatermarkAsync(t, lane.Committed, lane.Judged, cancel);
            foreach (var (watch, touched) in memory.Dirty)
                await JudgingTables.PutStateAsync(t, watch, touched, cancel);
            foreach (var position in memory.Positions) await PositionTable.PutAsync(t, position, cancel);
            foreach (var way in memory.NewWays) await PositionTable.PutAsync(t, way, cancel);
            foreach (var proof in memory.Proofs) await CrossingProofs.PutAsync(t, proof, cancel);
            foreach (var (unit, coverage) in memory.Coverage)
                await CoverageTable.PutAsync(t, unit, coverage, cancel);
            var news = await FindingEvents.NewAsync(t, memory.Findings, cancel);
            return news.Count > 0 ? await recorder.RecordAsync(t, actor, news, cancel) : [];
        }, cancel);
        foreach (var lane in lanes) lane.Commit();
        recordedFeed.Publish(recorded);
        positionFeed.Publish(memory.Positions);
        coverageFeed.Publish([.. memory.Coverage.Select(c => c.Unit)]);
        memory.Committed();
    }

    /// <summary>Drops states of units from whom no record would be believed any more.</summary>
    public Task ForgetOldAsync(DateTimeOffset now, CancellationToken cancel) =>
        pack.Judging.At(now)?.Value is { } rules
            ? store.WriteAsync(async t =>
            {
                await CrossingProofs.ForgetAsync(t, now.AddDays(-rules.OldestRecordDays), cancel);
                return await JudgingTables.ForgetAsync(t, now.AddDays(-rules.OldestRecordDays), cancel);
            }, cancel)
            : Task.CompletedTask;

    async Task LoadUnderWayAsync(IRecordReader reader, CancellationToken cancel)
    {
        var units = await followedUnits.UnderWayAsync(reader, cancel);
        var states = await JudgingTables.StatesAsync(reader, units.Select(u => u.Unit), cancel);
        await LoadAsync(reader, units.Where(u => states.ContainsKey(u.Unit)), states, cancel);
    }

    /// <summary>
    /// Takes units with their states. One whose state is of an older format is judged anew from the journal; what was
    /// told of it stands on the board.
    /// </summary>
    async Task LoadAsync(
        IRecordReader reader, IEnumerable<FollowedUnit> units, Dictionary<UnitId, byte[]> states,
        CancellationToken cancel)
    {
        var fresh = new List<FollowedUnit>();
        foreach (var unit in units.Select(swaps.Permit))
        {
            var stored = states.TryGetValue(unit.Unit, out var bytes) ? WatchForm.Read(unit, bytes) : null;
            if (stored is null && !memory.Knows(unit.Unit)) fresh.Add(unit);
            else memory.Load(unit, stored);
        }
        // A unit of which days are gone is judged no second time: half a track tells another story.
        var retained = fresh.Count == 0
            ? 0
            : await reader.WatermarkAsync(JournalCut.WatermarkOf(settings.Node), cancel);
        fresh.RemoveAll(u => u.Devices.Any(d => JournalCut.MayLackRows(d.From.ToMicros(), retained)));
        if (fresh.Count == 0) return;
        var told = await JudgingTables.ToldAsync(
            reader, fresh.Select(u => u.Unit), settings.Administration.Value, cancel);
        var openings = await OpeningBoard.ToldAsync(
            reader, [.. fresh.Select(u => u.Unit)], settings.Administration, cancel);
        foreach (var unit in fresh)
        {
            var watch = new UnitWatch(unit);
            watch.BeginAnew(told[unit.Unit], openings[unit.Unit], fold: states.ContainsKey(unit.Unit));
            memory.Load(unit, watch);
        }
    }

    /// <summary>Folds late records that have waited long enough, as far as there is time.</summary>
    /// <param name="all">All of them, whether it is time or not.</param>
    public async Task FoldWaitingAsync(bool all, CancellationToken cancel)
    {
        var folded = 0L;
        foreach (var watch in memory.Due(all))
        {
            if (folded > FoldedAgain && !all) return;
            var records = watch.Waiting is null ? [] : await ReadAgainAsync(watch, cancel);
            memory.FoldWaiting(watch, records, SurroundingsOf(watch.Unit.RouteId), all);
            folded += records.Count;
        }
    }

    /// <summary>The records of a unit that were judged, from where it needs them.</summary>
    async Task<List<JudgedRecord>> ReadAgainAsync(UnitWatch watch, CancellationToken cancel)
    {
        var devices = watch.Unit.Devices.Select(d => d.Device.ToString())
            .Union(watch.Head.Devices.Select(d => d.Device)).ToList();
        var from = watch.NeededFrom ?? watch.Unit.Devices.Select(d => (DateTimeOffset?)d.From).Min();
        // A record's own time is believed to lie ahead of its receipt by no more than a day.
        var fromMicros = from is { } time && time > DateTimeOffset.UnixEpoch.AddDays(1)
            ? time.AddDays(-1).ToMicros()
            : 0;
        var records = new List<JudgedRecord>();
        foreach (var device in devices) await ReadAgainAsync(watch, device, fromMicros, records, cancel);
        return records;
    }

    async Task ReadAgainAsync(
        UnitWatch watch, string device, long fromMicros, List<JudgedRecord> records, CancellationToken cancel)
    {
        for (var limit = DeviceRows; ;)
        {
            var rows = await journal.ReadDeviceAsync(device, fromMicros, long.MaxValue, limit, cancel);
            foreach (var row in rows)
            {
                if (lanes.FirstOrDefault(l => l.Stream == row.Entry.Stream) is not { } lane
                    || row.Number > lane.Judged.Number
                    || unread.Read(row) is not { DuplicateFact: false, Quarantine: null } fix
                    || fix.Unit != watch.Unit.Unit) continue;
                records.Add(JudgedRecord.Of(fix));
            }
            if (rows.Count < limit) return;
            // The next page begins with the last time of this one: copies do no harm.
            if (rows[^1].Entry.ReceivedMicros == fromMicros) limit *= 2;
            fromMicros = rows[^1].Entry.ReceivedMicros;
        }
    }

    async Task JudgeRowsAsync(Lane lane, IReadOnlyList<JournalRow> rows, CancellationToken cancel)
    {
        var fixes = new List<JournaledFix>(rows.Count);
        foreach (var row in rows)
        {
            if (unread.Read(row) is { Unit: not null } fix) fixes.Add(fix);
        }
        await store.ReadAsync(async r =>
        {
            var units = fixes.Select(f => f.Unit!.Value).Distinct().ToList();
            var followed = await followedUnits.FindAsync(r, units, cancel);
            var states = await JudgingTables.StatesAsync(r, units.Where(u => !memory.Knows(u)), cancel);
            await LoadAsync(r, followed.Values, states, cancel);
            return 0;
        }, cancel);
        foreach (var fix in fixes) Judge(fix);
        var last = rows[^1];
        var received = CorridorTime.FromMicros(last.Entry.ReceivedMicros);
        lane.Judged = new(lane.Stream, last.Number, received);
        progress.Judged(
            lane.IsLate, last.Number, received,
            CorridorTime.FromMicros(rows.Max(r => r.Entry.FixMicros ?? r.Entry.ReceivedMicros)));
    }

    void Judge(JournaledFix fix)
    {
        if (memory.Find(fix.Unit!.Value) is not { } watch) return;
        if (fix.Quarantine is { } kept)
        {
            memory.KeepApart(fix, kept);
            return;
        }
        if (CrossingProof.Of(fix, watch.Unit, pack) is { } proof) memory.Note(proof);
        if (pack.Judging.At(fix.JudgedAt)?.Value is not { } rules) return;
        memory.Take(fix, watch, SurroundingsOf(watch.Unit.RouteId), rules);
    }

    Surroundings SurroundingsOf(string routeId)
    {
        if (!surroundings.TryGetValue(routeId, out var around))
            surroundings[routeId] = around = new Surroundings(pack, geometries.Find(routeId));
        return around;
    }

    sealed record Lane(string Stream, int Rows, bool IsLate)
    {
        public Watermark Judged { get; set; } = new(Stream, 0, DateTimeOffset.MinValue);

        /// <summary>Where the store has the watermark.</summary>
        public long Committed { get; private set; }

        public void Resume(Watermark? mark) =>
            (Judged, Committed) = (mark ?? new(Stream, 0, DateTimeOffset.MinValue), mark?.Number ?? 0);

        public void Commit() => Committed = Judged.Number;
    }
}
