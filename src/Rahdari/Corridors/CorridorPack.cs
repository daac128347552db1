using System.Text.Json.Serialization;
using Rahdari.Parties;

namespace Rahdari.Corridors;

/// <summary>
/// One corridor as data: places, routes and dated rules. Immutable once loaded; <see cref="Hash"/> names it in every
/// event recorded under it.
/// </summary>
public sealed record CorridorPack
{
    public required string Id { get; init; }

    /// <summary>Names of the overlays laid over it, in order.</summary>
    public IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>SHA-256 over the pack's files in ordinal order of path (overlays included), lower-case hex.</summary>
    public required string Hash { get; init; }
    public required IReadOnlyList<Office> Offices { get; init; }
    public required IReadOnlyList<Crossing> Crossings { get; init; }
    public required IReadOnlyList<CorridorRoute> Routes { get; init; }
    public required Dated<SelectivityRules> Selectivity { get; init; }
    public required Dated<GuaranteeRules> Guarantee { get; init; }

    /// <summary>The processing fee; no row in force means no fee.</summary>
    public required Dated<FeeRules> Fee { get; init; }
    public required Dated<TransitRules> Transit { get; init; }
    public required Dated<DischargeRules> Discharge { get; init; }
    public required Dated<JudgingRules> Judging { get; init; }

    /// <summary>Of commands to devices; a pack without them lets none be sent.</summary>
    public Dated<CommandRules> Commands { get; init; } = Dated<CommandRules>.Never;

    /// <summary>Of device stocks; a pack without them says nothing of stocks.</summary>
    public Dated<StockRules> Stock { get; init; } = Dated<StockRules>.Never;

    /// <summary>Values an overlay set, with their mark (<i>assumed for the demo</i>), for pages and docs.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>What the rules do not say: pages show it as <i>unknown, refer to an officer</i>.</summary>
    public IReadOnlyList<UnknownRule> Unknowns { get; init; } = [];

    public IReadOnlyList<AdministrationId> Administrations { get; init; } = [];

    /// <summary>Names by language tag, then catalogue key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, PackText>> Texts { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, PackText>>();

    public Office? FindOffice(OfficeId id) => Offices.FirstOrDefault(o => o.Id == id);
    public Crossing? FindCrossing(string code) => Crossings.FirstOrDefault(c => c.Code == code);
    public CorridorRoute? FindRoute(string id) => Routes.FirstOrDefault(r => r.Id == id);

    /// <summary>The name in a language, else in English, else the key itself.</summary>
    public string NameOf(string key, string language = "en") =>
        Texts.TryGetValue(language, out var texts) && texts.TryGetValue(key, out var text) ? text.Text
        : language == "en" ? key : NameOf(key);
}

/// <param name="Topic">Which file of rules is silent: <c>fee</c>, <c>transit</c>, ...</param>
/// <param name="Text">What is not known, in English.</param>
public sealed record UnknownRule(string Topic, string Text, string Source);

/// <param name="Reviewed">False until a native reader has seen it.</param>
public sealed record PackText(string Text, bool Reviewed);

public enum OfficeRole { Departure, Transit, Exit, Entry, Destination, ControlRoom, Halt }

public static class OfficeRoles
{
    /// <summary>The name used in packs and on the wire.</summary>
    public static string Slug(this OfficeRole role) =>
        role == OfficeRole.ControlRoom ? "control-room" : role.ToString().ToLowerInvariant();
}

/// <param name="Zone">IANA zone; limits in days count in it.</param>
/// <param name="ZoneRadiusMetres">The area in which the office may act on a unit (seal, unlock).</param>
public sealed record Office(
    OfficeId Id, string NameKey, GeoCoordinate Place, string Zone, IReadOnlyList<OfficeRole> Roles, string? UnLocode,
    int ZoneRadiusMetres, Dated<OpeningHours> Hours)
{
    public Validity Validity { get; init; } = Validity.Unstated;

    /// <summary>How far <see cref="Place"/> may lie from the office itself.</summary>
    public int AccuracyMetres { get; init; }
}

/// <summary>
/// Daily hours in the office's zone; days as ISO numbers, Monday = 1. Closing at the opening time means the whole day;
/// closing before it means after midnight of the day opened.
/// </summary>
public sealed record OpeningHours(IReadOnlyList<int> Days, TimeOnly Opens, TimeOnly Closes);

/// <summary>A place where one administration's exit office faces the other's entry office.</summary>
public sealed record Crossing(
    string Code, string NameKey, OfficeId ExitOffice, OfficeId EntryOffice, GeoCoordinate Place)
{
    public Validity Validity { get; init; } = Validity.Unstated;

    /// <summary>How far <see cref="Place"/> may lie from the crossing itself.</summary>
    public int AccuracyMetres { get; init; }
}

/// <summary>Degrees, WGS 84, as drawn in the pack; never signed.</summary>
public readonly record struct GeoCoordinate(double Latitude, double Longitude);

/// <summary>A designated route, schematic: legs between named places with a stated accuracy.</summary>
public sealed record CorridorRoute(
    string Id, string NameKey, IReadOnlyList<OfficeId> DepartureOffices, string CrossingCode, OfficeId ExitOffice,
    IReadOnlyList<RouteLeg> Legs, IReadOnlyList<AllowedStop> Stops)
{
    /// <summary>Every vertex in order, shared ends once.</summary>
    public IReadOnlyList<GeoCoordinate> Line { get; } =
        [.. Legs.SelectMany((l, i) => i == 0 ? l.Line : l.Line.Skip(1))];

    public Validity Validity { get; init; } = Validity.Unstated;

    /// <summary>The road's published length; null where none was found. The drawn line is shorter.</summary>
    public int? RoadKilometres { get; init; }

    /// <summary>What its traffic showed of it; null where it is only drawn.</summary>
    public LearnedRoute? Learned { get; init; }

    /// <summary>Places where standing is suspicious much sooner than elsewhere.</summary>
    public IReadOnlyList<HotSpot> HotSpots { get; init; } = [];
}

