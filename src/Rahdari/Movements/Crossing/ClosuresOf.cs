using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Crossing;

/// <summary>A unit's time limit as it stands, closures of its crossing counted.</summary>
static class ClosuresOf
{
    /// <summary>Null where the pack has no crossing between the two offices declared.</summary>
    public static string? CrossingCode(DeclarationFacts? declaration, CorridorPack pack) =>
        declaration is null ? null : CrossingCode(declaration.OfficeOfExit, declaration.OfficeOfEntry, pack);

    /// <inheritdoc cref="CrossingCode(DeclarationFacts?, CorridorPack)"/>
    public static string? CrossingCode(OfficeId exit, OfficeId entry, CorridorPack pack) =>
        pack.Crossings.FirstOrDefault(c => c.ExitOffice == exit && c.EntryOffice == entry)?.Code;

    public static async Task<IReadOnlyList<Closure>> LoadAsync(
        IDeskReader reader, DeclarationFacts? declaration, CancellationToken cancel) =>
        CrossingCode(declaration, reader.Pack) is { } code
            ? (await reader.FoldAsync<CrossingState>(CrossingState.Subject(code), cancel)).Closures
            : [];

    /// <summary>Null where the unit has no limit: not gated out yet, or no rule said one.</summary>
    public static DateTimeOffset? TimeLimit(UnitState unit, IEnumerable<Closure> closures, DateTimeOffset now) =>
        unit is { GateOut: { TimeLimit: { } limit } gate }
            ? CustomsClock.Extend(gate.At, limit, unit.Exit?.At ?? now, closures)
            : null;
}
