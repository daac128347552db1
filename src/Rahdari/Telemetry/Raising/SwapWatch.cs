using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// Looks for devices swapped among units whose own devices have parted. What it tells stands for what each unit told of
/// its parted devices: that is closed and cites it, and no more is told until the swap is over. Used by judging, one
/// caller at a time.
/// </summary>
sealed class SwapWatch(
    IJournal journal, IRecordStore store, AdministrationId own, IReadOnlyCollection<string> lanes)
{
    /// <summary>Corridor time between two looks: a tenth of what a swap has to last (<c>swapSeconds</c>).</summary>
    static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Part of what was read that passes before it is read again: a record is read some ten times.</summary>
    const int AgainAfter = 10;

    /// <summary>
    /// Longest between two looks for the end of a swap: longer than <c>swapSeconds</c> it should not stand unseen.
    /// </summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Event time looked back over, however late records come: 20,000 records of a device that reports each 30 seconds.
    /// </summary>
    static readonly TimeSpan Lookback = TimeSpan.FromDays(7);

    /// <summary>Read before devices parted: what makes a way, and a clock that is wrong by minutes.</summary>
    static readonly TimeSpan Before = TimeSpan.FromMinutes(30);

    /// <summary>Believed last places of two devices on one truck lie within this: six minutes at 150 km/h.</summary>
    const double NearMetres = 15_000;

    /// <summary>Pairs asked about at one look, 1,000 rows each mostly: more are no swap but a fault in the data.
    /// </summary>
    const int MostPairs = 20;

    /// <summary>Swaps remembered as told; of more the oldest that is over goes first.</summary>
    const int MostTold = 1_000;

    /// <summary>Pairs remembered as looked at; more are looked at again.</summary>
    const int MostLooks = 10_000;

    /// <summary>Rows of one device read from the journal at once: two hours at a record each 1.5 s.</summary>
    const int DeviceRows = 5_000;

    /// <param name="Args">Of the sentence that told it.</param>
    sealed record Told(string Id, UnitId One, UnitId Other, DateTimeOffset From, IReadOnlyList<string> Args)
    {
        /// <summary>Devices ride with their own again, or one of them was taken off.</summary>
        public DateTimeOffset? EndedAt { get; init; }

        /// <summary>An officer found that it was none.</summary>
        public DateTimeOffset? DeniedAt { get; init; }

        /// <summary>Until when it stands for what is told of the units' devices; null while it does.</summary>
        public DateTimeOffset? StandsUntil => EndedAt < DeniedAt ? EndedAt : DeniedAt ?? EndedAt;
    }

    sealed record Row(
        string AlertId, string Mrn, int Unit, string OtherMrn, int OtherUnit, long FromMicros, long UntilMicros,
        string SentenceKey, string SentenceArgs, string? Finding, long? ResolvedMicros);

    readonly Dictionary<string, Told> told = new(StringComparer.Ordinal);
    readonly HashSet<string> joined = new(StringComparer.Ordinal);
    readonly Dictionary<(UnitId One, UnitId Other, DateTimeOffset From, DateTimeOffset? Until), DateTimeOffset> next
        = [];
    DateTimeOffset looked = DateTimeOffset.MinValue;

    /// <summary>Takes up what the board says was told of units still under way.</summary>
    public async Task ResumeAsync(IRecordReader reader, CancellationToken cancel)
    {
        told.Clear();
        joined.Clear();
        next.Clear();
        looked = DateTimeOffset.MinValue;
        foreach (var row in await ReadToldAsync(reader, cancel))
            told[row.AlertId] = new(
                row.AlertId, new(new(row.Mrn), row.Unit), new(new(row.OtherMrn), row.OtherUnit),
                CorridorTime.FromMicros(row.FromMicros), AlertBoard.ReadArgs(row.SentenceArgs))
            {
                EndedAt = row.SentenceKey == Swap.EndedKey ? CorridorTime.FromMicros(row.UntilMicros) : null,
                DeniedAt = DeniedAt(row),
            };
    }

    /// <summary>While devices of a unit are known to be swapped, nobody is told again that they are apart.</summary>
    public FollowedUnit Permit(FollowedUnit unit)
    {
        if (told.Count == 0) return unit;
        var permissions = told.Values.Where(t => t.One == unit.Unit || t.Other == unit.Unit)
            .Select(t => new Permission(
                AlertKind.DevicesApart, t.From,
                Earlier(t.StandsUntil, ChangedAt(unit, t.From)) ?? DateTimeOffset.MaxValue))
            .ToList();
        return permissions.Count == 0
            ? unit
            : unit with { Permissions = [.. unit.Permissions, .. permissions] };
    }

    /// <summary>Looks, where it is time to.</summary>
    /// <param name="through">Every record received up to here has been judged.</param>
    public async Task LookAsync(
        JudgingMemory memory, DateTimeOffset through, JudgingRules rules, CancellationToken cancel)
    {
        if (through - looked < Every) return;
        looked = through;
        if (told.Count > 0) await TakeFindingsAsync(cancel);
        foreach (var (one, other) in Pairs(memory.Parted(rules), through))
        {
            var from = one.From > other.From ? one.From : other.From;
            var swaps = await FindAsync(one.Paired, other.Paired, from, through, rules, cancel);
            Note(KeyOf(one, other), one.Until is null && other.Until is null
                ? through + Max(Every, (through - from) / AgainAfter)
                : DateTimeOffset.MaxValue);
            foreach (var shown in swaps) Tell(one.Paired, other.Paired, shown, memory);
        }
        foreach (var swap in told.Values.Where(t => t.EndedAt is null).ToList())
            await LookForEndAsync(swap, memory, through, rules, cancel);
        foreach (var swap in told.Values.ToList()) Close(swap, memory);
    }

    /// <summary>What officers found of swaps told.</summary>
    async Task TakeFindingsAsync(CancellationToken cancel)
    {
        foreach (var row in await store.ReadAsync(r => ReadToldAsync(r, cancel), cancel))
            if (DeniedAt(row) is { } denied && told.GetValueOrDefault(row.AlertId) is { DeniedAt: null } swap)
                told[row.AlertId] = swap with { DeniedAt = denied };
    }

    async Task<IReadOnlyList<Row>> ReadToldAsync(IRecordReader reader, CancellationToken cancel) =>
        await reader.QueryAsync<Row>(
            """
            select a.alert_id, a.mrn, a.unit, a.other_mrn, a.other_unit, a.from_micros, a.until_micros,
                a.sentence_key, a.sentence_args, a.finding, a.resolved_micros
            from alert_board a join unit_board u on u.mrn = a.mrn and u.unit = a.unit
            where a.kind = @kind and a.administration = @administration and a.other_mrn is not null
                and u.state <> 'discharged'
            order by a.raised_micros desc limit @most
            """,
            new { kind = AlertKind.DevicesSwapped.Slug(), administration = own.Value, most = MostTold }, cancel);

    static DateTimeOffset? DeniedAt(Row row) =>
        row.ResolvedMicros is { } at
        && (row.Finding == AlertFinding.FalseAlarm.Slug() || row.Finding == AlertFinding.DeviceFault.Slug())
            ? CorridorTime.FromMicros(at)
            : null;

    /// <summary>Units whose devices have each the other's near, in the order of their names.</summary>
    IEnumerable<(PartedUnit One, PartedUnit Other)> Pairs(IReadOnlyList<PartedUnit> parted, DateTimeOffset through)
    {
        var sorted = parted.OrderBy(p => p.Paired.Unit.Unit.ToString(), StringComparer.Ordinal).ToList();
        return sorted.SelectMany((one, i) => sorted.Skip(i + 1).Select(other => (One: one, Other: other)))
            .Where(p => p.One.Paired.Unit.Unit != p.Other.Paired.Unit.Unit
                && !(p.One.From > p.Other.Until) && !(p.Other.From > p.One.Until)
                && AreNear(p.One.ContainerAt, p.Other.MoverAt) && AreNear(p.Other.ContainerAt, p.One.MoverAt)
                && !(next.GetValueOrDefault(KeyOf(p.One, p.Other)) > through)
                && !ToldOf(p.One.Paired, p.Other.Paired).Any(t => t.EndedAt is null))
            .Take(MostPairs).ToList();
    }

    static (UnitId, UnitId, DateTimeOffset, DateTimeOffset?) KeyOf(PartedUnit one, PartedUnit other) => (
        one.Paired.Unit.Unit, other.Paired.Unit.Unit, one.From > other.From ? one.From : other.From,
        Earlier(one.Until, other.Until));

    static bool AreNear(TrailPoint a, TrailPoint b) => Earth.MetresBetween(a.Place, b.Place) <= NearMetres;

    void Note((UnitId, UnitId, DateTimeOffset, DateTimeOffset?) key, DateTimeOffset at)
    {
        if (next.Count >= MostLooks) next.Clear();
        next[key] = at;
    }

    /// <summary>The swaps told of one way of being fitted, in the order they were told.</summary>
    IEnumerable<Told> ToldOf(PairedUnit one, PairedUnit other)
    {
        for (var again = 0; told.TryGetValue(Swap.IdOf(one, other, again), out var swap); again++) yield return swap;
    }

    async Task<IReadOnlyList<SwapShown>> FindAsync(
        PairedUnit one, PairedUnit other, DateTimeOffset parted, DateTimeOffset through, JudgingRules rules,
        CancellationToken cancel)
    {
        var from = Max(parted, through - Lookback) - Before;
        var records = new List<JudgedRecord>();
        foreach (var paired in new[] { one, other })
            foreach (var device in new[] { paired.Container, paired.Mover })
                await ReadAsync(paired.Unit.Unit, device.Device, from, records, cancel);
        return Swap.Over(one, other, records, rules);
    }

    /// <summary>One that goes on where one told does is that; another one has a name of its own.</summary>
    void Tell(PairedUnit one, PairedUnit other, SwapShown shown, JudgingMemory memory)
    {
        var before = ToldOf(one, other).ToList();
        var known = before.Find(t => !(shown.From > t.EndedAt) && !(t.From > shown.EndedAt));
        if (known is null)
        {
            var raise = Swap.Raise(one, other, shown, before.Count);
            memory.Add(raise);
            if (told.Count >= MostTold)
                told.Remove(told.Values.OrderBy(t => t.EndedAt is null).ThenBy(t => t.From).First().Id);
            known = told[raise.AlertId] =
                new(raise.AlertId, one.Unit.Unit, other.Unit.Unit, shown.From, raise.Sentence.Args);
        }
        if (known.EndedAt is null && shown.EndedAt is { } ended) End(known, ended, memory);
    }

    void End(Told swap, DateTimeOffset at, JudgingMemory memory)
    {
        memory.Add(new Finding.Extend(
            swap.Id, swap.From, at, Late: false, Swap.Ended(swap.Args, at - swap.From)));
        told[swap.Id] = swap with { EndedAt = at };
    }

    /// <summary>
    /// A swap is over once another fitting says so, or the records show devices with their own again. They are asked
    /// where one unit's devices were together since.
    /// </summary>
    async Task LookForEndAsync(
        Told swap, JudgingMemory memory, DateTimeOffset through, JudgingRules rules, CancellationToken cancel)
    {
        var watches = new[] { swap.One, swap.Other }.Select(memory.Find).OfType<UnitWatch>().ToList();
        if (watches.Select(w => ChangedAt(w.Unit, swap.From)).Min() is { } changed)
        {
            End(swap, changed, memory);
            return;
        }
        var key = (swap.One, swap.Other, swap.From, (DateTimeOffset?)null);
        if (next.GetValueOrDefault(key) > through || watches.Count < 2
            || PairedUnit.At(watches[0].Unit, swap.From) is not { } one
            || PairedUnit.At(watches[1].Unit, swap.From) is not { } other
            || !watches.Exists(w => w.Head.Devices.Exists(
                d => d.Parting.TogetherMicros > (swap.From.AddSeconds(rules.SwapSeconds)).ToMicros()))) return;
        var pause = Max(Every, (through - swap.From) / AgainAfter);
        Note(key, through + (pause < LongestPause ? pause : LongestPause));
        foreach (var shown in await FindAsync(one, other, swap.From, through, rules, cancel))
            Tell(one, other, shown, memory);
    }

    /// <summary>Closes what was told of the devices being apart while the swap stands for it.</summary>
    void Close(Told swap, JudgingMemory memory)
    {
        foreach (var apart in new[] { swap.One, swap.Other }.Select(memory.Find).OfType<UnitWatch>()
            .SelectMany(w => w.Told))
        {
            if (apart.Kind != AlertKind.DevicesApart || apart.IsRefuted || apart.Until < swap.From
                || apart.From > swap.StandsUntil || !joined.Add(apart.Id)) continue;
            memory.Add(new Finding.Refute(apart.Id, apart.From, apart.Until, swap.Id));
        }
    }

    /// <summary>
    /// When another device was first fitted to a unit after a time, or one that it had then was taken off; null where
    /// neither was.
    /// </summary>
    static DateTimeOffset? ChangedAt(FollowedUnit unit, DateTimeOffset at) => Earlier(
        unit.Devices.Where(d => d.From <= at && !(d.Until <= at)).Min(d => d.Until),
        unit.Devices.Where(d => d.From > at).Select(d => (DateTimeOffset?)d.From).Min());

    static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    async Task ReadAsync(
        UnitId unit, DeviceId device, DateTimeOffset from, List<JudgedRecord> records, CancellationToken cancel)
    {
        // A device's clock may be ahead of receipt: what it says of a time may have come a little before.
        for (var (fromMicros, limit) = (Math.Max(0, (from - Before).ToMicros()), DeviceRows); ;)
        {
            var rows = await journal.ReadDeviceAsync(device.ToString(), fromMicros, long.MaxValue, limit, cancel);
            foreach (var row in rows)
                if (lanes.Contains(row.Entry.Stream) && TryRead(row) is { DuplicateFact: false, Quarantine: null } fix
                    && fix.Unit == unit && fix.JudgedAt >= from) records.Add(JudgedRecord.Of(fix));
            if (rows.Count < limit) return;
            if (rows[^1].Entry.ReceivedMicros == fromMicros) limit *= 2;
            fromMicros = rows[^1].Entry.ReceivedMicros;
        }
    }

    /// <summary>Null for a row that cannot be read: judging has said so.</summary>
    static JournaledFix? TryRead(JournalRow row) => JournaledFix.TryRead(row.Entry, out var fix, out _) ? fix : null;
}

/// <summary>A unit whose devices have parted, and where each was believed to be.</summary>
/// <param name="Until">When they were together again; null while they are not, and the places are the last.</param>
sealed record PartedUnit(
    PairedUnit Paired, DateTimeOffset From, DateTimeOffset? Until, TrailPoint ContainerAt, TrailPoint MoverAt);