/// <param name="AccuracyMetres">How far the drawn line may lie from the road.</param>
/// <param name="HalfWidthMetres">Half of the corridor's width; never less than the accuracy.</param>
public sealed record RouteLeg(
    string From, string To, IReadOnlyList<GeoCoordinate> Line, int AccuracyMetres, int HalfWidthMetres);

/// <param name="LimitMinutes">Standing longer than this within the radius is an incident.</param>
public sealed record HotSpot(string NameKey, GeoCoordinate Place, int RadiusMetres, int LimitMinutes)
{
    public Validity Validity { get; init; } = Validity.Unstated;
}

public sealed record AllowedStop(string NameKey, GeoCoordinate Place, int RadiusMetres, int LimitMinutes)
{
    public Validity Validity { get; init; } = Validity.Unstated;
}

/// <summary>Rates in parts per million of units. The profile that matches first decides.</summary>
public sealed record SelectivityRules(IReadOnlyList<SelectivityProfile> Profiles);

/// <param name="HsPrefixes">Empty matches everything.</param>
public sealed record SelectivityProfile(
    string Id, IReadOnlyList<string> HsPrefixes, int ScanPerMillion, int ExaminationPerMillion, string ReasonKey);

/// <param name="AcceptedTypes">CL251 guarantee types accepted.</param>
/// <param name="AmountPerMillionOfDuty">What part of the duty and tax at risk must be covered.</param>
/// <param name="InsurerRatings">Ratings accepted where the guarantor is an insurer; empty accepts any.</param>
public sealed record GuaranteeRules(
    IReadOnlyList<string> AcceptedTypes, int AmountPerMillionOfDuty, IReadOnlyList<string> InsurerRatings,
    int MinimumValidityDays, string Currency)
{
    /// <summary>False where only banks may stand guarantor; a guarantor with a rating counts as an insurer.</summary>
    public bool AcceptsInsurers { get; init; } = true;
}

/// <param name="RatePerMillion">Of the customs value.</param>
public sealed record FeeRules(string Id, int RatePerMillion, IReadOnlyList<string> HsPrefixes, string Currency);

/// <param name="TimeLimitDays">Days from gate-out to exit, in the departure office's zone.</param>
/// <param name="WeightTolerancePerMillion">A larger difference between two stations opens an irregularity.</param>
public sealed record TransitRules(int TimeLimitDays, int WeightTolerancePerMillion)
{
    /// <summary>
    /// Whether devices go on being followed beyond the crossing. Where not, only the fixes that prove it are kept.
    /// </summary>
    public bool FollowBeyondExit { get; init; }

    /// <summary>
    /// How many fixes of a device beyond the crossing prove it: one may be wild, three are what judging believes.
    /// </summary>
    public int ProvingFixes { get; init; } = Proving;

    /// <summary>Where a row, or the date, says nothing.</summary>
    public const int Proving = 3;

    /// <summary>More prove nothing more, and each is a place in another country.</summary>
    public const int MostProvingFixes = 8;
}

/// <summary>Which evidence grade frees the guarantee after how long without the other side's answer.</summary>
/// <param name="WaitHours">Hours after the exit, by grade; a grade that is missing frees nothing.</param>
public sealed record DischargeRules(IReadOnlyDictionary<EvidenceGrade, int> WaitHours)
{
    /// <summary>
    /// Hours the office has for its decision once the wait of the grade is over; then the node discharges by itself.
    /// Null: never.
    /// </summary>
    public int? NodeAfterHours { get; init; }

    /// <summary>Whether those hours stand still while the unit's crossing is shut.</summary>
    public bool NodeStopsAtClosure { get; init; }
}

/// <param name="CommandMinutes">How long a command waits for its device before it lapses.</param>
/// <param name="RemoteUnlock">Whether locks may be opened from afar at all.</param>
/// <param name="PositionSeconds">How old the positions of tracker and lock may be when an unlocking is
/// approved, and when it is sent.</param>
public sealed record CommandRules(int CommandMinutes, bool RemoteUnlock, int PositionSeconds);

/// <param name="BookingHours">How long a device is kept for a unit.</param>
/// <param name="DeadOnFitMinutes">A device not heard within so many minutes of being fitted was dead on fit.</param>
/// <param name="HistoryDays">How far back rates and averages look.</param>
/// <param name="ForecastDays">How far ahead a shortage is looked for.</param>
/// <param name="TurnaroundDays">From fitting to return, where history tells of fewer than five returns.</param>
public sealed record StockRules(
    int BookingHours, int DeadOnFitMinutes, int HistoryDays, int ForecastDays, int TurnaroundDays);

/// <summary>How well a crossing is proven, weakest first.</summary>
public enum EvidenceGrade
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>The own exit alone.</summary>
    [JsonStringEnumMemberName("E1")] E1,

    /// <summary>The own exit with fixes beyond the crossing, or the empty's return.</summary>
    [JsonStringEnumMemberName("E2")] E2,

    /// <summary>The other side's paper, transcribed by a named officer.</summary>
    [JsonStringEnumMemberName("E3")] E3,

    /// <summary>The other side's own signed event.</summary>
    [JsonStringEnumMemberName("E4")] E4,
}
