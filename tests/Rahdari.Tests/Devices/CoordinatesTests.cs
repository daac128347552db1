using Rahdari.Devices;

namespace Rahdari.Tests.Devices;

public sealed class CoordinatesTests
{
    [Theory]
    [InlineData(900_000_001, 0)]
    [InlineData(-900_000_001, 0)]
    [InlineData(0, 1_800_000_001)]
    [InlineData(long.MinValue, 0)]
    [InlineData(0, long.MinValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void What_is_no_place_on_earth_is_none(long latitude, long longitude) =>
        Assert.Null(Coordinates.FromE7(latitude, longitude));

    [Theory]
    [InlineData(900_000_000, -1_800_000_000)]
    [InlineData(-900_000_000, 1_800_000_000)]
    public void Poles_and_the_date_line_are_places(long latitude, long longitude) =>
        Assert.Equal(new((int)latitude, (int)longitude), Coordinates.FromE7(latitude, longitude));
}
