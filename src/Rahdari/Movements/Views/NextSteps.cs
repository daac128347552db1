using Rahdari.Corridors;
using Rahdari.Movements.Correcting;
using Rahdari.Parties;
using Rahdari.Telemetry.Commanding;
using Rahdari.Web;

namespace Rahdari.Movements.Views;

/// <summary>
/// What an officer is likely to do with a movement next at the own office, and what else may be reported there. Nothing
/// here decides: every form is judged by the stage it belongs to, and an observation out of place is recorded with its
/// irregularity, whatever was offered to whom.
/// </summary>
/// <param name="Own">The administration of the node; the reader's.</param>
sealed record NextSteps(
    MovementState Movement, Actor Reader, AdministrationId Own, CorridorPack Pack, DateTimeOffset Now)
{
    /// <summary>The likely steps of a unit, most likely first.</summary>
    public IReadOnlyList<PageForm> Likely(UnitState unit) => [.. Of(unit).Where(f => MayUse(f, unit))];

    /// <summary>Everything else the reader may report of the unit.</summary>
    public IReadOnlyList<PageForm> Others(UnitState unit)
    {
        var likely = Of(unit).ToList();
        return [.. MovementForms.OfUnits.Where(f => !likely.Contains(f) && MayUse(f, unit))];
    }

    /// <summary>Steps of the movement as a whole.</summary>
    public IReadOnlyList<PageForm> OfMovement()
    {
        if (Movement.Declaration is not { } declared) return [];
        var isOwn = declared.Administration == Own;
        var forms = new List<PageForm>();
        if (isOwn && Movement.Guarantee is null) forms.Add(MovementForms.Guarantee);
        if (Reader.Office == declared.OfficeOfDeparture && Movement.Units.Values.Any(u => u.Selection is null))
            forms.Add(MovementForms.Selection);
        if (Movement.Units.Values.All(u => u.Discharge is not null)) forms.Add(MovementForms.Erasure);
        return [.. forms.Where(f => AccessTable.Find("POST", f.Route)?.Allows(Reader.Role, isOwn) == true)];
    }

    /// <summary>What the reader may ask a device of the unit for.</summary>
    public IReadOnlyList<CommandKind> Commands(UnitState unit) =>
        AuthoriseCommand.Offered(Movement, unit.Number, Reader, Now, Pack);

    /// <summary>Own observations that still count and that a correction may cite, newest first.</summary>
    public IReadOnlyList<HistoryItem> Correctable(IEnumerable<HistoryItem> history)
    {
        var route = AccessTable.Find("POST", MovementForms.Correction.Route)!;
        if (!route.Allows(Reader.Role, Movement.Declaration is null || Movement.Declaration.Administration == Own))
            return [];
        return [.. history.Where(h => h.Administration == Own && CorrectObservation.MayBeCited(Movement, h.EventId))
            .Reverse()];
    }

    IEnumerable<PageForm> Of(UnitState unit)
    {
        if (Movement.Declaration is not { } declared) return [];
        var (departs, exits, enters) = (Reader.Office == declared.OfficeOfDeparture,
            Reader.Office == declared.OfficeOfExit, Reader.Office == declared.OfficeOfEntry);
        return unit.Phase switch
        {
            UnitPhase.Declared when departs && unit.Selection?.Lane
                is SelectionLane.Scan or SelectionLane.Examination => [MovementForms.Examination],
            UnitPhase.Released when departs => [MovementForms.Seal, MovementForms.Device, MovementForms.Weight],
            UnitPhase.Sealed when departs =>
                unit.LiveDevices.Select(d => d.Role).Distinct().Count() < Enum.GetValues<DeviceRole>().Length
                    ? [MovementForms.Device, MovementForms.Weight, MovementForms.GateOut]
                    : [MovementForms.GateOut, MovementForms.Weight],
            UnitPhase.UnderWay when exits => [MovementForms.Exit, MovementForms.Weight],
            UnitPhase.UnderWay or UnitPhase.Exited when enters => [MovementForms.Entry, MovementForms.Weight],
            UnitPhase.Exited when departs => [MovementForms.Discharge, MovementForms.Transcription],
            UnitPhase.Entered when departs => [MovementForms.Discharge],
            UnitPhase.TurnedBack when exits => [MovementForms.Exit],
            _ => [],
        };
    }

    bool MayUse(PageForm form, UnitState unit) => AccessTable.Find("POST", form.Route) is { } row
        && row.Allows(Reader.Role, Movement.Declaration is null || Movement.Declaration.Administration == Own)
        && IsOfOffice(form, unit);

    /// <summary>
    /// Whether the form is the reader's office's: what only the departure office decides is refused everywhere else,
    /// and a unit leaves a gate, exits or enters where there is such a place, be it another than was declared.
    /// </summary>
    bool IsOfOffice(PageForm form, UnitState unit)
    {
        if (form == CommandForms.Authorise) return Commands(unit).Count > 0;
        if (Movement.Declaration is not { } declared) return true;
        if (form == MovementForms.Discharge) return Reader.Office == declared.OfficeOfDeparture;
        if (form == MovementForms.GateOut)
            return Is(OfficeRole.Departure, declared.OfficeOfDeparture, declared.Sides.Departure);
        if (form == MovementForms.Exit) return Is(OfficeRole.Exit, declared.OfficeOfExit, declared.Sides.Exit);
        return form != MovementForms.Entry || Is(OfficeRole.Entry, declared.OfficeOfEntry, declared.Sides.Entry);
    }

    bool Is(OfficeRole role, OfficeId office, AdministrationId side) => side == Own
        && (Reader.Office == office || Pack.FindOffice(Reader.Office)?.Roles.Contains(role) == true);
}
