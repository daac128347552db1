namespace Rahdari.Ledger;

/// <summary>
/// Whom a verifier believes: the logs, the cosigners and how many of them a checkpoint needs (C2SP tlog-policy).
/// </summary>
public sealed class TrustPolicy
{
    readonly Dictionary<string, NoteKey> witnesses = [];
    readonly Dictionary<string, (int Threshold, string[] Members)> groups = [];
    readonly List<NoteKey> logs = [];
    readonly HashSet<string> members = [];
    string? quorum;

    TrustPolicy() { }

    /// <summary>Most logs, witnesses and groups each; C2SP asks for at least 32.</summary>
    public const int MaxOfAKind = 256;

    public IReadOnlyList<NoteKey> Logs => logs;

    public IReadOnlyDictionary<string, NoteKey> Witnesses => witnesses;

    /// <summary>False where the policy says <c>quorum none</c>.</summary>
    public bool NeedsCosignatures => quorum != None;

    const string None = "none";

    /// <exception cref="LedgerFormatException">Code <c>policy-malformed</c>, with the line at fault.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> bytes)
    {
        // The format's octets above 0x7f are opaque: Latin-1 keeps each as one character, and back.
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        if (text.Length > 0 && !text.EndsWith('\n')) throw Bad(0, "the last line does not end");
        var policy = new TrustPolicy();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.Any(c => c is (< ' ' and not '\t') or '\x7f')) throw Bad(number, "a control character");
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && words[0][0] != '#') policy.Add(words, number);
        }
        return policy.quorum is null ? throw Bad(number, "there is no quorum line") : policy;
    }

    /// <summary>Whether the witnesses that cosigned, by their names in this policy, are enough.</summary>
    public bool IsMetBy(IReadOnlySet<string> cosigned) => quorum == None || Holds(quorum!, cosigned);

    bool Holds(string name, IReadOnlySet<string> cosigned) => groups.TryGetValue(name, out var group)
        ? group.Members.Count(m => Holds(m, cosigned)) >= group.Threshold
        : cosigned.Contains(name);

    void Add(string[] words, int line)
    {
        switch (words)
        {
            case ["log", var vkey, ..] when words.Length <= 3:
                AddLog(vkey, line);
                return;
            case ["witness", var name, var vkey, ..] when words.Length <= 4:
                AddWitness(name, vkey, line);
                return;
            case ["group", var name, var threshold, .. { Length: > 0 } list]:
                AddGroup(name, threshold, list, line);
                return;
            case ["quorum", var name]:
                if (quorum is not null) throw Bad(line, "a second quorum line");
                if (name != None && !IsDefined(name)) throw Bad(line, $"'{name}' is not defined above");
                quorum = name;
                return;
            default:
                throw Bad(line, "it is no log, witness, group or quorum line");
        }
    }

    void AddLog(string vkey, int line)
    {
        var key = KeyOf(vkey, line);
        if (key.Algorithm == NoteAlgorithm.Cosignature) throw Bad(line, "a log does not sign with a cosigner's key");
        if (logs.Any(k => k.PublicKey.Span.SequenceEqual(key.PublicKey.Span)))
            throw Bad(line, "the log's key is listed twice");
        logs.Add(logs.Count < MaxOfAKind ? key : throw Bad(line, $"more than {MaxOfAKind} logs"));
    }

    void AddWitness(string name, string vkey, int line)
    {
        var key = KeyOf(vkey, line);
        Define(name, line);
        if (key.Algorithm != NoteAlgorithm.Cosignature) throw Bad(line, "the key is no cosigner's key (type 0x04)");
        if (witnesses.Values.Any(k => k.PublicKey.Span.SequenceEqual(key.PublicKey.Span)))
            throw Bad(line, "the witness's key is listed twice");
        if (witnesses.Count == MaxOfAKind) throw Bad(line, $"more than {MaxOfAKind} witnesses");
        witnesses.Add(name, key);
    }

    void AddGroup(string name, string threshold, string[] list, int line)
    {
        Define(name, line);
        long needed = threshold switch { "any" => 1, "all" => list.Length, _ => 0 };
        if (needed == 0 && !StrictText.TryDecimal(threshold, out needed)) throw Bad(line, "the threshold is no number");
        if (needed < 1 || needed > list.Length) throw Bad(line, $"a threshold of {needed} with {list.Length} members");
        foreach (var member in list)
        {
            if (!IsDefined(member)) throw Bad(line, $"'{member}' is not defined above");
            if (!members.Add(member)) throw Bad(line, $"'{member}' is a member already");
        }
        if (groups.Count == MaxOfAKind) throw Bad(line, $"more than {MaxOfAKind} groups");
        groups.Add(name, ((int)needed, list));
    }

    void Define(string name, int line)
    {
        if (name == None || IsDefined(name)) throw Bad(line, $"the name '{name}' is taken");
    }

    bool IsDefined(string name) => witnesses.ContainsKey(name) || groups.ContainsKey(name);

    static NoteKey KeyOf(string vkey, int line)
    {
        try
        {
            return NoteKey.Parse(StrictText.Utf8.GetString(System.Text.Encoding.Latin1.GetBytes(vkey)));
        }
        catch (Exception e) when (e is LedgerFormatException or System.Text.DecoderFallbackException)
        {
            throw new LedgerFormatException("policy-malformed", $"policy, line {line}: {e.Message}", e);
        }
    }

    static LedgerFormatException Bad(int line, string what) => new("policy-malformed", $"policy, line {line}: {what}");
}
