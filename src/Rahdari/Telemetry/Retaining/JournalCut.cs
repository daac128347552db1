using Rahdari.Movements;

namespace Rahdari.Telemetry.Retaining;

/// <summary>What still needs rows of the journal.</summary>
enum HoldReason
{
    /// <summary>The days every row is kept, whatever it is about.</summary>
    Age,

    /// <summary>Rows that judging has not read.</summary>
    Judging,

    /// <summary>Rows that are in no track segment yet.</summary>
    Segments,

    /// <summary>Rows not counted yet for the stock, its vendors and what is kept apart.</summary>
    Stock,

    /// <summary>The track of a unit that is not discharged.</summary>
    Unit,

    /// <summary>The track of a unit discharged not long ago.</summary>
    Discharge,

    /// <summary>An alert that nobody has resolved, and its unit's track.</summary>
    Alert,

    /// <summary>Rows kept apart of which no officer has decided.</summary>
    Quarantine,

    /// <summary>Rows an officer released that are not copied yet.</summary>
    Release,
}

/// <summary>Rows received at or after a moment are needed.</summary>
/// <param name="Of">The unit, alert, device or stream; null for none.</param>
sealed record JournalHold(HoldReason Reason, long FromMicros, string? Of);

/// <param name="NextReceivedMicros">Receipt of the first row the reader has not read.</param>
sealed record UnreadFact(HoldReason Reader, string Stream, long NextReceivedMicros);

/// <param name="FittedMicros">When the first of its devices was fitted.</param>
/// <param name="DischargedMicros">Null before.</param>
sealed record TrackFact(UnitId Unit, long FittedMicros, long? DischargedMicros);

/// <summary>An alert that nobody has resolved.</summary>
/// <param name="FittedMicros">When the first device of a unit of it was fitted; null where none was.</param>
sealed record AlertFact(string Alert, long FromMicros, long? FittedMicros);

/// <summary>Rows kept apart that no officer has decided of, or that are released and not copied yet.</summary>
/// <param name="LastMicros">Receipt of the newest of them.</param>
sealed record ApartFact(string Device, long SinceMicros, long LastMicros, bool IsReleased);

/// <summary>What decides how much of the journal may go. Corridor time.</summary>
/// <param name="NowMicros">The time, and no later than the newest receipt: a clock that runs ahead drops
/// nothing.</param>
sealed record JournalFacts(long NowMicros)
{
    public IReadOnlyList<UnreadFact> Unread { get; init; } = [];
    public IReadOnlyList<TrackFact> Tracks { get; init; } = [];
    public IReadOnlyList<AlertFact> Alerts { get; init; } = [];
    public IReadOnlyList<ApartFact> Apart { get; init; } = [];
}

/// <summary>Rows received before a moment are needed by nobody; and who needs those after it.</summary>
/// <param name="Holds">For each reason there is, what needs the oldest rows; the one that holds the cut first.</param>
sealed record JournalCut(IReadOnlyList<JournalHold> Holds)
{
    const long DayMicros = 86_400L * 1_000_000;

    /// <summary>A record's own time is believed to lie ahead of its receipt by no more than a day.</summary>
    const long AheadMicros = DayMicros;

    public JournalHold By => Holds[0];

    public long BeforeMicros => By.FromMicros;

    /// <summary>Where the record has how far the journal was given up; no row received since is gone.</summary>
    public static string WatermarkOf(string node) => $"retained/{node}";

    /// <param name="facts">Of the present.</param>
    /// <param name="days">How many days every row is kept, and every track after its unit's discharge.</param>
    public static JournalCut Decide(JournalFacts facts, int days)
    {
        var aged = AgedMicros(facts.NowMicros, days);
        List<JournalHold> holds = [new(HoldReason.Age, aged, null)];
        holds.AddRange(facts.Unread.Select(u => new JournalHold(u.Reader, u.NextReceivedMicros, u.Stream)));
        holds.AddRange(facts.Tracks.Where(t => !(t.DischargedMicros < aged)).Select(t => new JournalHold(
            t.DischargedMicros is null ? HoldReason.Unit : HoldReason.Discharge, NeededFrom(t.FittedMicros),
            t.Unit.ToString())));
        holds.AddRange(facts.Alerts.Select(a => new JournalHold(
            HoldReason.Alert, Math.Min(a.FromMicros, a.FittedMicros ?? a.FromMicros) - AheadMicros, a.Alert)));
        // A device not heard for so long is in no quarantine that could be ended.
        holds.AddRange(facts.Apart.Where(a => a.IsReleased || a.LastMicros >= aged).Select(a => new JournalHold(
            a.IsReleased ? HoldReason.Release : HoldReason.Quarantine, a.SinceMicros, a.Device)));
        return new([.. holds.GroupBy(h => h.Reason).Select(g => g.MinBy(h => h.FromMicros)!)
            .OrderBy(h => h.FromMicros).ThenBy(h => h.Reason)]);
    }

    /// <summary>What was received, or discharged, before is older than the days kept.</summary>
    public static long AgedMicros(long nowMicros, int days) => nowMicros - days * DayMicros;

    /// <summary>No row of a unit was received before.</summary>
    /// <param name="fittedMicros">When the first of its devices was fitted.</param>
    public static long NeededFrom(long fittedMicros) => fittedMicros - AheadMicros;

    /// <summary>Whether rows of a unit may be gone.</summary>
    /// <param name="fittedMicros">When the first of its devices was fitted.</param>
    /// <param name="retainedMicros">Of <see cref="WatermarkOf"/>; 0 where nothing was ever dropped.</param>
    public static bool MayLackRows(long fittedMicros, long retainedMicros) =>
        NeededFrom(fittedMicros) < retainedMicros;
}
