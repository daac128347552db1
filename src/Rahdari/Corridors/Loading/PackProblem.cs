namespace Rahdari.Corridors.Loading;

/// <summary>One thing wrong with a pack.</summary>
/// <param name="File">Path as given to the loader; a folder where a whole file is missing.</param>
/// <param name="Line">From 1; 0 where no line can be named.</param>
public sealed record PackProblem(string File, long Line, string Message)
{
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}: {Message}";
}

/// <summary>Everything wrong with a pack, collected while reading goes on.</summary>
sealed class ProblemList
{
    // More than a person reads at once; a broken file rarely has more causes than lines.
    const int Limit = 500;

    readonly List<PackProblem> problems = [];

    public int Count => problems.Count;

    public IReadOnlyList<PackProblem> InOrder() =>
        [.. problems.OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line)];

    public void Add(string file, long line, string message)
    {
        if (problems.Count < Limit) problems.Add(new(file, line, message));
    }
}
