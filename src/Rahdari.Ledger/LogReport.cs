namespace Rahdari.Ledger;

/// <summary>Something in a log that is not as it must be.</summary>
/// <param name="Code">Stable, kebab case: <c>entries-differ</c>, <c>tile-differs</c>, <c>file-missing</c>,
/// <c>unexpected-file</c>, ...</param>
/// <param name="File">The file's relative path.</param>
public sealed record LogFinding(string Code, string File, string Detail);

/// <summary>Whom the person who verifies believes, said by that person and never taken from the log.</summary>
public sealed record LogTrust(TrustPolicy? Policy = null, NoteKey? Key = null)
{
    public bool IsGiven => Policy is not null || Key is not null;
}

/// <summary>What a log was found to be.</summary>
public sealed record LogReport
{
    /// <summary>The head, null where the checkpoint cannot be read.</summary>
    public Checkpoint? Head { get; init; }

    public required IReadOnlyList<LogFinding> Findings { get; init; }

    /// <summary>Names of the trusted keys whose signatures on the head stand.</summary>
    public IReadOnlyList<string> VouchedBy { get; init; } = [];

    /// <summary>Names of the cosigners whose lines on the head stand, trusted or not.</summary>
    public IReadOnlyList<string> Cosigners { get; init; } = [];

    /// <summary>Whether the trust given is satisfied; null where none was given.</summary>
    public bool? TrustMet { get; init; }

    /// <summary>Entries beyond the head that are written but not signed yet.</summary>
    public long Ahead { get; init; }

    public bool IsConsistent => Findings.Count == 0;

    public bool IsGood => IsConsistent && TrustMet != false;
}
