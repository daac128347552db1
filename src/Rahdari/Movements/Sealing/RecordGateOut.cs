using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// Reports that a unit left the departure office's gate. An observation: a unit that was never released is under way
/// all the same, and that is its irregularity.
/// </summary>
sealed record RecordGateOut(UnitId Unit, string Vehicle, string Driver) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    /// <param name="elsewhere">Another movement in which the same container is on the road; null where there is
    /// none.</param>
    public static Decision Decide(
        MovementState movement, RecordGateOut command, OfficeId office, DateTimeOffset now, CorridorPack pack,
        Mrn? elsewhere)
    {
        if (Observation.RefuseUnlessPartOf(
            movement, office.Administration, s => s.Departure, "not-departure-administration") is { } refused)
            return refused;
        var unit = movement.Find(command.Unit.Number);
        return Observation.Record(
            command.Unit,
            new UnitGatedOut(
                command.Unit.Mrn, command.Unit.Number, TimeLimit(movement, now, pack), command.Vehicle, command.Driver),
            [
                .. Observation.About(movement, command.Unit.Number),
                unit is { IsReleased: true } ? null : new("gate-out-without-release"),
                unit is { Seals.Count: > 0 } ? null : new("gate-out-without-seal"),
                HasBothDevices(unit) ? null : new("gate-out-without-devices"),
                unit is { Phase: UnitPhase.UnderWay or UnitPhase.Exited or UnitPhase.Entered } ? new("gate-out-again")
                    : null,
                movement.Declaration is { } declared && declared.OfficeOfDeparture != office
                    ? new("gate-out-elsewhere", declared.OfficeOfDeparture.ToString())
                    : null,
                elsewhere is { } other ? new("container-on-the-road", other.Value) : null,
            ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var movement = await reader.FoldAsync<MovementState>(Subject, cancel);
        var elsewhere = await FindElsewhereAsync(reader, movement.Find(Unit.Number)?.Container, cancel);
        return Decide(movement, this, actor.Office, reader.Now, reader.Pack, elsewhere);
    }

    async Task<Mrn?> FindElsewhereAsync(IDeskReader reader, ContainerNumber? container, CancellationToken cancel)
    {
        if (container is not { } number) return null;
        var found = await reader.QueryAsync<string>(
            """
            select mrn from unit_board where container = @container and mrn <> @own
                and state in ('under-way', 'exited') order by gated_out_micros desc limit 1
            """, new { container = number.Value, own = Unit.Mrn.Value }, cancel);
        return found is [var mrn] ? new Mrn(mrn) : null;
    }

    static bool HasBothDevices(UnitState? unit) => unit is not null
        && unit.LiveDevices.Any(d => d.Role == DeviceRole.Container)
        && unit.LiveDevices.Any(d => d.Role == DeviceRole.PrimeMover);

    /// <summary>
    /// Counted in whole days of the departure office's zone; null where the rules of the date say nothing.
    /// </summary>
    static DateTimeOffset? TimeLimit(MovementState movement, DateTimeOffset now, CorridorPack pack) =>
        movement.Declaration is { } declaration
        && pack.FindOffice(declaration.OfficeOfDeparture) is { } office
        && pack.Transit.At(now) is { } rules
            ? CustomsClock.LimitAfterDays(now, rules.Value.TimeLimitDays,
                TimeZoneInfo.FindSystemTimeZoneById(office.Zone))
            : null;
}
