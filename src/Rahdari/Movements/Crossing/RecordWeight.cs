using System.Globalization;
using Rahdari.Corridors;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Crossing;

/// <summary>
/// Reports a unit's mass at a station. An observation; it is compared with the last weighing, or with the mass
/// declared where there is none.
/// </summary>
sealed record RecordWeight(UnitId Unit, Grams Mass) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    public static Decision Decide(
        MovementState movement, RecordWeight command, OfficeId office, DateTimeOffset now, CorridorPack pack)
    {
        var unit = movement.Find(command.Unit.Number);
        return Observation.Record(
            command.Unit,
            new UnitWeighed(command.Unit.Mrn, command.Unit.Number, office, command.Mass),
            [
                .. Observation.About(movement, command.Unit.Number),
                unit is null || pack.Transit.At(now) is not { } rules
                    ? null
                    : Compare(unit, command.Mass, rules.Value.WeightTolerancePerMillion),
            ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) => Decide(
        await reader.FoldAsync<MovementState>(Subject, cancel), this, actor.Office, reader.Now, reader.Pack);

    static OutOfPlace? Compare(UnitState unit, Grams mass, int tolerancePerMillion)
    {
        var before = unit.Weights.LastOrDefault(w => !unit.Corrected.Contains(w.EventId))?.Mass ?? unit.GrossMass;
        if (before.Value <= 0) return null;
        var difference = (long)Int128.Abs((Int128)mass.Value - before.Value);
        return (Int128)difference * 1_000_000 > (Int128)before.Value * tolerancePerMillion
            ? new("weight-differs", Text(before.Value), Text(mass.Value))
            : null;
    }

    static string Text(long grams) => grams.ToString(CultureInfo.InvariantCulture);
}
