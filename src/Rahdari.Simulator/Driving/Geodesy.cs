namespace Rahdari.Simulator.Driving;

/// <summary>Distances and directions on a sphere of the earth's mean radius; metres and degrees.</summary>
static class Geodesy
{
    /// <summary>Mean radius R1 of the WGS 84 ellipsoid.</summary>
    const double EarthMetres = 6_371_008.8;

    const double Radian = Math.PI / 180;

    public static double Distance(SimulatedPlace a, SimulatedPlace b)
    {
        var sinLat = Math.Sin((b.Latitude - a.Latitude) * Radian / 2);
        var sinLon = Math.Sin((b.Longitude - a.Longitude) * Radian / 2);
        var h = sinLat * sinLat + Math.Cos(a.Latitude * Radian) * Math.Cos(b.Latitude * Radian) * sinLon * sinLon;
        return 2 * EarthMetres * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    /// <summary>From one place to another in metres east and north; for places under 200 km apart.</summary>
    public static (double East, double North) Between(SimulatedPlace from, SimulatedPlace to)
    {
        var cos = Math.Cos((from.Latitude + to.Latitude) / 2 * Radian);
        return ((to.Longitude - from.Longitude) * Radian * EarthMetres * cos,
            (to.Latitude - from.Latitude) * Radian * EarthMetres);
    }

    public static SimulatedPlace Move(SimulatedPlace from, double east, double north)
    {
        var latitude = from.Latitude + north / EarthMetres / Radian;
        var cos = Math.Cos((from.Latitude + latitude) / 2 * Radian);
        return new(latitude, from.Longitude + east / EarthMetres / Radian / cos);
    }

    /// <summary>Degrees clockwise from north, at least 0 and below 360; 0 where both are the same place.</summary>
    public static double Course(SimulatedPlace from, SimulatedPlace to)
    {
        var (east, north) = Between(from, to);
        var degrees = Math.Atan2(east, north) / Radian;
        return degrees < 0 ? degrees + 360 : degrees;
    }

    public static SimulatedPlace Lerp(SimulatedPlace a, SimulatedPlace b, double part) => new(
        a.Latitude + (b.Latitude - a.Latitude) * part, a.Longitude + (b.Longitude - a.Longitude) * part);
}
