using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// Looks for devices swapped among units whose own devices have parted. What it tells stands for what each unit told of
/// its parted devices: that is closed and cites it. Used by judging, one caller at a time.
/// </summary>
sealed class SwapWatch(IJournal journal, IReadOnlyCollection<string> lanes)
{
    /// <summary>Corridor time between two looks: a tenth of what a swap has to last (<c>swapSeconds</c>).</summary>
    static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Event time looked back over: what a swap has to last, two devices' gaps, and room for a look missed.
    /// </summary>
    static readonly TimeSpan Lookback = TimeSpan.FromHours(2);

    /// <summary>Believed last places of two devices on one truck lie within this: six minutes at 150 km/h.</summary>
    const double NearMetres = 15_000;

    /// <summary>Pairs asked about at one look, 1,000 rows each: more at once are no swap but a fault in the data.
    /// </summary>
    const int MostPairs = 20;

    /// <summary>Swaps remembered as told; more in one corridor's life of a process are told, and found known, again.
    /// </summary>
    const int MostTold = 1_000;

    /// <summary>Rows of one device read from the journal at once: two hours at a record each 1.5 s.</summary>
    const int DeviceRows = 5_000;

    sealed record Told(string Id, UnitId One, UnitId Other, DateTimeOffset From)
    {
        public DateTimeOffset? EndedAt { get; init; }
    }

    sealed record Row(
        string AlertId, string Mrn, int Unit, string OtherMrn, int OtherUnit, long FromMicros, long UntilMicros);

    readonly Dictionary<string, Told> told = new(StringComparer.Ordinal);
    readonly HashSet<string> joined = new(StringComparer.Ordinal);
    DateTimeOffset looked = DateTimeOffset.MinValue;

    /// <summary>Takes up what the board says was told of units still under way.</summary>
    public async Task ResumeAsync(IRecordReader reader, string administration, CancellationToken cancel)
    {
        told.Clear();
        joined.Clear();
        looked = DateTimeOffset.MinValue;
        var rows = await reader.QueryAsync<Row>(
            """
            select a.alert_id, a.mrn, a.unit, a.other_mrn, a.other_unit, a.from_micros, a.until_micros
            from alert_board a join unit_board u on u.mrn = a.mrn and u.unit = a.unit
            where a.kind = @kind and a.administration = @administration and a.other_mrn is not null
                and u.state <> 'discharged'
            order by a.raised_micros desc limit @most
            """, new { kind = AlertKind.DevicesSwapped.Slug(), administration, most = MostTold }, cancel);
        foreach (var row in rows)
            told[row.AlertId] = new(
                row.AlertId, new(new(row.Mrn), row.Unit), new(new(row.OtherMrn), row.OtherUnit),
                CorridorTime.FromMicros(row.FromMicros));
    }

    /// <summary>While devices of a unit are known to be swapped, nobody is told again that they are apart.</summary>
    public FollowedUnit Permit(FollowedUnit unit)
    {
        if (told.Count == 0) return unit;
        var permissions = told.Values.Where(t => t.One == unit.Unit || t.Other == unit.Unit)
            .Select(t => new Permission(AlertKind.DevicesApart, t.From, EndOf(unit, t.From) ?? DateTimeOffset.MaxValue))
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
        foreach (var (one, other) in Pairs(memory.Parted(rules)))
        {
            var id = Swap.IdOf(one.Paired, other.Paired);
            if (told.ContainsKey(id)) continue;
            var records = new List<JudgedRecord>();
            foreach (var paired in new[] { one.Paired, other.Paired })
                foreach (var device in new[] { paired.Container, paired.Mover })
                    await ReadAsync(paired.Unit.Unit, device.Device, through - Lookback, records, cancel);
            if (Swap.Find(one.Paired, other.Paired, records, rules) is not { } shown) continue;
            memory.Add(Swap.Raise(one.Paired, other.Paired, shown));
            if (told.Count >= MostTold) told.Clear();
            told[id] = new(id, one.Paired.Unit.Unit, other.Paired.Unit.Unit, shown.From);
        }
        foreach (var swap in told.Values.ToList()) Follow(swap, memory);
    }

    /// <summary>Units whose devices have each the other's near, in the order of their names.</summary>
    static IEnumerable<(PartedUnit One, PartedUnit Other)> Pairs(IReadOnlyList<PartedUnit> parted)
    {
        var sorted = parted.OrderBy(p => p.Paired.Unit.Unit.ToString(), StringComparer.Ordinal).ToList();
        return sorted.SelectMany((one, i) => sorted.Skip(i + 1).Select(other => (One: one, Other: other)))
            .Where(p => AreNear(p.One.ContainerAt, p.Other.MoverAt) && AreNear(p.Other.ContainerAt, p.One.MoverAt))
            .Take(MostPairs);
    }

    static bool AreNear(TrailPoint a, TrailPoint b) => Earth.MetresBetween(a.Place, b.Place) <= NearMetres;

    /// <summary>Closes what was told of the devices being apart, and says when another fitting has ended the swap.
    /// </summary>
    void Follow(Told swap, JudgingMemory memory)
    {
        var watches = new[] { swap.One, swap.Other }.Select(memory.Find).OfType<UnitWatch>().ToList();
        var ended = swap.EndedAt ?? watches.Select(w => EndOf(w.Unit, swap.From)).Min();
        foreach (var apart in watches.SelectMany(w => w.Told))
        {
            if (apart.Kind != AlertKind.DevicesApart || apart.IsRefuted || apart.Until < swap.From
                || apart.From > ended || !joined.Add(apart.Id)) continue;
            memory.Add(new Finding.Refute(apart.Id, apart.From, apart.Until, swap.Id));
        }
        if (ended is not { } end || swap.EndedAt is not null) return;
        memory.Add(new Finding.Extend(swap.Id, swap.From, end, Late: false));
        told[swap.Id] = swap with { EndedAt = end };
    }

    /// <summary>When the first of the devices that a unit had at a time was taken off; null where none was.</summary>
    static DateTimeOffset? EndOf(FollowedUnit unit, DateTimeOffset at) => unit.Devices
        .Where(d => d.From <= at && (d.Until is not { } until || until > at)).Min(d => d.Until);

    async Task ReadAsync(
        UnitId unit, DeviceId device, DateTimeOffset from, List<JudgedRecord> records, CancellationToken cancel)
    {
        for (var (fromMicros, limit) = (Math.Max(0, from.ToMicros()), DeviceRows); ;)
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
    static JournaledFix? TryRead(JournalRow row)
    {
        try
        {
            return JournaledFix.Read(row);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>A unit whose devices have parted, and where each was last believed to be.</summary>
sealed record PartedUnit(PairedUnit Paired, TrailPoint ContainerAt, TrailPoint MoverAt);
