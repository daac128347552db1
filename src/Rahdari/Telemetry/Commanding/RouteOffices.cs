using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Parties;

namespace Rahdari.Telemetry.Commanding;

/// <summary>
/// Whose devices an office may tell what to do: those of movements that come by, and a control room all of its
/// administration. Whether a device is the own administration's is asked elsewhere.
/// </summary>
static class RouteOffices
{
    /// <summary>A control room, or an office of the movement's route.</summary>
    public static bool MayCommand(CorridorPack pack, DeclarationFacts declared, Actor actor) =>
        actor.Role == Role.ControlRoom || IsOf(pack, declared, actor.Office)
        || pack.FindOffice(actor.Office)?.Roles.Contains(OfficeRole.ControlRoom) == true;

    /// <summary>
    /// The offices of departure, exit and entry as declared, and those at a place the route leads through or lets units
    /// stop at. A route that the corridor has no more leaves the declared ones.
    /// </summary>
    static bool IsOf(CorridorPack pack, DeclarationFacts declared, OfficeId office)
    {
        if (office == declared.OfficeOfDeparture || office == declared.OfficeOfExit || office == declared.OfficeOfEntry)
            return true;
        return pack.FindOffice(office)?.NameKey is { } place && pack.FindRoute(declared.RouteId) is { } route
            && (route.Legs.Any(l => l.From == place || l.To == place) || route.Stops.Any(s => s.NameKey == place));
    }
}
