using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements;

/// <summary>How far a unit has come. The slug is the name in kebab case.</summary>
enum UnitPhase { Declared, Released, Sealed, UnderWay, Exited, Entered, Discharged, TurnedBack }

enum SightingKind { GateOut, Exit, Entry, TurnBack }

/// <summary>Which administration may say what about a movement: nobody can write the other's part.</summary>
sealed record Sides(AdministrationId Departure, AdministrationId Exit, AdministrationId Entry);

/// <summary>One observation of a unit on its way.</summary>
/// <param name="Side">Who says so.</param>
sealed record Sighting(string EventId, SightingKind Kind, AdministrationId Side, OfficeId Office, DateTimeOffset At)
{
    public DateTimeOffset? TimeLimit { get; init; }
    public SealNumber? SealSeen { get; init; }
    public SealCondition? Condition { get; init; }
    public EntryReference? Answers { get; init; }
}

sealed record Examination(
    string EventId, AdministrationId Side, DateTimeOffset At, string Kind, string Result, string? ImageSha256);

sealed record FittedSeal(string EventId, AdministrationId Side, DateTimeOffset At, SealNumber Seal, SealClass Class);

/// <param name="Until">When it was detached; null while it speaks for the unit.</param>
sealed record FittedDevice(
    string EventId, AdministrationId Side, DateTimeOffset At, DeviceId Device, DeviceRole Role,
    DateTimeOffset? Until = null);

sealed record Weighing(string EventId, AdministrationId Side, DateTimeOffset At, OfficeId Station, Grams Mass);

sealed record Irregularity(string EventId, AdministrationId Side, DateTimeOffset At, string Code);

/// <param name="LastFix">The newest fix that was kept.</param>
sealed record FollowingEnd(AdministrationId Side, DateTimeOffset At, DateTimeOffset LastFix);

sealed record Discharge(
    string EventId, DateTimeOffset At, EvidenceGrade Grade, bool Unreconciled, EntryReference? Answer, Money Credited);

/// <summary>
/// One unit as the fold of what both sides said about it. Public fields only, so that boards may keep it; every
/// conclusion is computed from the facts, whatever order they came in.
/// </summary>
sealed record UnitState(int Number)
{
    /// <summary>Null while the declaration is not known here (the other side's, not read yet).</summary>
    public Sides? Sides { get; init; }
    public UnitKind Kind { get; init; }
    public ContainerNumber? Container { get; init; }
    public Grams GrossMass { get; init; }
    public Money? Cover { get; init; }
    public UnitSelection? Selection { get; init; }
    public Discharge? Discharge { get; init; }
    public IReadOnlyList<Examination> Examinations { get; init; } = [];
    public IReadOnlyList<FittedSeal> Seals { get; init; } = [];
    public IReadOnlyList<FittedDevice> Devices { get; init; } = [];
    public IReadOnlyList<Weighing> Weights { get; init; } = [];
    public IReadOnlyList<Sighting> Sightings { get; init; } = [];
    public IReadOnlyList<Irregularity> Irregularities { get; init; } = [];

    /// <summary>Grade E3: a paper of the other side, read by our officer.</summary>
    public bool Transcribed { get; init; }

    /// <summary>When it was first transcribed.</summary>
    public DateTimeOffset? TranscribedAt { get; init; }

    /// <summary>Grade E2: heard beyond the crossing.</summary>
    public bool SeenBeyond { get; init; }

    /// <summary>When the first such fix was recorded.</summary>
    public DateTimeOffset? SeenBeyondAt { get; init; }

    /// <summary>Where sides said that they follow the unit no farther.</summary>
    public IReadOnlyList<FollowingEnd> FollowingEnds { get; init; } = [];

    /// <summary>Observations that a later event of the same side corrected; they stay and no longer count.</summary>
    public IReadOnlyList<string> Corrected { get; init; } = [];

    public Sighting? GateOut => Latest(SightingKind.GateOut);
    public Sighting? TurnBack => Latest(SightingKind.TurnBack);

    /// <summary>The exit that holds: one followed by a turn-back is undone.</summary>
    public Sighting? Exit => NotUndone(Latest(SightingKind.Exit));
    public Sighting? Entry => NotUndone(Latest(SightingKind.Entry));

    public UnitPhase Phase =>
        Discharge is not null ? UnitPhase.Discharged
        : Entry is not null ? UnitPhase.Entered
        : Exit is not null ? UnitPhase.Exited
        : TurnBack is { } back && (GateOut is not { } gate || gate.At <= back.At) ? UnitPhase.TurnedBack
        : GateOut is not null ? UnitPhase.UnderWay
        : !IsReleased ? UnitPhase.Declared
        : Seals.Any(OfDeparture) ? UnitPhase.Sealed
        : UnitPhase.Released;

