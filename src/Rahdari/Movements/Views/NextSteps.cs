using Rahdari.Movements.Correcting;
using Rahdari.Parties;
using Rahdari.Web;

namespace Rahdari.Movements.Views;

/// <summary>
/// What an officer is likely to do with a unit next, and what else may be reported. Nothing here decides: every form is
/// judged by the stage it belongs to, and an observation out of place is recorded with its irregularity.
/// </summary>
static class NextSteps
{
    /// <summary>The likely steps of a unit, most likely first, as far as the reader's role reaches them.</summary>
    public static IReadOnlyList<PageForm> Likely(UnitState unit, Actor reader, AdministrationId own) =>
        [.. Of(unit, own).Where(f => MayUse(f, reader, unit, own))];

    /// <summary>Everything else the reader may report of the unit.</summary>
    public static IReadOnlyList<PageForm> Others(UnitState unit, Actor reader, AdministrationId own)
    {
        var likely = Of(unit, own).ToList();
        return [.. MovementForms.OfUnits.Where(f => !likely.Contains(f) && MayUse(f, reader, unit, own))];
    }

    /// <summary>Steps of the movement as a whole.</summary>
    public static IReadOnlyList<PageForm> OfMovement(MovementState movement, Actor reader, AdministrationId own)
    {
        if (movement.Declaration is not { } declared) return [];
        var isOwn = declared.Administration == own;
        var forms = new List<PageForm>();
        if (isOwn && movement.Guarantee is null) forms.Add(MovementForms.Guarantee);
        if (isOwn && movement.Units.Values.Any(u => u.Selection is null)) forms.Add(MovementForms.Selection);
        if (movement.Units.Values.All(u => u.Discharge is not null)) forms.Add(MovementForms.Erasure);
        return [.. forms.Where(f => AccessTable.Find("POST", f.Route)?.Allows(reader.Role, isOwn) == true)];
    }

    /// <summary>Own observations that still count and that a correction may cite, newest first.</summary>
    public static IReadOnlyList<HistoryItem> Correctable(
        MovementState movement, IEnumerable<HistoryItem> history, Actor reader, AdministrationId own)
    {
        var route = AccessTable.Find("POST", MovementForms.Correction.Route)!;
        if (!route.Allows(reader.Role, movement.Declaration is null || movement.Declaration.Administration == own))
            return [];
        return [.. history.Where(h => h.Administration == own && CorrectObservation.MayBeCited(movement, h.EventId))
            .Reverse()];
    }

    static IEnumerable<PageForm> Of(UnitState unit, AdministrationId own)
    {
        if (unit.Sides is not { } sides) return [];
        return unit.Phase switch
        {
            UnitPhase.Declared when own == sides.Departure && unit.Selection?.Lane
                is SelectionLane.Scan or SelectionLane.Examination => [MovementForms.Examination],
            UnitPhase.Released when own == sides.Departure =>
                [MovementForms.Seal, MovementForms.Device, MovementForms.Weight],
            UnitPhase.Sealed when own == sides.Departure =>
                unit.LiveDevices.Select(d => d.Role).Distinct().Count() < Enum.GetValues<DeviceRole>().Length
                    ? [MovementForms.Device, MovementForms.Weight, MovementForms.GateOut]
                    : [MovementForms.GateOut, MovementForms.Weight],
            UnitPhase.UnderWay when own == sides.Exit => [MovementForms.Exit, MovementForms.Weight],
            UnitPhase.UnderWay or UnitPhase.Exited when own == sides.Entry =>
                [MovementForms.Entry, MovementForms.Weight],
            UnitPhase.Exited when own == sides.Departure => [MovementForms.Discharge, MovementForms.Transcription],
            UnitPhase.Entered when own == sides.Departure => [MovementForms.Discharge],
            UnitPhase.TurnedBack when own == sides.Exit => [MovementForms.Exit],
            _ => [],
        };
    }

    static bool MayUse(PageForm form, Actor reader, UnitState unit, AdministrationId own) =>
        AccessTable.Find("POST", form.Route) is { } row
        && row.Allows(reader.Role, unit.Sides is null || unit.Sides.Departure == own);
}
