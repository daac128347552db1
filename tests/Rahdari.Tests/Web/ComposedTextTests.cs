using System.Reflection;
using System.Text.RegularExpressions;
using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Measures;
using Rahdari.Movements;
using Rahdari.Movements.Views;
using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Relaying;
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

    /// <summary>Statuses of HTTP that this program or the server under it answers with.</summary>
    static readonly int[] Statuses =
        [400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 414, 415, 422, 429, 431, 500, 503];

    static bool Refuses(MethodBase m) => (m.DeclaringType == typeof(Refusal) && m.IsConstructor)
        || (m.DeclaringType == typeof(Decision) && m.Name == nameof(Decision.Refuse))
        || (m.DeclaringType == typeof(JsonInput) && m.Name == nameof(JsonInput.Wrong))
        || (m.DeclaringType == typeof(Observation) && m.Name == nameof(Observation.RefuseUnlessPartOf));

    static bool OpensIrregularity(MethodBase m) => m.IsConstructor
        && (m.DeclaringType == typeof(OutOfPlace) || m.DeclaringType == typeof(IrregularityOpened));

    /// <summary>
    /// Every constant in the form of a code that stands in a method which refuses or opens an irregularity, with the
    /// keys one of which has to have a text: a method may do both.
    /// </summary>
    static IEnumerable<(string Code, IReadOnlyList<string> Keys)> Codes() =>
        from method in Methods
        let families = new[]
        {
            method.Calls.Any(Refuses) ? "refusal" : null, method.Calls.Any(OpensIrregularity) ? "irregularity" : null,
        }.OfType<string>().ToList()
        where families.Count > 0
        from text in method.Strings.Distinct()
        where Code().IsMatch(text)
        // An irregularity also names the event that showed it.
        let keys = families.Where(f => f == "refusal" || EventTypes.All.All(t => t.Value.Name != text))
            // Why no proof can be given is said by the log's page with texts of its own.
            .SelectMany(f => f == "refusal" ? new[] { f, "log.refused" } : [f]).ToList()
        where keys.Count > 0
        select (text, (IReadOnlyList<string>)[.. keys.Select(f => $"{f}.{text}")]);

    public static TheoryData<string> Languages => [.. Catalogues.Languages.Select(l => l.Tag)];

    [Theory, MemberData(nameof(Languages))]
    public void Every_code_has_a_text(string tag)
    {
        var texts = Own.Find(tag)!;
        var missing = Composed().Except(texts.Texts.Keys)
            .Concat(Codes().Where(c => !c.Keys.Any(texts.Has)).Select(c => string.Join(" or ", c.Keys)));
        Assert.Equal("", string.Join('\n', missing.Distinct().Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void No_text_is_left_that_nothing_says()
    {
        var known = Composed().Concat(Said)
            .Concat(Said.SelectMany(s => new[] { $"refusal.{s}", $"irregularity.{s}", $"log.refused.{s}" }))
            .Concat(PageTable.Forms.SelectMany(f => f.Shape.Fields).Select(f => $"hint.{f.Key}"))
            .ToHashSet(StringComparer.Ordinal);
        Assert.Equal("", string.Join('\n', Own.Default.Texts.Keys.Except(known).Order(StringComparer.Ordinal)));
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
        .. EventTypes.All.Where(t => t.Value.Leaf && t.Key.Namespace == typeof(DeclarationAccepted).Namespace)
            .Select(t => $"event.{t.Value.Name}"),
        .. EventTypes.All.Where(t => t.Key.Namespace == typeof(DeviceReceived).Namespace
                || t.Key.Namespace == typeof(CommandSent).Namespace)
            .Select(t => $"event.{t.Value.Name}"), "event.device-taken", "event.device-freed",
        .. OfEnum<StockState>("stock.state"), .. OfEnum<UnitPhase>("phase"), .. OfEnum<SelectionLane>("lane"),
        .. OfEnum<EventStanding>("standing"),
        .. OfEnum<LockState>("lock"), .. OfEnum<Role>("role"), .. OfEnum<SealClass>("choice.class"),
        .. OfEnum<SealCondition>("choice.condition"), .. OfEnum<DeviceRole>("choice.role"),
        .. OfEnum<AlertFinding>("choice.finding"), .. OfEnum<AlertKind>("alert.kind"), .. OfEnum<AlertKind>("alert"),
        .. OfEnum<AlertKind>("alert")
            .Where(k => k is not ("alert.silence" or "alert.identity-conflict" or "alert.devices-swapped"
                or "alert.office-zone"))
            .Select(k => $"{k}.unplaced"),
        "coverage.reduced", "coverage.none", "alert.flood",
        "alert.battery.left", "alert.battery.left.unplaced", "alert.implausible-jump.from",
        "alert.implausible-jump.from.unplaced",
        "alert.office-zone.no-gate-out", "alert.office-zone.no-exit", "alert.seal-opened.at-office",
        "alert.unlocked.at-office",
        .. OfEnum<AlertSeverity>("alert.severity"), .. OfEnum<AlertStatus>("alert.state"),
        .. OfEnum<IdentityGrade>("identity"), .. OfEnum<RelayGap>("relay.gap"),
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
