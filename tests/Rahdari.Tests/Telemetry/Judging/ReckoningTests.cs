using Rahdari.Telemetry.Judging;

namespace Rahdari.Tests.Telemetry.Judging;

public sealed class ReckoningTests
{
    const int Seconds = 45;

    /// <summary>Metres a second to the north, as the device itself says; course and place as asked for.</summary>
    static JudgedRecord At(int i, double north, double east, int course = 0, int kmh = 50) => new()
    {
        Device = "jt600:1", AtMicros = i * Seconds * 1_000_000L, ReceivedMicros = 0, Valid = true,
        LatitudeE7 = (int)(30e7 + north / 110_850 * 1e7), LongitudeE7 = (int)(70e7 + east / 96_486 * 1e7),
        SpeedMetresPerHour = kmh * 1000, CourseDegrees = course,
    };

    /// <summary>An hour of driving; <paramref name="slide"/> says how far east of the road it says to be.</summary>
    static Reckoning Driven(Func<int, double> slide, Func<int, int> course, double? odd = null)
    {
        var reckoning = new Reckoning();
        for (var i = 0; i < 80; i++)
            reckoning.Take(At(i, i * Seconds * 50 / 3.6, slide(i), course(i)), i < 40 ? null : odd, Drive.RoadRules);
        return reckoning;
    }

    /// <summary>A compass that errs by some degrees to and fro.</summary>
    static int Noise(int i) => (i * 7 % 11) - 5;

    [Fact]
    public void What_was_driven_is_no_slide()
    {
        var reckoning = Driven(_ => 0, Noise);
        Assert.True(reckoning.IsLearned);
        Assert.False(reckoning.IsSliding);
    }

    [Fact]
    public void A_place_that_slides_away_from_the_course_is_found_and_its_end_too()
    {
        var reckoning = Driven(i => i < 40 ? 0 : (i - 40) * Seconds * 2.0, Noise, odd: 600);
        Assert.True(reckoning.IsSliding);
        var back = At(80, 80 * Seconds * 50 / 3.6, 0);
        Assert.True(reckoning.IsReturn(back, Drive.RoadRules));
        reckoning.Take(back, null, Drive.RoadRules);
        Assert.False(reckoning.IsSliding);
        Assert.True(reckoning.HasReturned);
    }

    [Fact]
    public void Two_devices_show_together_what_neither_shows_alone()
    {
        // Both are led aside by 0.8 m a second for thirteen minutes; the compass of each errs in a way of its own.
        static double Slide(int i) => Math.Max(0, i - 40) * Seconds * 0.8;
        static int Other(int i) => (i * 5 % 13) - 6;
        bool IsFound(bool two)
        {
            var (one, other) = (new Reckoning(), new Reckoning());
            for (var i = 0; i < 58; i++)
            {
                double? odd = i < 44 ? null : Slide(i);
                one.Take(At(i, i * Seconds * 50 / 3.6, Slide(i), Noise(i)), odd, Drive.RoadRules, two ? [other] : []);
                other.Take(At(i, i * Seconds * 50 / 3.6, Slide(i), Other(i)), odd, Drive.RoadRules, two ? [one] : []);
            }
            return one.IsSliding;
        }
        Assert.False(IsFound(two: false));
        Assert.True(IsFound(two: true));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Who_left_the_road_by_driving_knows_of_it(bool drives, bool led)
    {
        var reckoning = new Reckoning();
        for (var i = 0; i < 52; i++)
        {
            var step = Seconds * 50 / 3.6;
            var aside = Math.Max(0, i - 40) * step;
            reckoning.Take(drives
                ? At(i, i * step - aside * (1 - Math.Sqrt(0.5)), aside * Math.Sqrt(0.5), (i > 40 ? 45 : 0) + Noise(i))
                : At(i, i * step, aside * 0.15, Noise(i)), null, Drive.RoadRules);
        }
        Assert.Equal(led, reckoning.IsLedSince(40 * Seconds * 1_000_000L, 400, errors: 1.5));
        // Of what lies before its first point it knows nothing.
        Assert.False(reckoning.IsLedSince(-1, 0, errors: 0));
    }

    [Fact]
    public void One_leap_is_no_slide() => Assert.False(Driven(i => i < 60 ? 0 : 900, Noise, odd: 900).IsSliding);

    [Fact]
    public void A_device_that_tells_nonsense_of_its_course_proves_nothing() =>
        Assert.False(Driven(i => i < 40 ? 0 : (i - 40) * Seconds * 2.0, i => i * 97 % 360, odd: 600).IsSliding);

    [Fact]
    public void Without_a_course_nothing_is_learned()
    {
        var reckoning = new Reckoning();
        for (var i = 0; i < 80; i++)
            reckoning.Take(At(i, i * 600, 0) with { CourseDegrees = int.MinValue }, null, Drive.RoadRules);
        Assert.False(reckoning.IsLearned);
        Assert.Null(reckoning.UndrivenSince(0, errors: 1));
    }

    [Fact]
    public void A_copy_shares_nothing_that_changes()
    {
        var reckoning = Driven(_ => 0, Noise);
        var (copy, points) = (reckoning.Copy(), reckoning.Points.Count);
        copy.Take(At(81, 81 * 600, 0), null, Drive.RoadRules);
        copy.Points.Clear();
        Assert.Equal(points, reckoning.Points.Count);
    }
}
