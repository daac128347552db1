using System.Reflection;
using System.Text.RegularExpressions;
using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Measures;
using Rahdari.Movements;
using Rahdari.Movements.Views;
using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Transparency;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

/// <summary>
/// Texts whose keys are put together while the program runs: every code the compiled program can come to has a text in
/// every language, and no text is left that nothing can say.
/// </summary>
public sealed partial class ComposedTextTests
{
    static readonly Assembly Program = typeof(Catalogues).Assembly;
    static readonly IReadOnlyList<MethodStrings> Methods = ProgramStrings.Of(Program);
    static readonly HashSet<string> Said = [.. Methods.SelectMany(m => m.Strings)];
    static readonly Catalogues Own = Catalogues.Load();
    static readonly CorridorPack Pack =
        CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();

    /// <summary>Constants in the form of a code, beside refusals and irregularities, that are none.</summary>
    static readonly HashSet<string> NoCodes = [];

    /// <summary>Statuses of HTTP that this program or the server under it answers with.</summary>
    static readonly int[] Statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503];

    static IEnumerable<string> RefusalCodes => CodesBeside(m => m.DeclaringType == typeof(Refusal) && m.IsConstructor
        || m.DeclaringType == typeof(Decision) && m.Name == nameof(Decision.Refuse)
        || m.DeclaringType == typeof(JsonInput) && m.Name == nameof(JsonInput.Wrong)
        || m.DeclaringType == typeof(Observation) && m.Name == nameof(Observation.RefuseUnlessPartOf));

    static IEnumerable<string> IrregularityCodes => CodesBeside(m => m.IsConstructor
        && (m.DeclaringType == typeof(OutOfPlace) || m.DeclaringType == typeof(IrregularityOpened))).Append("late");

    static IEnumerable<string> CodesBeside(Func<MethodBase, bool> isTold) =>
        Methods.Where(m => m.Calls.Any(isTold)).SelectMany(m => m.Strings).Where(s => Code().IsMatch(s))
            .Where(s => !NoCodes.Contains(s)).Distinct();

    public static TheoryData<string> Languages => [.. Catalogues.Languages.Select(l => l.Tag)];

    [Theory, MemberData(nameof(Languages))]
    public void Every_code_has_a_text(string tag)
    {
        var texts = Own.Find(tag)!;
        var missing = Composed().Except(texts.Texts.Keys).Order(StringComparer.Ordinal).ToList();
        Assert.Empty(missing);
    }

    [Fact]
    public void No_text_is_left_that_nothing_says()
    {
        var known = Composed().Concat(Said)
            .Concat(PageTable.Forms.SelectMany(f => f.Shape.Fields).Select(f => $"hint.{f.Key}"))
            .ToHashSet(StringComparer.Ordinal);
        var left = Own.Default.Texts.Keys.Except(known).Order(StringComparer.Ordinal).ToList();
        Assert.Empty(left);
    }

    [Theory, MemberData(nameof(Languages))]
    public void Everything_the_corridor_names_has_a_text(string tag)
    {
        var texts = Catalogues.Load(Pack.Texts).Find(tag)!;
        var keys = Pack.Offices.Select(o => o.NameKey).Concat(Pack.Crossings.Select(c => c.NameKey))
            .Concat(Pack.Routes.SelectMany(r => r.Stops.Select(s => s.NameKey).Append(r.NameKey)
                .Concat(r.Legs.SelectMany(l => new[] { l.From, l.To }))))
            .Concat(Pack.Selectivity.Rows.SelectMany(v => v.Value.Profiles).Select(p => p.ReasonKey));
        var missing = keys.Except(texts.Texts.Keys).ToList();
        Assert.Empty(missing);
    }

    static IEnumerable<string> Composed() =>
    [
        .. RefusalCodes.Select(c => $"refusal.{c}"), .. IrregularityCodes.Select(c => $"irregularity.{c}"),
        .. EventTypes.All.Where(t => t.Value.Leaf && t.Key.Namespace == typeof(DeclarationAccepted).Namespace)
            .Select(t => $"event.{t.Value.Name}"),
        .. OfEnum<UnitPhase>("phase"), .. OfEnum<SelectionLane>("lane"), .. OfEnum<EventStanding>("standing"),
        .. OfEnum<LockState>("lock"), .. OfEnum<Role>("role"), .. OfEnum<SealClass>("choice.class"),
        .. OfEnum<SealCondition>("choice.condition"), .. OfEnum<DeviceRole>("choice.role"),
        .. OfEnum<AlertFinding>("choice.finding"), .. OfEnum<AlertKind>("alert.kind"), .. OfEnum<AlertKind>("alert"),
        .. OfEnum<AlertKind>("alert").Where(k => k != "alert.silence").Select(k => $"{k}.unplaced"),
        .. OfEnum<AlertSeverity>("alert.severity"), .. OfEnum<AlertStatus>("alert.state"),
        .. OfEnum<MeasureStatus>("measure.status"),
        .. new[] { "fee", "guarantee", "scanning", "tracking" }.Select(m => $"measure.{m}.title"),
        .. new[] { "e1", "e2", "e3", "e4" }.Select(g => $"grade.{g}"), .. Statuses.Select(s => $"problem.{s}"),
        .. PageTable.Forms.SelectMany(f => new[] { $"action.{f.Name}", $"done.{f.Name}" }),
        .. PageTable.Forms.SelectMany(f => f.Shape.Fields).SelectMany(f =>
            f.Choices.Select(c => $"choice.{f.Key}.{c}").Append($"field.{f.Key}")),
        .. PageTable.Rows.Select(r => r.TitleKey),
        .. GoldenStory.Events.SelectMany(e => EventFacts.Of(e.Body)).SelectMany(f =>
            f.Choice is { } choice && !choice.StartsWith("irregularity.", StringComparison.Ordinal)
                ? new[] { $"field.{f.Label}", choice }
                : [$"field.{f.Label}"]),
        .. new[] { "holder", "consignor", "consignee", "carrier" }.Select(p => $"field.{p}"),
        .. MovementDocuments.Kinds.Select(k => $"document.{k}"), .. WorkStep.Codes.Select(c => $"work.step.{c}"),
        .. AccessTable.Find("GET", "/")!.Roles.Keys.Where(r => r != Role.Insurer).Select(r => $"work.of.{Slug.Of(r)}"),
    ];

    static IEnumerable<string> OfEnum<T>(string family) where T : struct, Enum =>
        Enum.GetValues<T>().Select(v => $"{family}.{Slug.Of(v)}");

    /// <summary>Two words at least: one word alone is a field far more often.</summary>
    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)+$")]
    private static partial Regex Code();
}
