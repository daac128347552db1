using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Crossings;

/// <summary>One administration's signed word that a crossing is shut for loaded units from a time on.</summary>
/// <param name="NoticeId">The notice's own number.</param>
/// <param name="Until">When it is expected to end; null where nobody knows.</param>
[EventType("crossing-closed")]
public sealed record CrossingClosed(
    string NoticeId, string Crossing, OfficeId Office, DateTimeOffset From, DateTimeOffset? Until, string Reason)
    : EventBody;

[EventType("crossing-reopened")]
public sealed record CrossingReopened(string NoticeId, string Crossing, OfficeId Office, DateTimeOffset From)
    : EventBody;
