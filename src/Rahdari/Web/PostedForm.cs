using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>
/// A form that is shown again, with what was typed and what was wrong with it: because the input could not be taken,
/// or because the session had ended before it was sent. One a request; empty where no form comes back.
/// </summary>
sealed class PostedForm
{
    static readonly Dictionary<string, string> Nothing = [];

    /// <summary>The path the form was posted to; a page with many forms knows by it which one comes back.</summary>
    public string? Action { get; private set; }

    public IReadOnlyDictionary<string, string> Values { get; private set; } = Nothing;

    public IReadOnlyList<Refusal> Errors { get; private set; } = [];

    /// <summary>Filled before the session ended: nothing was wrong with it and nothing was done with it yet.</summary>
    public bool WasKept { get; private set; }

    public void ShowErrors(string action, IReadOnlyDictionary<string, string> values,
        params IReadOnlyList<Refusal> errors)
    {
        (Action, Values, Errors) = (action, values, errors);
    }

    public void ShowKept(string action, IReadOnlyDictionary<string, string> values)
    {
        (Action, Values, WasKept) = (action, values, true);
    }

    public bool Is(string action) => Action == action;

    public string? ValueOf(string action, string field) => Is(action) ? Values.GetValueOrDefault(field) : null;

    public Refusal? ErrorOf(string action, string field) =>
        Is(action) ? Errors.FirstOrDefault(e => e.Field == field) : null;

    /// <summary>The id of a field's element: unique on a page with many forms.</summary>
    public static string IdOf(string action, string field) =>
        string.Concat($"{action}-{field}".Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
}
