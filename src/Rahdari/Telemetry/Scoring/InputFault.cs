namespace Rahdari.Telemetry.Scoring;

/// <summary>What is wrong with a line of an input file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Field">Null where the line as a whole is at fault.</param>
sealed record InputFault(string File, long Line, string? Field, string Message)
{
    public override string ToString() =>
        Field is null ? $"{File} line {Line}: {Message}" : $"{File} line {Line}: field \"{Field}\": {Message}";
}

/// <summary>Faults of the input, the first of them in full.</summary>
sealed class InputFaults
{
    /// <summary>Lines said in full; a file of another form has one fault a line.</summary>
    public const int Most = 20;

    readonly List<InputFault> first = [];

    public IReadOnlyList<InputFault> First => first;

    public long Count { get; private set; }

    public void Add(InputFault fault)
    {
        if (Count++ < Most) first.Add(fault);
    }
}
