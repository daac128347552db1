using System.Collections.Immutable;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Crossings;

/// <summary>One closure notice and how it ended.</summary>
/// <param name="Until">When the notice said it would end.</param>
/// <param name="ReopenedAt">When the same administration said it was open again.</param>
sealed record Closure(
    string NoticeId, string Crossing, AdministrationId Administration, DateTimeOffset From, DateTimeOffset? Until,
    DateTimeOffset? ReopenedAt, string Reason)
{
    /// <summary>
    /// A notice ends by a reopening or when its own time is up, whichever is first; null while it lasts.
    /// </summary>
    public DateTimeOffset? End => ReopenedAt is null || Until is null ? ReopenedAt ?? Until
        : ReopenedAt < Until ? ReopenedAt
        : Until;

    public bool HoldsAt(DateTimeOffset time) => From <= time && (End is not { } end || time < end);
}

/// <summary>
/// A crossing as its two sides have it: the fold of <c>crossing:CODE</c>. Each side ends only its own notice.
/// </summary>
sealed record CrossingState : IFold<CrossingState>
{
    public static CrossingState Empty { get; } = new();

    public ImmutableList<Closure> Closures { get; private init; } = [];

    public static string Subject(string crossing) => $"crossing:{crossing}";

    public CrossingState Apply(Recorded recorded)
    {
        var side = recorded.Header.Stream.Administration;
        switch (recorded.Body)
        {
            case CrossingClosed e when Find(e.NoticeId, side) is null:
                return this with
                {
                    Closures = Closures.Add(new(e.NoticeId, e.Crossing, side, e.From, e.Until, null, e.Reason)),
                };
            case CrossingReopened e when Find(e.NoticeId, side) is { ReopenedAt: null } closure:
                return this with { Closures = Closures.Replace(closure, closure with { ReopenedAt = e.From }) };
            default:
                return this;
        }
    }

    public Closure? Find(string noticeId, AdministrationId side) =>
        Closures.FirstOrDefault(c => c.NoticeId == noticeId && c.Administration == side);
}
