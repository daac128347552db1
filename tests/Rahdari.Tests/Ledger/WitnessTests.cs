using System.Text;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class WitnessTests
{
    [VectorsFact]
    public void A_published_session_is_answered_as_published()
    {
        var row = Assert.Single(Vectors.Read("witness_sessions.jsonl"));
        var key = NoteKey.Parse((string)row["log"]!["vkey"]!);
        var session = new Session(key);
        var requests = row["requests"]!.AsArray();
        Assert.Equal(9, requests.Count);
        foreach (var request in requests)
        {
            var accepted = request!["acceptStatus"]?.AsArray().Select(s => (int)s!).ToArray()
                ?? [(int)request["wantStatus"]!];
            var body = request["bodyB64"] is { } bytes
                ? Convert.FromBase64String((string)bytes!)
                : Encoding.UTF8.GetBytes((string)request["body"]!);
            var (status, text) = session.Post(body);
            Assert.Contains(status, accepted);
            if (status == 409) Assert.Equal($"body == \"{text.TrimEnd()}\\n\"", (string)request["asserts"]!);
            if (status is 404) Assert.Contains("unknown log", text, StringComparison.Ordinal);
            if (status is 422) Assert.Contains("consistency proof", text, StringComparison.Ordinal);
        }
        Assert.Equal((long)(row["wantFinalSize"] ?? 5)!, session.Head.Size);
    }

    [Fact]
    public async Task A_growing_log_is_cosigned_step_by_step_and_never_backwards()
    {
        var session = new Session(SampleLog.Log.Key);
        foreach (var (old, size, status) in new[]
        {
            (0, 3, 200), (3, 3, 200), (3, 100, 200), (0, 100, 409), (3, 100, 409), (100, 40, 400), (40, 40, 409),
            (100, 300, 200), (300, 300, 200),
        })
            Assert.Equal(status, session.Post((await RequestAsync(old, size)).ToBytes()).Status);
        Assert.Equal(300, session.Head.Size);
    }

    [Fact]
    public async Task A_log_that_forks_is_not_cosigned()
    {
        var session = new Session(SampleLog.Log.Key);
        session.Post((await RequestAsync(0, 100)).ToBytes());
        var forked = SampleLog.Entries.Reverse().ToArray();
        // The same size with another root, and a longer tree that does not contain the first.
        Assert.Equal(409, session.Post((await RequestAsync(100, 100, forked)).ToBytes()).Status);
        Assert.Equal(422, session.Post((await RequestAsync(100, 200, forked)).ToBytes()).Status);
        Assert.Equal(422, session.Post((await RequestAsync(100, 200) with { Proof = [] }).ToBytes()).Status);
        Assert.Equal(100, session.Head.Size);
        var fresh = new Session(SampleLog.Log.Key);
        Assert.Equal(422, fresh.Post((await RequestAsync(0, 100) with { Proof = [default] }).ToBytes()).Status);
    }

    [Fact]
    public async Task A_request_cut_or_changed_at_any_byte_is_never_cosigned_as_another_head()
    {
        var body = (await RequestAsync(100, 300)).ToBytes();
        for (var at = 0; at < body.Length; at++)
        {
            var session = new Session(SampleLog.Log.Key);
            session.Post((await RequestAsync(0, 100)).ToBytes());
            Assert.NotEqual(200, session.Post(body[..at]).Status);
            byte[] changed = [.. body];
            changed[at] ^= (byte)(1 << (at % 7));
            var (status, _) = session.Post(changed);
            Assert.NotEqual(200, status);
            Assert.Equal(100, session.Head.Size);
        }
    }

    [Fact]
    public void Too_much_of_anything_is_refused()
    {
        var session = new Session(SampleLog.Log.Key);
        Assert.Equal(400, session.Post(new byte[WitnessRequest.MaxBytes + 1]).Status);
        var lines = string.Concat(Enumerable.Repeat(Hash.EmptyTree.ToBase64() + "\n", 64));
        Assert.Equal(400, session.Post(Encoding.UTF8.GetBytes($"old 1\n{lines}\norigin\n")).Status);
    }

    static async Task<WitnessRequest> RequestAsync(int old, int size, byte[][]? entries = null)
    {
        entries ??= SampleLog.Entries;
        var naive = new NaiveTree(entries);
        var head = new Checkpoint(SampleLog.Origin, size, naive.Root(size));
        var note = new SignedNote(head.ToString(), [await SampleLog.Log.SignAsync(head.ToString(), default)]);
        return new(old, old == 0 || old > size ? [] : naive.Consistency(old, size), note, head);
    }

    /// <summary>One witness that trusts one log, with empty state.</summary>
    sealed class Session(NoteKey log)
    {
        public WitnessedHead Head { get; private set; } = WitnessedHead.None;

        public (int Status, string Body) Post(byte[] body)
        {
            switch (Witness.Decide(body, origin => origin == log.Name ? [log] : [], _ => Head))
            {
                case WitnessDecision.Cosign cosign:
                    Head = cosign.Next;
                    return (200, cosign.Text);
                case WitnessDecision.Refuse refuse:
                    Assert.Equal(refuse.Status == 409
                        ? "text/x.tlog.size" : "text/plain; charset=utf-8", refuse.ContentType);
                    return (refuse.Status, refuse.Body);
                default:
                    throw new InvalidOperationException();
            }
        }
    }
}
