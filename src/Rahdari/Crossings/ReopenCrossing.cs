using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Crossings;

/// <summary>Asks for a notice of the own administration to be ended: the crossing is open again from now on.</summary>
sealed record ReopenCrossing(string NoticeId) : IOperation
{
    /// <summary>The notice alone does not name its crossing: an If-Match has nothing to match.</summary>
    public string Subject => CrossingState.Subject("");

    public static Decision Decide(CrossingState state, ReopenCrossing command, OfficeId office, DateTimeOffset now)
    {
        var closure = state.Find(command.NoticeId, office.Administration);
        if (closure is null)
            return state.Closures.Any(c => c.NoticeId == command.NoticeId)
                ? Decision.Refuse("closure-not-own")
                : Decision.Refuse("closure-unknown");
        if (closure.End is { } end && end <= now) return Decision.Refuse("closure-ended");
        // A notice that has not begun ends before it does: it never held.
        var from = closure.From > now ? closure.From : now;
        return Decision.Accept(new NewEvent(
            CrossingState.Subject(closure.Crossing),
            new CrossingReopened(command.NoticeId, closure.Crossing, office, from)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var crossings = await reader.QueryAsync<string>(
            "select crossing from closure where notice_id = @id", new { id = NoticeId }, cancel);
        return crossings.Count == 0
            ? Decision.Refuse("closure-unknown")
            : Decide(
                await reader.FoldAsync<CrossingState>(CrossingState.Subject(crossings[0]), cancel), this, actor.Office,
                reader.Now);
    }
}