    /// <summary>Covered, selected, and examined to satisfaction where the lane asks for it.</summary>
    public bool IsReleased => Cover is not null && Selection is not null && IsControlled(Selection.Lane);

    public bool IsUnderWay => Phase is UnitPhase.UnderWay or UnitPhase.TurnedBack;

    /// <summary>The best that is known about the crossing.</summary>
    public EvidenceGrade Evidence =>
        Entry is not null ? EvidenceGrade.E4
        : Transcribed ? EvidenceGrade.E3
        : Exit is null ? EvidenceGrade.None
        : SeenBeyond ? EvidenceGrade.E2
        : EvidenceGrade.E1;

    /// <summary>Since when that has been known; null for nothing.</summary>
    public DateTimeOffset? EvidenceSince => Evidence switch
    {
        EvidenceGrade.E4 => Entry!.At,
        EvidenceGrade.E3 => TranscribedAt,
        EvidenceGrade.E2 => SeenBeyondAt,
        EvidenceGrade.E1 => Exit!.At,
        _ => null,
    };

    /// <summary>The grade it was discharged at; before that, what is known so far.</summary>
    public EvidenceGrade Grade => Discharge?.Grade ?? Evidence;

    /// <summary>Discharged without the other side's word, and that word has not come since.</summary>
    public bool IsUnreconciled => Discharge is { Unreconciled: true } && Entry is null;

    /// <summary>As fixed at gate-out, without the time the crossing was shut since.</summary>
    public DateTimeOffset? TimeLimit => GateOut?.TimeLimit;

    /// <summary>
    /// The last fix a side keeps of the unit; null while it follows it. Being turned back, or an exit that was none,
    /// begins it anew.
    /// </summary>
    public DateTimeOffset? FollowingEndedBy(AdministrationId side) =>
        Exit is null ? null
        : FollowingEnds.LastOrDefault(f => f.Side == side && f.LastFix > Exit.At && !(TurnBack?.At > f.At))?.LastFix;

    public IEnumerable<FittedDevice> LiveDevices => Devices.Where(d => d.Until is null);

    /// <summary>Which units of the movement a body speaks about; empty for the movement as a whole.</summary>
    public static IEnumerable<int> Touched(EventBody body) => body switch
    {
        DeclarationAccepted e => Present(e.Units).Select(u => u.Number),
        GuaranteeReserved e => Present(e.Units).Select(u => u.Unit),
        SelectionMade e => Present(e.Units).Select(u => u.Unit),
        UnitExamined e => [e.Unit],
        SealFitted e => [e.Unit],
        DeviceFitted e => [e.Unit],
        DeviceDetached e => [e.Unit],
        UnitWeighed e => [e.Unit],
        UnitGatedOut e => [e.Unit],
        UnitExited e => [e.Unit],
        UnitEntered e => [e.Unit],
        EntryTranscribed e => [e.Unit],
        UnitSeenBeyond e => [e.Unit],
        FollowingEnded e => [e.Unit],
        UnitTurnedBack e => [e.Unit],
        UnitDischarged e => [e.Unit],
        IrregularityOpened { Unit: { } unit } => [unit],
        ObservationCorrected { Unit: { } unit } => [unit],
        _ => [],
    };

    /// <summary>A list as a peer sent it: it may be missing, and so may its items.</summary>
    public static IEnumerable<T> Present<T>(IReadOnlyList<T>? list) where T : class =>
        (list ?? []).Where(i => i is not null);

    /// <summary>The unit after one more event that touches it.</summary>
    public UnitState Apply(Recorded recorded)
    {
        var (id, side, at) =
            (recorded.Header.EventId, recorded.Header.Stream.Administration, recorded.Header.At);
        return recorded.Body switch
        {
            DeclarationAccepted e => Declare(e),
            UnitExamined e => this with
            {
                Examinations = [.. Examinations, new(id, side, at, e.Kind, e.Result, e.ImageSha256)],
            },
            SealFitted e => this with { Seals = [.. Seals, new(id, side, at, e.Seal, e.Class)] },
            DeviceFitted e => this with { Devices = [.. Devices, new(id, side, at, e.Device, e.Role)] },
            DeviceDetached e => Detach(e.Device, side, at),
            UnitWeighed e => this with { Weights = [.. Weights, new(id, side, at, e.Station, e.Mass)] },
            FollowingEnded e => this with { FollowingEnds = [.. FollowingEnds, new(side, at, e.LastFix)] },
            IrregularityOpened e => this with { Irregularities = [.. Irregularities, new(id, side, at, e.Code)] },
            ObservationCorrected e when IsOwnWord(e.EventId, side) =>
                this with { Corrected = [.. Corrected, e.EventId] },
            GuaranteeReserved or SelectionMade or UnitDischarged or EntryTranscribed or UnitSeenBeyond
                when Sides is { } sides && sides.Departure == side => ApplyOfDeparture(recorded),
            _ => ApplySighting(recorded),
        };
    }

