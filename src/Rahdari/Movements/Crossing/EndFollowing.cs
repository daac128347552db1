using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Crossing;

/// <summary>
/// The node asks for the following of a unit to end: fixes of its device beyond the crossing have proved that it
/// crossed, and the corridor follows nobody farther.
/// </summary>
/// <param name="LastFix">The newest of the proving fixes.</param>
sealed record EndFollowing(UnitId Unit, DeviceId Device, DateTimeOffset LastFix, int Fixes) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    public static Decision Decide(MovementState movement, EndFollowing command, AdministrationId own)
    {
        if (Requests.RefuseUnlessDeclared(movement, command.Unit.Number) is { } refused) return refused;
        var unit = movement.Find(command.Unit.Number)!;
        if (unit.Discharge is not null) return Decision.Refuse("unit-discharged");
        if (unit.Exit is not { } exit || exit.At >= command.LastFix) return Decision.Refuse("not-exited");
        return unit.FollowingEndedBy(own) is not null
            ? Decision.Refuse("following-ended")
            : Decision.Accept(new NewEvent(command.Subject, new FollowingEnded(
                command.Unit.Mrn, command.Unit.Number, exit.Office, command.Device, command.LastFix, command.Fixes)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<MovementState>(Subject, cancel), this, reader.Own);
}
