using Rahdari.Telemetry.Connecting;

namespace Rahdari.Telemetry.Enriching;

/// <summary>Whether a line may speak for a device.</summary>
/// <param name="Ask">Lines of which it has to be known first whether they live; none where it may.</param>
/// <param name="Conflict">Two lines of the device live.</param>
/// <param name="Over">It is over, and these bytes came after the device spoke over a newer one: bytes of a connection
/// given up, late on their way, show nothing and are no record.</param>
readonly record struct Entrance(IReadOnlyList<Line> Ask, bool Conflict = false, bool Over = false)
{
    public static readonly Entrance Free = new([]);

    public bool IsFree => Ask.Count == 0 && !Over;
}
