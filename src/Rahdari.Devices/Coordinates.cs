namespace Rahdari.Devices;

/// <summary>Coordinates as devices spell them, turned into 1e-7 degrees without floating point.</summary>
static class Coordinates
{
    const int Degree = 10_000_000;

    /// <param name="latitude">DDMM.MMMM as one number of eight digits.</param>
    /// <param name="longitude">DDDMM.MMMM as one number of nine digits.</param>
    /// <returns>Null where the numbers are no place on earth.</returns>
    public static GeoPosition? FromDegreesMinutes(long latitude, bool north, long longitude, bool east)
    {
        if (!TryE7(latitude, 90, out var lat) || !TryE7(longitude, 180, out var lon)) return null;
        return new(north ? lat : -lat, east ? lon : -lon);
    }

    /// <returns>Null where the numbers are no place on earth.</returns>
    public static GeoPosition? FromE7(long latitude, long longitude) =>
        latitude is >= -90L * Degree and <= 90L * Degree && longitude is >= -180L * Degree and <= 180L * Degree
            ? new((int)latitude, (int)longitude)
            : null;

    static bool TryE7(long degreesMinutes, int limit, out int e7)
    {
        var (degrees, minutes) = (degreesMinutes / 1_000_000, degreesMinutes % 1_000_000);
        // A ten-thousandth of a minute is 50/3 of 1e-7 degrees, rounded to the nearest.
        var exact = degrees * Degree + (minutes * 50 + 1) / 3;
        e7 = exact <= (long)limit * Degree ? (int)exact : 0;
        return minutes < 600_000 && exact <= (long)limit * Degree;
    }
}
