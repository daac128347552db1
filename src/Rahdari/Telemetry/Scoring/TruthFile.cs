using System.Text.Json;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Scoring;

/// <summary>What really happened to a unit, from the first time to the last.</summary>
readonly record struct TruthSpan(DateTimeOffset From, DateTimeOffset To)
{
    public bool Overlaps(DateTimeOffset from, DateTimeOffset to) => From <= to && from <= To;

    public bool Holds(DateTimeOffset time) => From <= time && time <= To;
}

/// <summary>The truth of one unit.</summary>
sealed class UnitTruth
{
    public static readonly UnitTruth None = new();

    public List<(AlertKind Kind, TruthSpan Span)> Happened { get; } = [];

    public List<(string Name, TruthSpan Span)> Strata { get; } = [];

    public List<Permission> Permissions { get; } = [];
}

/// <summary>
/// Reads <c>truth.jsonl</c>. A kind that alerts have is what must be found; <c>permit:KIND</c> an officer's permission;
/// <c>stratum:NAME</c> says where the unit was; <c>benign:*</c> is no cause.
/// </summary>
sealed class TruthFile(string file, InputFaults faults)
{
    const string Permit = "permit:", Stratum = "stratum:", Benign = "benign:";

    /// <summary>What an officer may allow in words wider than one kind of alert.</summary>
    static readonly Dictionary<string, IReadOnlyList<AlertKind>> Wide = new(StringComparer.Ordinal)
    {
        ["opening"] = Permission.Opening,
        ["seal-opened"] = [AlertKind.SealOpened, AlertKind.Unlocked],
        ["unlocked"] = [AlertKind.Unlocked, AlertKind.SealOpened],
        ["stop"] = [AlertKind.UnplannedStop, AlertKind.HotSpotStop, AlertKind.NightStop],
        ["unplanned-stop"] = [AlertKind.UnplannedStop, AlertKind.HotSpotStop, AlertKind.NightStop],
        ["detach"] = [AlertKind.DevicesApart],
    };

    static readonly Dictionary<string, AlertKind> Kinds =
        Enum.GetValues<AlertKind>().ToDictionary(k => k.Slug(), StringComparer.Ordinal);

    readonly Dictionary<string, UnitTruth> units = new(StringComparer.Ordinal);

    public async Task<IReadOnlyDictionary<string, UnitTruth>> ReadAsync(CancellationToken cancel)
    {
        await JsonLines.ReadAsync(file, Take, faults, cancel);
        return units;
    }

    void Take(ref Utf8JsonReader reader, long line)
    {
        (string? unit, string? kind, DateTimeOffset? from, DateTimeOffset? to) = (null, null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("unit"u8) && reader.Read())
                unit = JsonFields.Text(ref reader, "unit", required: true);
            else if (reader.ValueTextEquals("kind"u8) && reader.Read())
                kind = JsonFields.Text(ref reader, "kind", required: true);
            else if (reader.ValueTextEquals("from"u8) && reader.Read()) from = JsonFields.TrueTime(ref reader, "from");
            else if (reader.ValueTextEquals("to"u8) && reader.Read()) to = JsonFields.TrueTime(ref reader, "to");
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        if (unit is null) throw new FieldException("unit", "is missing");
        if (kind is null) throw new FieldException("kind", "is missing");
        if (from is not { } begin) throw new FieldException("from", "is missing");
        var end = to ?? begin;
        if (end < begin) throw new FieldException("to", "is before from");
        if (!units.TryGetValue(unit, out var truth)) units.Add(unit, truth = new());
        Add(truth, kind, new(begin, end));
    }

    static void Add(UnitTruth truth, string kind, TruthSpan span)
    {
        if (Kinds.TryGetValue(kind, out var happened)) truth.Happened.Add((happened, span));
        else if (kind.StartsWith(Stratum, StringComparison.Ordinal)) truth.Strata.Add((kind[Stratum.Length..], span));
        else if (kind.StartsWith(Permit, StringComparison.Ordinal))
            truth.Permissions.AddRange(
                Allowed(kind[Permit.Length..]).Select(k => new Permission(k, span.From, span.To)));
        else if (!kind.StartsWith(Benign, StringComparison.Ordinal))
            throw new FieldException(
                "kind", $"'{kind}' is no kind of alert, and does not begin with {Benign}, {Stratum} or {Permit}");
    }

    static IReadOnlyList<AlertKind> Allowed(string what) => Wide.TryGetValue(what, out var kinds) ? kinds
        : Kinds.TryGetValue(what, out var kind) ? [kind]
        : throw new FieldException("kind", $"'{Permit}{what}' names no kind of alert, nor opening, stop or detach");
}
