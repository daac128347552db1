using Rahdari.Devices;
using Rahdari.Movements;

namespace Rahdari.Corridors.Learning;

/// <summary>One record of a track, as far as a road can be learned from it.</summary>
/// <param name="Seconds">By the device's clock, since 1970.</param>
/// <param name="Live">Heard as it was made.</param>
readonly record struct RecordedFix(long Seconds, GeoPosition Position, bool HasPlace, bool Moves, bool Live)
{
    public GeoCoordinate Place => new(Position.Latitude, Position.Longitude);
}

/// <summary>What one device of one unit recorded, in order of its own time, each record once.</summary>
sealed record RecordedTrack(DeviceRole Role, IReadOnlyList<RecordedFix> Fixes)
{
    /// <summary>The fixes with a place that the vehicle can have got to and away from.</summary>
    public IReadOnlyList<RecordedFix> Placed { get; } = Plausible([.. Fixes.Where(f => f.HasPlace)]);

    /// <summary>No truck goes this fast; short ways are left to the receiver's noise.</summary>
    const double FastestMetresPerSecond = 45, LeastMetres = 120;

    static IReadOnlyList<RecordedFix> Plausible(List<RecordedFix> fixes)
    {
        var kept = new List<RecordedFix>(fixes.Count);
        for (var i = 0; i < fixes.Count; i++)
        {
            var reached = i == 0 || CanGo(fixes[i - 1], fixes[i]);
            var left = i + 1 == fixes.Count || CanGo(fixes[i], fixes[i + 1]);
            if (reached || left) kept.Add(fixes[i]);
        }
        return kept;
    }

    static bool CanGo(RecordedFix a, RecordedFix b)
    {
        var metres = Earth.MetresBetween(a.Place, b.Place);
        return metres < LeastMetres || metres <= (b.Seconds - a.Seconds) * FastestMetresPerSecond;
    }
}

/// <summary>What was recorded of one unit.</summary>
sealed record RecordedUnit(string Unit, IReadOnlyList<RecordedTrack> Tracks)
{
    /// <summary>The track that shows most of the way.</summary>
    public RecordedTrack Best { get; } = Tracks.MaxBy(t => t.Placed.Count(f => f.Moves))!;
}
