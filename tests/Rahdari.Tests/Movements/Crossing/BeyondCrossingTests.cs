using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;

namespace Rahdari.Tests.Movements.Crossing;

public sealed class BeyondCrossingTests
{
    // The route comes from the east along the parallel; the crossing lies at 71.1 E, one degree of longitude is 92 km.
    static readonly CorridorPack Pack = TestPack.Make() with
    {
        Routes =
        [
            new("indus", "route.indus", [Scene.Karachi], "TORKHAM", Scene.Torkham,
                [new("a", "b", [new(34.1, 71.6), new(34.1, 71.11)], 200, 400)], []),
        ],
    };

    static MovementState Exited(out UnitId unit)
    {
        var scene = new Scene();
        unit = scene.Exited();
        return scene.Movement(unit.Mrn);
    }

    [Theory]
    [InlineData(71.3, false)]
    [InlineData(71.1, false)]
    [InlineData(71.09, false)]
    [InlineData(71.08, true)]
    [InlineData(70.5, true)]
    public void A_fix_is_beyond_only_when_it_is_past_everything_that_may_be_wrong(double longitude, bool beyond)
    {
        var movement = Exited(out _);
        Assert.Equal(beyond,
            BeyondCrossing.MetresBeyond(Pack, movement.Declaration!, new(34.1, longitude)) is not null);
    }

    [Fact]
    public void Only_a_fix_after_the_exit_shows_that_the_unit_crossed()
    {
        var movement = Exited(out var unit);
        var exit = movement.Find(1)!.Exit!.At;
        UnitFix Fix(DateTimeOffset at) => new(unit, Journey.Lock, at, new(34.1, 70.9));
        Assert.Null(BeyondCrossing.Find(Pack, movement, Fix(exit)));
        var seen = BeyondCrossing.Find(Pack, movement, Fix(exit.AddMinutes(20)))!;
        Assert.Equal(("TORKHAM", Journey.Lock), (seen.Crossing, seen.Device));
        Assert.InRange(seen.MetresBeyond, 18_000, 19_000);
        Assert.Null(BeyondCrossing.Find(Pack, movement, null));
    }
}
