using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>Where followed units are, after each commit of judging.</summary>
sealed class PositionFeed : CommittedFeed<UnitPosition>;
