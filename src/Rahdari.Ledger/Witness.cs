using System.Globalization;

namespace Rahdari.Ledger;

/// <summary>The largest head of one log that a witness has cosigned.</summary>
public sealed record WitnessedHead(long Size, Hash Root)
{
    /// <summary>Of a log it never cosigned.</summary>
    public static readonly WitnessedHead None = new(0, Hash.EmptyTree);
}

/// <summary>What a witness decides about a checkpoint.</summary>
public abstract record WitnessDecision
{
    WitnessDecision() { }

    /// <summary>
    /// Store <paramref name="Next"/> in place of the head that was decided on, only if that is still there, durably;
    /// after that, and not before, cosign <paramref name="Text"/>.
    /// </summary>
    public sealed record Cosign(WitnessedHead Next, string Text) : WitnessDecision;

    /// <param name="Status">The HTTP status C2SP gives the case.</param>
    /// <param name="Code">Stable, kebab case.</param>
    /// <param name="Body">The answer's text; for a conflict the stored size and a newline.</param>
    public sealed record Refuse(int Status, string Code, string Body) : WitnessDecision
    {
        /// <summary>What a conflict's body is sent as.</summary>
        public string ContentType => Status == 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8";
    }
}

/// <summary>
/// A witness's rule (C2SP tlog-witness, add-checkpoint), without network, disk and clock: cosign a checkpoint only if a
/// trusted log key signed it and it grew out of the head cosigned before.
/// </summary>
public static class Witness
{
    /// <param name="body">The request.</param>
    /// <param name="keysOf">The trusted keys of the log with an origin; none for an unknown log.</param>
    /// <param name="headOf">The head cosigned last for an origin.</param>
    public static WitnessDecision Decide(
        byte[] body, Func<string, IReadOnlyCollection<NoteKey>> keysOf, Func<string, WitnessedHead> headOf)
    {
        WitnessRequest request;
        try
        {
            request = WitnessRequest.Parse(body);
        }
        catch (LedgerFormatException e)
        {
            return Refuse(400, e.Code, e.Message);
        }
        var keys = keysOf(request.Head.Origin);
        if (keys.Count == 0) return Refuse(404, "log-unknown", "unknown log");
        return request.Note.Open(keys).Accepted
            ? Decide(request, headOf(request.Head.Origin))
            : Refuse(403, "signature-bad", "invalid signature: no trusted key of the log signed this checkpoint");
    }

    static WitnessDecision Decide(WitnessRequest request, WitnessedHead stored)
    {
        var head = request.Head;
        if (request.OldSize > head.Size) return Refuse(400, "old-beyond-size",
            "the old size is beyond the checkpoint's");
        if (request.OldSize != stored.Size) return Conflict(stored);
        // A second root at one size is a fork; the proof of it is the two checkpoints.
        if (head.Size == stored.Size && head.Root != stored.Root) return Conflict(stored);
        var consistent = request.OldSize == 0
            ? request.Proof.Count == 0
            : MerkleProof.VerifyConsistency(stored.Size, head.Size, request.Proof, stored.Root, head.Root);
        return consistent
            ? new WitnessDecision.Cosign(new(head.Size, head.Root), request.Note.Text)
            : Refuse(422, "not-consistent", "the consistency proof does not lead from the old to the new root");
    }

    static WitnessDecision.Refuse Conflict(WitnessedHead stored) => new(
        409, "old-size-differs", stored.Size.ToString(CultureInfo.InvariantCulture) + "\n");

    static WitnessDecision.Refuse Refuse(int status, string code, string text) => new(status, code, text + "\n");
}
