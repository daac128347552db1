using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Guarantees;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Views;

/// <param name="LogIndex">
/// Its place in its administration's log; null until it has one, and for what is no leaf.
/// </param>
public sealed record HistoryItem(
    string EventId, string Type, AdministrationId Administration, OfficeId Office, OfficerId By, DateTimeOffset At,
    UnitId? Unit, long? LogIndex, EventStanding State)
{
    /// <summary>What was out of place; null for every other event.</summary>
    public IrregularityItem? Irregularity { get; init; }
}

/// <param name="Details">What the code is about: other units, devices, offices, times, as they are.</param>
public sealed record IrregularityItem(string Code, IReadOnlyList<string> Details);

sealed record GuaranteeItem(Grn Grn, Money? Amount);

/// <param name="Version">Of the own stream; also the ETag.</param>
sealed record MovementView(
    MovementItem Movement, long Version, GuaranteeItem? Guarantee, AssessedFee? Fee, IReadOnlyList<HistoryItem> History)
{
    /// <summary>What its leaf commits to each event by; by the event's id.</summary>
    public IReadOnlyDictionary<string, string> Commitments { get; private init; } = new Dictionary<string, string>();

    /// <summary>Notices that shut the movement's crossing now, by either side.</summary>
    public IReadOnlyList<Closure> Shut { get; private init; } = [];

    /// <summary>Null where nobody said anything about the MRN.</summary>
    public static async Task<MovementView?> LoadAsync(
        IDesk desk, CorridorPack pack, AdministrationId own, DateTimeOffset now, Mrn mrn, CancellationToken cancel)
    {
        var history = await desk.HistoryAsync(mrn.Value, cancel);
        if (history.Count == 0) return null;
        var state = history.Aggregate(MovementState.Empty, (s, recorded) => s.Apply(recorded));
        var closures = ClosuresOf.CrossingCode(state.Declaration, pack) is { } crossing
            ? (await desk.FoldAsync<CrossingState>(CrossingState.Subject(crossing), cancel)).Closures
            : [];
        var (items, commitments) = await HistoryOfAsync(desk, own, mrn, state, history, cancel);
        var covers = state.Units.Values.Select(u => u.Cover).OfType<Money>().ToList();
        return new(
            Item(mrn, state, closures, now), state.VersionOf(own),
            state.Guarantee is { } grn ? new(grn, covers.Count == 0 ? null : covers.Aggregate((a, b) => a + b)) : null,
            state.Fee, items)
        {
            Commitments = commitments,
            Shut = [.. closures.Where(c => c.HoldsAt(now))],
        };
    }

    static MovementItem Item(Mrn mrn, MovementState state, IReadOnlyList<Closure> closures, DateTimeOffset now)
    {
        var declared = state.Declaration;
        return new(
            mrn, declared?.Administration.ToString(), declared?.LocalReference, declared?.OfficeOfDeparture.ToString(),
            declared?.OfficeOfExit.ToString(), declared?.OfficeOfEntry.ToString(), declared?.RouteId,
            declared?.RecordedAt, [.. state.Units.Values.Select(u => MovementQuery.Item(mrn, u, closures, now))]);
    }

    static async Task<(IReadOnlyList<HistoryItem>, IReadOnlyDictionary<string, string>)> HistoryOfAsync(
        IDesk desk, AdministrationId own, Mrn mrn, MovementState state, IReadOnlyList<Recorded> history,
        CancellationToken cancel)
    {
        var mine = await EventPlaces.OwnAsync(
            desk, [.. history.Where(r => Side(r) == own).Select(r => r.Header.EventId)], cancel);
        var theirs = await EventPlaces.ImportedAsync(desk, [.. history.Where(r => Side(r) != own)], cancel);
        var standings = new EventStandings(own, state, history);
        return ([.. history.Select(r => Item(r, PlaceOf(r)))],
            history.DistinctBy(r => r.Header.EventId)
                .ToDictionary(r => r.Header.EventId, r => PlaceOf(r).Commitment, StringComparer.Ordinal));

        EventPlace PlaceOf(Recorded r) =>
            (Side(r) == own ? mine : theirs).GetValueOrDefault(r.Header.EventId, EventPlace.Nowhere);

        HistoryItem Item(Recorded r, EventPlace place) => new(
            r.Header.EventId, TypeOf(r.Body), Side(r), r.Header.Office, r.Header.By, r.Header.At, UnitOf(mrn, r.Body),
            place.LogIndex, standings.Of(r, place.IsPublished))
        {
            Irregularity = r.Body is IrregularityOpened e ? new(e.Code, e.Details ?? []) : null,
        };
    }

    static AdministrationId Side(Recorded recorded) => recorded.Header.Stream.Administration;

    /// <summary>The event type's name, a newer peer's included.</summary>
    public static string TypeOf(EventBody body) =>
        body is UnknownEvent unknown ? unknown.Type : EventTypes.Of(body).Name;

    /// <summary>The one unit an event is about; null where it is about the whole movement.</summary>
    public static UnitId? UnitOf(Mrn mrn, EventBody body)
    {
        var touched = UnitState.Touched(body).Distinct().ToList();
        return body is not DeclarationAccepted and not GuaranteeReserved and not SelectionMade && touched.Count == 1
            ? new(mrn, touched[0])
            : null;
    }
}
