using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Crossings;

/// <summary>Asks for a notice that a crossing is shut for loaded units; the office's key signs it.</summary>
/// <param name="NoticeId">Drawn once for the request.</param>
/// <param name="From">Null from now on.</param>
sealed record CloseCrossing(
    string NoticeId, string Crossing, DateTimeOffset? From, DateTimeOffset? Until, string Reason) : IOperation
{
    /// <summary>A notice says what is, or what is about to be: neither long past nor far ahead.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(30);

    public string Subject => CrossingState.Subject(Crossing);

    public static Decision Decide(
        CrossingState state, CloseCrossing command, bool isKnownCrossing, OfficeId office, DateTimeOffset now)
    {
        if (!isKnownCrossing)
            return Decision.Refuse(new Refusal("crossing-unknown", "crossing").With("value", command.Crossing));
        var from = command.From ?? now;
        if (from < now - Reach || from > now + Reach)
            return Decision.Refuse(new Refusal("notice-out-of-reach", "from").With("days", Reach.Days));
        if (command.Until <= from) return Decision.Refuse("notice-ends-before-it-begins", "until");
        if (state.Closures.FirstOrDefault(c =>
            c.Administration == office.Administration && Overlaps(c, from, command.Until)) is { } standing)
            return Decision.Refuse(new Refusal("already-closed", "crossing").With("notice", standing.NoticeId));
        return Decision.Accept(new NewEvent(
            command.Subject,
            new CrossingClosed(command.NoticeId, command.Crossing, office, from, command.Until, command.Reason)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) => Decide(
        await reader.FoldAsync<CrossingState>(Subject, cancel), this, reader.Pack.FindCrossing(Crossing) is not null,
        actor.Office, reader.Now);

    static bool Overlaps(Closure closure, DateTimeOffset from, DateTimeOffset? until) =>
        (closure.End is not { } end || from < end) && (until is not { } u || closure.From < u);
}
