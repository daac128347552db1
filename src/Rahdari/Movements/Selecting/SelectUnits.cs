using Rahdari.Corridors;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Selecting;

/// <summary>
/// Asks which units are scanned or examined. Profile, draw and reason are recorded: anyone can decide again.
/// </summary>
/// <param name="DrawsPerMillion">
/// <see cref="Movement.MaxUnits"/> numbers below a million, one for each unit a movement can have.
/// </param>
sealed record SelectUnits(Mrn Mrn, IReadOnlyList<int> DrawsPerMillion) : IOperation
{
    public const int Million = 1_000_000;

    public string Subject => Mrn.Value;

    public static Decision Decide(
        MovementState movement, SelectUnits command, OfficeId by, DateTimeOffset now, CorridorPack pack)
    {
        if (Requests.RefuseUnlessDepartureOffice(movement, by) is { } refused) return refused;
        if (movement.Guarantee is null) return Decision.Refuse("guarantee-missing");
        if (movement.Units.Values.Any(u => u.Selection is not null)) return Decision.Refuse("already-selected");
        if (pack.Selectivity.At(now) is not { } rules) return Decision.Refuse("rules-unknown");
        if (movement.Parties?.Goods is not { HasValue: true } goods) return Decision.Refuse("movement-erased");
        if (rules.Value.Profiles.FirstOrDefault(p => Fits(p, goods.Or([]))) is not { } profile)
            return Decision.Refuse("rules-unknown");
        var units = movement.Units.Values.Where(u => u.GrossMass.Value > 0)
            .Select((u, i) => Select(u.Number, profile, command.DrawsPerMillion[i]));
        return Decision.Accept(new NewEvent(command.Mrn.Value, new SelectionMade(command.Mrn, [.. units])));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) => Decide(
        await reader.FoldAsync<MovementState>(Mrn.Value, cancel), this, actor.Office, reader.Now, reader.Pack);

    /// <summary>The lowest draws are examined, those above them scanned, the rest go green.</summary>
    static UnitSelection Select(int unit, SelectivityProfile profile, int draw)
    {
        var lane = draw < profile.ExaminationPerMillion ? SelectionLane.Examination
            : draw < profile.ExaminationPerMillion + profile.ScanPerMillion ? SelectionLane.Scan
            : SelectionLane.Green;
        return new(unit, profile.Id, draw, lane, profile.ReasonKey);
    }

    static bool Fits(SelectivityProfile profile, IReadOnlyList<GoodsItem> goods) => profile.HsPrefixes.Count == 0
        || goods.Any(g => profile.HsPrefixes.Any(p => g.HsCode.StartsWith(p, StringComparison.Ordinal)));
}
