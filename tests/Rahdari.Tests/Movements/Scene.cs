using System.Reflection;
using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Movements.Declaring;
using Rahdari.Movements.Guaranteeing;
using Rahdari.Movements.Selecting;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Tests.Movements;

/// <summary>
/// Decisions without a store: what each administration said, in memory, folded the way the desk folds it. Both sides
/// see everything at once.
/// </summary>
sealed class Scene
{
    public static readonly AdministrationId Pk = new("pk"), Af = new("af");
    public static readonly OfficeId Karachi = new(Pk, "KARACHI"), Torkham = new(Pk, "TORKHAM"),
        Chaman = new(Pk, "CHAMAN"), AfTorkham = new(Af, "TORKHAM"), AfBoldak = new(Af, "BOLDAK");
    public static readonly Grn Grn = GrnOf("26PKIN0000000001");
    public const string Code = "7Q4X";
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);

    readonly List<Recorded> all = [];
    readonly Dictionary<StreamName, long> versions = [];
    int events;
    long mrns;

    public DateTimeOffset Now { get; set; } = Start;
    public CorridorPack Pack { get; set; } = TestPack.Make();
    public IReadOnlyList<Recorded> All => all;

    public static Actor At(OfficeId office) => new(new OfficerId("o-1"), office, Role.Officer);

    public static Grn GrnOf(string first16) => Grn.Parse(first16 + CheckDigit.Of(first16));

    /// <summary>Runs one operation as the desk does; a later event is a minute later.</summary>
    public Decision Run(IOperation operation, OfficeId office)
    {
        Now = Now.AddMinutes(1);
        var decision = operation.DecideAsync(new Reader(this, office.Administration), At(office), default).Result;
        if (decision is Decision.Accepted accepted)
            foreach (var drawn in accepted.Events) Add(office, drawn.Subject, drawn.Body);
        return decision;
    }

    public IReadOnlyList<EventBody> Accept(IOperation operation, OfficeId office) =>
        [.. Assert.IsType<Decision.Accepted>(Run(operation, office)).Events.Select(e => e.Body)];

    public Refusal Refuse(IOperation operation, OfficeId office) =>
        Assert.IsType<Decision.Refused>(Run(operation, office)).Why;

    /// <summary>Codes of the irregularities an observation opened.</summary>
    public IReadOnlyList<string> Observe(IOperation operation, OfficeId office) =>
        [.. Accept(operation, office).OfType<IrregularityOpened>().Select(i => i.Code)];

    public string Add(OfficeId office, string subject, EventBody body, OfficerId? by = null)
    {
        var stream = new StreamName(office.Administration, subject);
        var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
        var id = $"e-{++events}";
        all.Add(new(new(id, stream, version, Now, office, by ?? new OfficerId("o-1"), Pack.Hash), body));
        return id;
    }

    public T Fold<T>(string subject) where T : IFold<T> =>
        History(subject).Aggregate(T.Empty, (state, recorded) => state.Apply(recorded));

    public IReadOnlyList<Recorded> History(string subject) =>
    [
        .. all.Where(r => r.Header.Stream.Subject == subject).OrderBy(r => r.Header.At)
            .ThenBy(r => r.Header.Stream.Administration.Value, StringComparer.Ordinal).ThenBy(r => r.Header.Version),
    ];

    public MovementState Movement(Mrn mrn) => Fold<MovementState>(mrn.Value);

    public UnitState Unit(UnitId unit) => Movement(unit.Mrn).Find(unit.Number)!;

    public GuaranteeAccount Account(Grn grn) => Fold<GuaranteeAccounts>(GuaranteeAccounts.Subject(grn)).Of(Pk)!;

    public Mrn NextMrn() => MrnIssue.Make(Pk, Now, TimeZoneInfo.Utc, ++mrns);

    public void Register(Grn? grn = null, long limit = 1_000_000_000, string type = "1", string? rating = "AA++") =>
        Accept(new RegisterGuarantee(
            grn ?? Grn, type, new Money(limit, "PKR"), Start.AddDays(400), "Invented Assurance", rating, Code,
            new byte[AccessCode.SaltBytes]), Karachi);

    public Mrn Declare(int units = 1) => Declare(Forms.Declaration(units));

    public Mrn Declare(DeclareMovement form)
    {
        var mrn = NextMrn();
        // A reference stands for one movement.
        form = form with { LocalReference = $"{form.LocalReference}-{mrns}" };
        Accept(new DeclareMovementOperation(form, mrn), Karachi);
        return mrn;
    }

    /// <summary>Declared, covered and selected green: ready for seals.</summary>
    public Mrn Release(int units = 1)
    {
        if (Fold<GuaranteeAccounts>(GuaranteeAccounts.Subject(Grn)).Of(Pk) is null) Register();
        var mrn = Declare(units);
        Accept(new ReserveGuarantee(mrn, Grn, Code), Karachi);
        Accept(new SelectUnits(mrn, Forms.Draws(999_999)), Karachi);
        return mrn;
    }

    sealed class Reader(Scene scene, AdministrationId own) : IDeskReader
    {
        public DateTimeOffset Now => scene.Now;
        public CorridorPack Pack => scene.Pack;
        public AdministrationId Own => own;

        public Task<T> FoldAsync<T>(string subject, CancellationToken cancel) where T : IFold<T> =>
            Task.FromResult(scene.Fold<T>(subject));

        /// <summary>The scene has no boards: every query finds nothing.</summary>
        public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<T>>([]);
    }
}

