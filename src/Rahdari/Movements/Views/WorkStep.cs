using Rahdari.Corridors;
using Rahdari.Parties;

namespace Rahdari.Movements.Views;

/// <summary>The one thing to be done next with a unit, or what is waited for. Nothing here decides.</summary>
/// <param name="Code">A key of the catalogues as <c>work.step.CODE</c>.</param>
/// <param name="Acts">The reader does it; otherwise somebody else has to.</param>
/// <param name="OfMovement">It is done once for all units of the declaration.</param>
/// <param name="Until">What is waited for ends then at the latest.</param>
sealed record WorkStep(string Code, bool Acts = false, bool OfMovement = false, DateTimeOffset? Until = null)
{
    /// <summary>Every code, for the catalogues.</summary>
    public static readonly IReadOnlyList<string> Codes =
    [
        "guarantee", "selection", "examination", "seal", "device", "gate-out", "exit", "entry", "discharge", "look",
        "wait-customs", "wait-arrival", "wait-answer", "wait-discharge", "wait-road", "wait-guarantee",
    ];

    /// <summary>What an officer of one of the movement's offices has to do.</summary>
    public static WorkStep OfOfficer(
        UnitState unit, Offices offices, OfficeId office, DischargeRules? rules, DateTimeOffset now) =>
        unit.Phase switch
    {
        UnitPhase.Declared when office == offices.Departure => Preparing(unit),
        UnitPhase.Released when office == offices.Departure => new("seal", true),
        UnitPhase.Sealed when office == offices.Departure =>
            unit.LiveDevices.Select(d => d.Role).Distinct().Count() < Enum.GetValues<DeviceRole>().Length
                ? new("device", true)
                : new("gate-out", true),
        UnitPhase.Entered when office == offices.Departure => new("discharge", true),
        UnitPhase.Exited when office == offices.Departure => AfterExit(unit, rules, now),
        UnitPhase.Exited when office == offices.Entry => new("entry", true),
        UnitPhase.UnderWay when office == offices.Exit || office == offices.Entry => new("wait-arrival"),
        UnitPhase.TurnedBack when office == offices.Exit => new("look", true),
        _ => new("look"),
    };

    /// <summary>What a declarant has to do, or whom they wait for.</summary>
    public static WorkStep OfDeclarant(UnitState unit) => unit.Phase switch
    {
        UnitPhase.Declared when unit.Cover is null => new("guarantee", true, OfMovement: true),
        UnitPhase.Declared or UnitPhase.Released or UnitPhase.Sealed => new("wait-customs"),
        UnitPhase.UnderWay => new("wait-road"),
        UnitPhase.Exited => new("wait-answer"),
        UnitPhase.Entered => new("wait-discharge"),
        UnitPhase.TurnedBack => new("look", true),
        _ => new("look"),
    };

    static WorkStep Preparing(UnitState unit) =>
        unit.Cover is null ? new("wait-guarantee", OfMovement: true)
        : unit.Selection is null ? new("selection", true, OfMovement: true)
        : new("examination", true);

    /// <summary>The rules say how long each grade waits for the other side's answer.</summary>
    static WorkStep AfterExit(UnitState unit, DischargeRules? rules, DateTimeOffset now)
    {
        if (rules is null || unit.Exit is not { } exit || !rules.WaitHours.TryGetValue(unit.Evidence, out var hours))
            return new("look");
        var due = exit.At.AddHours(hours);
        return due <= now ? new("discharge", true) : new("wait-answer", Until: due);
    }
}

/// <summary>The three offices a movement names.</summary>
sealed record Offices(OfficeId Departure, OfficeId Exit, OfficeId Entry);
