namespace Rahdari.Corridors;

/// <summary>Distances on WGS 84, good to about a part in a thousand at the ranges of a corridor.</summary>
static class Earth
{
    const double SemiMajorMetres = 6_378_137.0;
    const double EccentricitySquared = 0.00669437999014;
    const double MeanRadiusMetres = 6_371_008.8;
    const double RadiansPerDegree = Math.PI / 180;

    /// <summary>Metres of one degree of latitude and of longitude at a latitude (radii of curvature).</summary>
    public static (double Latitude, double Longitude) MetresPerDegree(double latitude)
    {
        var sine = Math.Sin(latitude * RadiansPerDegree);
        var w = Math.Sqrt(1 - EccentricitySquared * sine * sine);
        var meridian = SemiMajorMetres * (1 - EccentricitySquared) / (w * w * w);
        var parallel = SemiMajorMetres / w * Math.Cos(latitude * RadiansPerDegree);
        return (meridian * RadiansPerDegree, parallel * RadiansPerDegree);
    }

    /// <summary>Great-circle distance in metres on the sphere of mean radius.</summary>
    public static double MetresBetween(GeoCoordinate a, GeoCoordinate b)
    {
        var (latitudeA, latitudeB) = (a.Latitude * RadiansPerDegree, b.Latitude * RadiansPerDegree);
        var sineLatitude = Math.Sin((latitudeB - latitudeA) / 2);
        var sineLongitude = Math.Sin((b.Longitude - a.Longitude) * RadiansPerDegree / 2);
        var h = sineLatitude * sineLatitude
            + Math.Cos(latitudeA) * Math.Cos(latitudeB) * sineLongitude * sineLongitude;
        return 2 * MeanRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    /// <summary>Degrees clockwise from north, 0 up to 360, of the way from one point to a near one.</summary>
    public static double BearingDegrees(GeoCoordinate from, GeoCoordinate to)
    {
        var (north, east) = MetresPerDegree((from.Latitude + to.Latitude) / 2);
        var angle = Math.Atan2(
            (to.Longitude - from.Longitude) * east, (to.Latitude - from.Latitude) * north) / RadiansPerDegree;
        return angle < 0 ? angle + 360 : angle;
    }
}
