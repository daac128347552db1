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

    /// <summary>Values an overlay set, with their mark (<i>assumed for the demo</i>), for pages and docs.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    public Office? FindOffice(OfficeId id) => Offices.FirstOrDefault(o => o.Id == id);
    public Crossing? FindCrossing(string code) => Crossings.FirstOrDefault(c => c.Code == code);
    public CorridorRoute? FindRoute(string id) => Routes.FirstOrDefault(r => r.Id == id);
}

public enum OfficeRole { Departure, Transit, Exit, Entry, Destination, ControlRoom, Halt }

/// <param name="Zone">IANA zone; limits in days count in it.</param>
/// <param name="ZoneRadiusMetres">The area in which the office may act on a unit (seal, unlock).</param>
public sealed record Office(
    OfficeId Id, string NameKey, GeoCoordinate Place, string Zone, IReadOnlyList<OfficeRole> Roles, string? UnLocode,
    int ZoneRadiusMetres, Dated<OpeningHours> Hours);

/// <summary>Daily hours in the office's zone; days as ISO numbers, Monday = 1.</summary>
public sealed record OpeningHours(IReadOnlyList<int> Days, TimeOnly Opens, TimeOnly Closes);

/// <summary>A place where one administration's exit office faces the other's entry office.</summary>
public sealed record Crossing(string Code, string NameKey, OfficeId ExitOffice, OfficeId EntryOffice, GeoCoordinate Place);

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
}

/// <param name="AccuracyMetres">How far the drawn line may lie from the road.</param>
/// <param name="HalfWidthMetres">Half of the corridor's width; never less than the accuracy (checked on loading).</param>
public sealed record RouteLeg(
    string From, string To, IReadOnlyList<GeoCoordinate> Line, int AccuracyMetres, int HalfWidthMetres);

public sealed record AllowedStop(string NameKey, GeoCoordinate Place, int RadiusMetres, int LimitMinutes);

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
    int MinimumValidityDays, string Currency);

/// <param name="RatePerMillion">Of the customs value.</param>
public sealed record FeeRules(string Id, int RatePerMillion, IReadOnlyList<string> HsPrefixes, string Currency);

/// <param name="TimeLimitDays">Days from gate-out to exit, in the departure office's zone.</param>
/// <param name="WeightTolerancePerMillion">A larger difference between two stations opens an irregularity.</param>
public sealed record TransitRules(int TimeLimitDays, int WeightTolerancePerMillion);

/// <summary>Which evidence grade frees the guarantee after how long without the other side's answer.</summary>
/// <param name="WaitHours">Hours after the exit, by grade; a grade that is missing frees nothing.</param>
public sealed record DischargeRules(IReadOnlyDictionary<EvidenceGrade, int> WaitHours);

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

/// <summary>Parameters of the alarm rules; metres, seconds, metres per hour.</summary>
public sealed record JudgingRules
{
    public required int OffCorridorEnterMetresBeyond { get; init; }
    public required int OffCorridorLeaveMetresBeyond { get; init; }
    public required int OffCorridorFixes { get; init; }
    public required int OffCorridorSeconds { get; init; }
    public required int StopRadiusMetres { get; init; }
    public required int StopSeconds { get; init; }
    public required int StopSpeedMetresPerHour { get; init; }
    public required int SilenceSeconds { get; init; }
    public required int ImplausibleSpeedMetresPerHour { get; init; }
    public required int ImplausibleMinimumMetres { get; init; }
    public required int FutureToleranceSeconds { get; init; }
    public required int OldestRecordDays { get; init; }
}
