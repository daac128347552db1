namespace Rahdari.Transparency;

/// <summary>Events of every administration, as they were recorded here.</summary>
sealed class RecordedFeed : CommittedFeed<Recorded>;
