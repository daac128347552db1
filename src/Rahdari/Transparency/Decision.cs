namespace Rahdari.Transparency;

/// <summary>
/// Why a request was not granted: a stable code (kebab case, a key of the catalogues as <c>refusal.CODE</c>) and its
/// named arguments. <paramref name="Field"/> names the input at fault where there is one.
/// </summary>
public sealed record Refusal(string Code, string? Field = null)
{
    public IReadOnlyDictionary<string, string> Args { get; init; } = new Dictionary<string, string>();

    /// <summary>What else is wrong with the same request.</summary>
    public IReadOnlyList<Refusal> Also { get; init; } = [];

    /// <summary>Many things wrong with one request; the first one gives the code.</summary>
    public static Refusal Of(IReadOnlyList<Refusal> all) => all[0] with { Also = [.. all.Skip(1)] };

    public Refusal With(string name, object value) => this with
    {
        Args = new Dictionary<string, string>(Args)
        {
            [name] = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
        },
    };
}

/// <summary>One event to be recorded, and the subject whose stream it belongs to.</summary>
/// <param name="Id">A deterministic id where recording twice must be impossible; null lets the recorder draw
/// one.</param>
public sealed record NewEvent(string Subject, EventBody Body, string? Id = null);

/// <summary>What a pure decision answers: events to record, or a refusal.</summary>
public abstract record Decision
{
    Decision() { }

    public sealed record Accepted(IReadOnlyList<NewEvent> Events) : Decision;

    public sealed record Refused(Refusal Why) : Decision;

    public static Decision Accept(params IEnumerable<NewEvent> events) => new Accepted([.. events]);

    public static Decision Refuse(string code, string? field = null) => new Refused(new Refusal(code, field));

    public static Decision Refuse(Refusal why) => new Refused(why);
}