/// <summary>Forms as an agent would fill them in.</summary>
static class Forms
{
    static readonly string[] Containers = ["CSQU3054383", "MSKU1234565"];

    public static DeclareMovement Declaration(int units = 1) => new(
        "AGENT-0001", Scene.Karachi, Scene.Torkham, Scene.AfTorkham, "indus", "Holder", "Consignor", "Consignee",
        "Carrier",
        [.. Enumerable.Range(0, units).Select(i => i < Containers.Length
            ? new UnitToDeclare(UnitKind.Container, ContainerNumber.Parse(Containers[i]), new Grams(21_000_000),
                "TLA-001")
            : new UnitToDeclare(UnitKind.BulkTruck, null, new Grams(18_000_000), "TLA-009"))],
        [new GoodsItem("100630", "Rice", new Money(10_000_000, "PKR"), new Money(3_000_001, "PKR"))]);

    public static IReadOnlyList<int> Draws(int draw) =>
        [.. Enumerable.Repeat(draw, Rahdari.Movements.Movement.MaxUnits)];

    /// <summary>A body with every sealed value gone.</summary>
    public static EventBody Erase(EventBody body) => (EventBody)EraseObject(body);

    static object EraseObject(object record)
    {
        var copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        foreach (var property in record.GetType().GetProperties().Where(p => p.SetMethod is not null))
        {
            if (property.PropertyType is { IsGenericType: true } type
                && type.GetGenericTypeDefinition() == typeof(Sealed<>))
                property.SetValue(copy,
                    type.GetProperty("Erased", BindingFlags.Public | BindingFlags.Static)!.GetValue(null));
            else if (property.GetValue(record) is IReadOnlyList<DeclaredUnit> units)
                property.SetValue(copy,
                    (IReadOnlyList<DeclaredUnit>)[.. units.Select(u => (DeclaredUnit)EraseObject(u))]);
        }
        return copy;
    }
}

/// <summary>A small corridor with every rule in force.</summary>
static class TestPack
{
    static readonly DateTimeOffset From = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Dated<T> Always<T>(T value) => new([new(value, From, null, "test rules")]);

    public static CorridorPack Make() => new()
    {
        Id = "test",
        Hash = new string('a', 64),
        Offices =
        [
            Office(Scene.Karachi, "Asia/Karachi", OfficeRole.Departure),
            Office(Scene.Torkham, "Asia/Karachi", OfficeRole.Exit),
            Office(Scene.Chaman, "Asia/Karachi", OfficeRole.Exit),
            Office(Scene.AfTorkham, "Asia/Kabul", OfficeRole.Entry),
            Office(Scene.AfBoldak, "Asia/Kabul", OfficeRole.Entry),
        ],
        Crossings =
        [
            new("TORKHAM", "crossing.torkham", Scene.Torkham, Scene.AfTorkham, new(34.1, 71.1)),
            new("CHAMAN", "crossing.chaman", Scene.Chaman, Scene.AfBoldak, new(30.9, 66.4)),
        ],
        Routes =
        [
            new("indus", "route.indus", [Scene.Karachi], "TORKHAM", Scene.Torkham, [], []),
            new("n25", "route.n25", [Scene.Karachi], "CHAMAN", Scene.Chaman, [], []),
        ],
        Selectivity = Always(new SelectivityRules(
        [
            new("tobacco", ["24"], 500_000, 500_000, "reason.tobacco"),
            new("random", [], 200_000, 50_000, "reason.random"),
        ])),
        Guarantee = Always(new GuaranteeRules(["1", "2"], 1_000_000, ["AA++", "AA"], 365, "PKR")),
        Fee = Dated<FeeRules>.Never,
        Transit = Always(new TransitRules(14, 50_000)),
        Discharge = Always(new DischargeRules(new Dictionary<EvidenceGrade, int>
        {
            [EvidenceGrade.E4] = 0,
            [EvidenceGrade.E3] = 24,
            [EvidenceGrade.E2] = 48,
            [EvidenceGrade.E1] = 96,
        })),
        Judging = Dated<JudgingRules>.Never,
    };

    static Office Office(OfficeId id, string zone, OfficeRole role) =>
        new(id, $"office.{id.Code}", default, zone, [role], null, 500, Dated<OpeningHours>.Never);
}