    /// <summary>What only the departure side can say: about its own risk, and its decision.</summary>
    UnitState ApplyOfDeparture(Recorded recorded) => recorded.Body switch
    {
        GuaranteeReserved e =>
            this with { Cover = Present(e.Units).FirstOrDefault(u => u.Unit == Number)?.Amount ?? Cover },
        SelectionMade e =>
            this with { Selection = Present(e.Units).FirstOrDefault(u => u.Unit == Number) ?? Selection },
        EntryTranscribed => this with { Transcribed = true, TranscribedAt = TranscribedAt ?? recorded.Header.At },
        UnitSeenBeyond => this with { SeenBeyond = true, SeenBeyondAt = SeenBeyondAt ?? recorded.Header.At },
        UnitDischarged e when Discharge is null => this with
        {
            Discharge = new(
                recorded.Header.EventId, recorded.Header.At, e.Grade, e.Unreconciled, e.Answer, e.Credited),
        },
        _ => this,
    };

    UnitState ApplySighting(Recorded recorded)
    {
        var header = recorded.Header;
        Sighting Seen(SightingKind kind, OfficeId office) =>
            new(header.EventId, kind, header.Stream.Administration, office, header.At);
        var seen = recorded.Body switch
        {
            UnitGatedOut e => Seen(SightingKind.GateOut, header.Office) with { TimeLimit = e.TimeLimit },
            UnitExited e => Seen(SightingKind.Exit, e.Office) with { SealSeen = e.SealSeen, Condition = e.Condition },
            UnitEntered e => Seen(SightingKind.Entry, e.Office) with
            {
                SealSeen = e.SealSeen,
                Condition = e.Condition,
                Answers = e.Answers,
            },
            UnitTurnedBack e => Seen(SightingKind.TurnBack, e.Office),
            _ => null,
        };
        return seen is null ? this : this with { Sightings = [.. Sightings, seen] };
    }

    UnitState Declare(DeclarationAccepted declaration) =>
        Present(declaration.Units).FirstOrDefault(u => u.Number == Number) is { } unit
            ? this with { Kind = unit.Kind, Container = unit.Container, GrossMass = unit.GrossMass }
            : this;

    UnitState Detach(DeviceId device, AdministrationId side, DateTimeOffset at) => this with
    {
        Devices = [.. Devices.Select(d =>
            d.Device == device && d.Side == side && d.Until is null ? d with { Until = at } : d)],
    };

    /// <summary>A side corrects only what it said itself.</summary>
    bool IsOwnWord(string eventId, AdministrationId side) =>
        Sightings.Any(s => s.EventId == eventId && s.Side == side)
        || Weights.Any(w => w.EventId == eventId && w.Side == side)
        || Examinations.Any(e => e.EventId == eventId && e.Side == side);

    bool IsControlled(SelectionLane lane)
    {
        var own = Examinations.Where(OfDeparture).ToList();
        if (own.Count > 0 && !IsSatisfactory(own[^1].Result)) return false;
        return lane switch
        {
            SelectionLane.Scan => own.Count > 0,
            SelectionLane.Examination => own.Any(e => e.Kind == ControlKind.Physical),
            _ => true,
        };
    }

    static bool IsSatisfactory(string? result) => result is { Length: > 0 } && result[0] == 'A';

    bool OfDeparture(Examination e) => e.Side == Sides?.Departure && !Corrected.Contains(e.EventId);

    bool OfDeparture(FittedSeal seal) => seal.Side == Sides?.Departure;

    Sighting? NotUndone(Sighting? sighting) =>
        sighting is not null && TurnBack is { } back && back.At > sighting.At ? null : sighting;

    Sighting? Latest(SightingKind kind) => Sightings.Where(s => s.Kind == kind && Counts(s)).MaxBy(s => s.At);

    /// <summary>Only the side whose part it is is believed. Without the declaration nobody's part is known.</summary>
    bool Counts(Sighting sighting) => !Corrected.Contains(sighting.EventId) && (Sides is null || sighting.Kind switch
    {
        SightingKind.GateOut => sighting.Side == Sides.Departure,
        SightingKind.Exit => sighting.Side == Sides.Exit,
        SightingKind.Entry => sighting.Side == Sides.Entry,
        _ => true,
    });
}

/// <summary>Control types of CL716 that are recorded here.</summary>
static class ControlKind
{
    public const string Scan = "30", Physical = "40";
}
