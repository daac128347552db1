namespace Rahdari.Telemetry.Judging;

/// <summary>The alarm rules in the order they are asked. A new rule is one file and one line here.</summary>
static class Rules
{
    /// <summary>Over each record.</summary>
    public static readonly IReadOnlyList<IRule> OverRecords =
    [
        new ImplausibleJump(),
        new RopeCut(),
        new SealOpened(),
        new CoverOpened(),
        new UnlockedWithoutPermission(),
        new OffCorridor(),
        new UnplannedStop(),
    ];

    /// <summary>Over the time that passes: see <see cref="Judging.Silence"/>.</summary>
    public static readonly Silence Silence = new();
}
