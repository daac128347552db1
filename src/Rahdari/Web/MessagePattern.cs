using System.Globalization;
using System.Text;

namespace Rahdari.Web;

/// <summary>
/// One text of a catalogue, in the part of ICU MessageFormat the pages need: <c>{name}</c>,
/// <c>{n, plural, one {# unit} other {# units}}</c> (also <c>=0 {none}</c>) and
/// <c>{state, select, open {...} other {...}}</c>, nested. <c>#</c> is the number of the plural around it.
/// </summary>
sealed class MessagePattern
{
    /// <summary>Deeper nesting is no text any translator can read.</summary>
    const int MaxDepth = 4;

    const char FirstStrongIsolate = '\u2068', PopDirectionalIsolate = '\u2069';

    readonly IReadOnlyList<Part> parts;

    MessagePattern(IReadOnlyList<Part> parts) => this.parts = parts;

    /// <summary>The names of the arguments, for the test that languages agree.</summary>
    public IReadOnlySet<string> Arguments => new SortedSet<string>(parts.SelectMany(p =>
        p.Names), StringComparer.Ordinal);

    /// <exception cref="FormatException">The text is not well formed; the message says where.</exception>
    public static MessagePattern Parse(string text)
    {
        var at = 0;
        var parts = ParseParts(text, ref at, 0);
        return at == text.Length ? new(parts) : throw Wrong(text, at, "a brace that opens nothing");
    }

    /// <param name="isolate">Puts each argument between FSI and PDI, so that it keeps its own direction.</param>
    public string Format(IReadOnlyDictionary<string, object> args, bool isolate)
    {
        var output = new StringBuilder();
        foreach (var part in parts) part.Write(output, args, isolate, null);
        return output.ToString();
    }

    static List<Part> ParseParts(string text, ref int at, int depth)
    {
        if (depth > MaxDepth) throw Wrong(text, at, "nested too deep");
        var parts = new List<Part>();
        var literal = new StringBuilder();
        for (; at < text.Length && text[at] != '}'; at++)
        {
            if (text[at] == '#' && depth > 0) Flush(parts, literal).Add(new Count());
            else if (text[at] == '{') Flush(parts, literal).Add(ParseArgument(text, ref at, depth));
            else literal.Append(text[at]);
        }
        return Flush(parts, literal);
    }

    static List<Part> Flush(List<Part> parts, StringBuilder literal)
    {
        if (literal.Length > 0) parts.Add(new Literal(literal.ToString()));
        literal.Clear();
        return parts;
    }

    /// <summary>Reads from the opening brace to the closing one and leaves <paramref name="at"/> on it.</summary>
    static Part ParseArgument(string text, ref int at, int depth)
    {
        at++;
        var name = Word(text, ref at);
        if (Peek(text, at) == '}') return new Argument(name);
        Expect(text, ref at, ',');
        var kind = Word(text, ref at);
        if (kind is not ("plural" or "select")) throw Wrong(text, at, $"'{kind}' is neither plural nor select");
        Expect(text, ref at, ',');
        var cases = new Dictionary<string, IReadOnlyList<Part>>(StringComparer.Ordinal);
        while (Peek(text, at) != '}')
        {
            var label = Word(text, ref at);
            Expect(text, ref at, '{');
            cases[label] = ParseParts(text, ref at, depth + 1);
            Expect(text, ref at, '}');
            while (Peek(text, at) == ' ') at++;
        }
        return cases.ContainsKey("other")
            ? new Choice(name, kind == "plural", cases) : throw Wrong(text, at, "no other");
    }

    static string Word(string text, ref int at)
    {
        while (Peek(text, at) == ' ') at++;
        var start = at;
        while (Peek(text, at) is var c && (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '=')) at++;
        var word = text[start..at];
        while (Peek(text, at) == ' ') at++;
        return word.Length > 0 ? word : throw Wrong(text, at, "a name is missing");
    }

    static void Expect(string text, ref int at, char c)
    {
        if (Peek(text, at) != c) throw Wrong(text, at, $"'{c}' is missing");
        at++;
    }

    static char Peek(string text, int at) =>
        at < text.Length ? text[at] : throw Wrong(text, at, "the text ends within braces");

    static FormatException Wrong(string text, int at, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{what}, at character {at} of '{text}'"));

    abstract record Part
    {
        public virtual IEnumerable<string> Names => [];
        public abstract void Write(
            StringBuilder output, IReadOnlyDictionary<string, object> args, bool isolate, string? count);
    }

    sealed record Literal(string Text) : Part
    {
        public override void Write(
            StringBuilder output, IReadOnlyDictionary<string, object> args, bool isolate, string? count) =>
            output.Append(Text);
    }

    sealed record Count : Part
    {
        public override void Write(
            StringBuilder output, IReadOnlyDictionary<string, object> args, bool isolate, string? count) =>
            output.Append(count ?? "#");
    }

    sealed record Argument(string Name) : Part
    {
        public override IEnumerable<string> Names => [Name];

        public override void Write(
            StringBuilder output, IReadOnlyDictionary<string, object> args, bool isolate, string? count)
        {
            if (isolate) output.Append(FirstStrongIsolate);
            output.Append(Value(args, Name));
            if (isolate) output.Append(PopDirectionalIsolate);
        }
    }

    sealed record Choice(string Name, bool Plural, IReadOnlyDictionary<string, IReadOnlyList<Part>> Cases) : Part
    {
        public override IEnumerable<string> Names => Cases.Values.SelectMany(c => c).SelectMany(p =>
            p.Names).Prepend(Name);

        public override void Write(
            StringBuilder output, IReadOnlyDictionary<string, object> args, bool isolate, string? count)
        {
            var value = Value(args, Name);
            // English and Urdu have two plural categories (CLDR); a language with others brings its rule here.
            var label = !Plural ? value : Cases.ContainsKey($"={value}") ? $"={value}" : value == "1" ? "one" : "other";
            foreach (var part in Cases.GetValueOrDefault(label) ?? Cases["other"])
                part.Write(output, args, isolate, Plural ? value : count);
        }
    }

    /// <summary>Numbers and identifiers are written in Latin digits in every language.</summary>
    static string Value(IReadOnlyDictionary<string, object> args, string name) =>
        args.TryGetValue(name, out var value)
            ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" : $"{{{name}}}";
}
