using Rahdari.Corridors;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Whether one device stands at one place, and since when: its positions stay within a radius of their common middle.
/// One that lies outside is taken for noise until a second one does too, or it lies far outside.
/// </summary>
sealed class Standing
{
    /// <summary>Positions that the middle is taken over; later ones do not move it.</summary>
    const int Middle = 20;

    /// <summary>Radii from which one position alone is enough to have left.</summary>
    const int FarOutside = 4;

    public double Latitude { get; set; }
    public double Longitude { get; set; }

    /// <summary>Positions at the place; 0 before the first.</summary>
    public int Count { get; set; }
    public long SinceMicros { get; set; }

    /// <summary>Last at the place.</summary>
    public long LastMicros { get; set; }

    /// <summary>Positions outside in a row.</summary>
    public int Outside { get; set; }

    public GeoCoordinate Place => new(Latitude, Longitude);

    public TimeSpan Length => TimeSpan.FromMicroseconds(LastMicros - SinceMicros);

    public Standing Copy() => (Standing)MemberwiseClone();

    public void Take(TrailPoint point, int? speed, JudgingRules rules)
    {
        if (Count == 0)
        {
            Begin(point);
            return;
        }
        var metres = Earth.MetresBetween(Place, point.Place);
        if (metres > rules.StopRadiusMetres || speed > rules.StopSpeedMetresPerHour)
        {
            Outside++;
            if (Outside >= 2 || metres > FarOutside * rules.StopRadiusMetres) Begin(point);
            return;
        }
        Outside = 0;
        LastMicros = point.AtMicros;
        if (++Count > Middle) return;
        Latitude += (point.Place.Latitude - Latitude) / Count;
        Longitude += (point.Place.Longitude - Longitude) / Count;
    }

    void Begin(TrailPoint point)
    {
        (Latitude, Longitude) = (point.Place.Latitude, point.Place.Longitude);
        (Count, Outside, SinceMicros, LastMicros) = (1, 0, point.AtMicros, point.AtMicros);
    }
}
