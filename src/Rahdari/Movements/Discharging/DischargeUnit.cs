using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Guarantees;
using Rahdari.Movements.Crossing;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Discharging;

/// <summary>
/// Asks for a unit to be discharged: the departure side's decision on how well its crossing is proven. The rules say
/// how long a grade has to wait for the other side's answer before it frees the guarantee.
/// </summary>
/// <param name="Fixes">Where a fix beyond the crossing may be found; null where nobody follows units.</param>
/// <param name="ByNode">The node asks, not an officer: it has to leave the office its time.</param>
sealed record DischargeUnit(UnitId Unit, IUnitFixes? Fixes = null, bool ByNode = false) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    /// <param name="account">The guarantee that covers the movement; null where none does.</param>
    /// <param name="beyond">
    /// A fix of the unit's device beyond the crossing, found now; null where there is none.
    /// </param>
    /// <param name="answer">Where the other side's entry stands in its log; null below grade E4.</param>
    /// <param name="closures">Of the unit's crossing; asked for where the node decides.</param>
    public static Decision Decide(
        MovementState movement, DischargeUnit command, OfficeId by, DateTimeOffset now, CorridorPack pack,
        GuaranteeAccount? account, UnitSeenBeyond? beyond, EntryReference? answer,
        IReadOnlyList<Closure>? closures = null)
    {
        if (Requests.RefuseUnlessDepartureOffice(movement, by) is { } notHere) return notHere;
        if (Requests.RefuseUnlessDeclared(movement, command.Unit.Number) is { } undeclared) return undeclared;
        var unit = movement.Find(command.Unit.Number)!;
        if (unit.Discharge is not null) return Decision.Refuse("unit-discharged");
        if (pack.Discharge.At(now) is not { } rules) return Decision.Refuse("rules-unknown");
        var seen = beyond is not null && unit.Exit is not null && !unit.SeenBeyond;
        var known = seen ? unit with { SeenBeyond = true, SeenBeyondAt = now } : unit;
        var grade = known.Evidence;
        if (RefuseGrade(unit, grade, rules.Value, now) is { } wait) return Decision.Refuse(wait);
        if (command.ByNode && !(NodeDueAt(known, rules.Value, now, closures ?? []) <= now))
            return Decision.Refuse(new Refusal("discharge-left-to-office").With("grade", grade));
        var held = account?.Locks.GetValueOrDefault(command.Unit) is { State: LockState.Locked } found ? found : null;
        var currency = pack.Guarantee.At(now)?.Value.Currency ?? unit.Cover?.Currency ?? "";
        return Decision.Accept(
        [
            .. seen ? [new NewEvent(command.Subject, beyond!)] : Array.Empty<NewEvent>(),
            .. MissingExit(unit, command.Unit),
            new NewEvent(command.Subject, new UnitDischarged(
                command.Unit.Mrn, command.Unit.Number, grade, grade != EvidenceGrade.E4, answer,
                held?.Amount ?? new Money(0, currency))),
            .. Credit(account, held),
            .. unit.LiveDevices.Where(d => d.Side == by.Administration)
                .SelectMany(d => FitDevice.Detaching(command.Unit, d.Device, d.Role)),
        ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var movement = await reader.FoldAsync<MovementState>(Subject, cancel);
        var account = movement.Guarantee is { } grn
            ? (await reader.FoldAsync<GuaranteeAccounts>(GuaranteeAccounts.Subject(grn), cancel)).Of(reader.Own)
            : null;
        var entry = movement.Find(Unit.Number)?.Entry;
        var answer = entry is null ? null : await ImportedEntries.FindAsync(reader, entry.Side, entry.EventId, cancel);
        var fix = Fixes is null ? null : (await Fixes.NewestAsync([Unit], cancel)).FirstOrDefault();
        return Decide(
            movement, this, actor.Office, reader.Now, reader.Pack, account,
            BeyondCrossing.Find(reader.Pack, movement, fix), answer,
            ByNode ? await ClosuresOf.LoadAsync(reader, movement.Declaration, cancel) : null);
    }

    /// <summary>
    /// From when on the node may discharge by itself: the rules' hours after the wait of the grade was over and the
    /// grade known, without the time the crossing was shut where the rules say so. Null: never, or not as things are.
    /// </summary>
    public static DateTimeOffset? NodeDueAt(
        UnitState unit, DischargeRules rules, DateTimeOffset now, IEnumerable<Closure> closures)
    {
        if (rules.NodeAfterHours is not { } after || unit.Discharge is not null
            || (unit.Exit ?? unit.Entry) is not { } crossed
            || !rules.WaitHours.TryGetValue(unit.Evidence, out var hours)) return null;
        var free = crossed.At.AddHours(hours);
        if (unit.EvidenceSince is { } since && since > free) free = since;
        var due = free.AddHours(after);
        return rules.NodeStopsAtClosure ? CustomsClock.Extend(free, due, now, closures) : due;
    }

    /// <summary>Null where the grade frees the guarantee now.</summary>
    static Refusal? RefuseGrade(UnitState unit, EvidenceGrade grade, DischargeRules rules, DateTimeOffset now)
    {
        if ((unit.Exit ?? unit.Entry) is not { } crossed || grade == EvidenceGrade.None) return new("not-exited");
        if (!rules.WaitHours.TryGetValue(grade, out var hours))
            return new Refusal("grade-frees-nothing").With("grade", grade);
        var wait = crossed.At.AddHours(hours) - now;
        return wait <= TimeSpan.Zero
            ? null
            : new Refusal("discharge-too-early").With("grade", grade)
                .With("waitMinutes", (long)Math.Ceiling(wait.TotalMinutes))
                .With("from", crossed.At.AddHours(hours).ToString("O"));
    }

    /// <summary>The other side saw a unit come that this side never saw go.</summary>
    static IEnumerable<NewEvent> MissingExit(UnitState unit, UnitId id) => unit.Exit is null
        ? [new NewEvent(id.Mrn.Value,
            new IrregularityOpened(id.Mrn, id.Number, "entry-without-exit", "unit-discharged", []))]
        : [];

    static IEnumerable<NewEvent> Credit(GuaranteeAccount? account, GuaranteeLock? held) => held is null
        ? []
        : [new NewEvent(GuaranteeAccounts.Subject(account!.Registered!.Grn), new LockCredited(
            account.Registered.Grn, held.Unit.Mrn, held.Unit.Number, held.Amount, "discharged"))];
}
