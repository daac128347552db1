namespace Rahdari.Ledger;

/// <summary>Reads a log's head and holds its signature lines against keys.</summary>
sealed class HeadCheck(LogTrust trust)
{
    const string CheckpointFile = "checkpoint", KeysFile = "keys";

    public List<LogFinding> Findings { get; } = [];

    public Checkpoint? Head { get; private set; }

    /// <summary>Verified keys, in the order of their lines.</summary>
    public IReadOnlyList<NoteKey> Verified { get; private set; } = [];

    public IReadOnlyList<string> VouchedBy => [.. Verified.Where(IsTrusted).Select(k => k.Name).Distinct()];

    public IReadOnlyList<string> Cosigners =>
        [.. Verified.Where(k => k.Algorithm == NoteAlgorithm.Cosignature).Select(k => k.Name)];

    /// <summary>Whether the trust that was given is satisfied; null where none was.</summary>
    public bool? TrustMet => trust.IsGiven ? IsKeyMet() && IsPolicyMet() : null;

    /// <summary>As a folder demands: every line known and verified, every key used, no line more.</summary>
    public void CheckFolder(byte[]? checkpoint, byte[]? keysFile)
    {
        var keys = keysFile is null ? Missing(KeysFile) : ReadKeys(keysFile);
        if (Read(checkpoint) is not var (note, head)) return;
        var opening = Open(note, [.. keys, .. TrustedKeys()]);
        foreach (var line in opening.Unknown)
        {
            // Either file may be the one that was changed.
            Add("signature-unknown", CheckpointFile,
                $"the line of {line.Name} is of no key in {KeysFile} or the policy");
            Add("key-missing", KeysFile, $"it lacks the key of {line.Name}, who has a line in {CheckpointFile}");
        }
        if (note.Signatures.GroupBy(s => (s.Name, s.KeyId)).Any(g => g.Count() > 1))
            Add("line-twice", CheckpointFile, "a key has two lines");
        if (head.Extension.Length > 0) Add("unknown-line", CheckpointFile, "it has more than three lines of text");
        CheckKeys(keys, note, head);
    }

    /// <summary>As C2SP demands of any log: lines of unknown keys are ignored, those of known ones stand.</summary>
    public void CheckAddress(byte[]? checkpoint)
    {
        if (Read(checkpoint) is var (note, _)) Open(note, TrustedKeys());
    }

    (SignedNote, Checkpoint)? Read(byte[]? bytes)
    {
        if (bytes is null)
        {
            Missing(CheckpointFile);
            return null;
        }
        try
        {
            var note = SignedNote.Parse(bytes);
            Head = Checkpoint.Parse(note.Text);
            return (note, Head);
        }
        catch (LedgerFormatException e)
        {
            Add(e.Code, CheckpointFile, e.Message);
            return null;
        }
    }

    NoteOpening Open(SignedNote note, IReadOnlyList<NoteKey> keys)
    {
        var opening = note.Open(keys);
        foreach (var line in opening.Failed)
            Add("signature-bad", CheckpointFile, $"the signature of {line.Name} does not stand for this text");
        Verified = [.. opening.Verified.Select(v => v.Key).Distinct()];
        return opening;
    }

    IReadOnlyList<NoteKey> ReadKeys(byte[] bytes)
    {
        try
        {
            var text = StrictText.Utf8.GetString(bytes);
            if (!text.EndsWith('\n')) throw new LedgerFormatException("keys-malformed", "the last line does not end");
            var keys = text.Split('\n')[..^1].Select(NoteKey.Parse).ToArray();
            if (keys.Length != keys.Distinct().Count()) Add("line-twice", KeysFile, "a key is listed twice");
            return keys;
        }
        catch (Exception e) when (e is LedgerFormatException or System.Text.DecoderFallbackException)
        {
            Add("keys-malformed", KeysFile, e.Message);
            return [];
        }
    }

    void CheckKeys(IReadOnlyList<NoteKey> keys, SignedNote note, Checkpoint head)
    {
        if (keys.Count == 0) return;
        if (keys[0].Name != head.Origin || keys[0].Algorithm == NoteAlgorithm.Cosignature)
            Add("keys-order", KeysFile, "the first key is not the log's own");
        foreach (var key in keys.Where(k => !note.Signatures.Any(s => s.IsBy(k))))
        {
            Add("key-unused", KeysFile, $"the checkpoint has no line of {key.Name}");
            Add("line-missing", CheckpointFile, $"{KeysFile} names {key.Name}, who has no line");
        }
    }

    bool IsTrusted(NoteKey key) => TrustedKeys().Contains(key);

    IReadOnlyList<NoteKey> TrustedKeys() =>
        [.. trust.Key is null ? Array.Empty<NoteKey>() : [trust.Key], .. trust.Policy?.Logs ?? [],
            .. trust.Policy?.Witnesses.Values ?? []];

    bool IsKeyMet() => trust.Key is not { } key || Verified.Contains(key);

    bool IsPolicyMet()
    {
        if (trust.Policy is not { } policy) return true;
        var cosigned = policy.Witnesses.Where(w => Verified.Contains(w.Value)).Select(w => w.Key).ToHashSet();
        return policy.Logs.Any(k => k.Name == Head?.Origin && Verified.Contains(k)) && policy.IsMetBy(cosigned);
    }

    IReadOnlyList<NoteKey> Missing(string file)
    {
        Add("file-missing", file, "every log has this file");
        return [];
    }

    void Add(string code, string file, string detail) => Findings.Add(new(code, file, detail));
}
