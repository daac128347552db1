using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

public sealed class CoverageTests
{
    static readonly TimeSpan Allowed = TimeSpan.FromSeconds(RoadRules.SilenceSeconds);

    static UnitCoverage? At(double minute, FollowedUnit unit, params IEnumerable<JournaledFix> heard) =>
        UnitCoverage.Of(unit, Heard(heard), Start.AddMinutes(minute), Allowed);

    [Fact]
    public void While_both_devices_are_heard_it_is_full() => Assert.Equal(
        new(Unit, CoverageState.Full, "", null),
        At(90, Followed(), Fix(40, 20), Fix(50, 21, device: Tracker)));

    [Fact]
    public void With_one_of_two_silent_it_is_reduced_and_says_which_since_when()
    {
        var heard = new[] { Fix(10, 20), Fix(90, 60, device: Tracker) };
        Assert.Equal(CoverageState.Full, At(70, Followed(), heard)!.State);
        Assert.Equal(
            new(Unit, CoverageState.Reduced, SealDevice.ToString(), Start.AddMinutes(10)),
            At(71, Followed(), heard));
    }

    [Fact]
    public void With_both_silent_or_none_fitted_any_more_there_is_none()
    {
        var none = At(120, Followed(), Fix(10, 20), Fix(20, 60, device: Tracker))!;
        Assert.Equal(
            (CoverageState.None, $"{SealDevice} {Tracker}", Start.AddMinutes(10)),
            (none.State, none.Silent, none.Since));
        var off = Followed() with
        {
            Devices = [.. Followed().Devices.Select(d => d with { Until = Start.AddMinutes(30) })],
        };
        Assert.Equal(
            new(Unit, CoverageState.None, "", Start.AddMinutes(30)), At(40, off, Fix(10, 20)));
    }

    [Fact]
    public void A_device_never_heard_is_silent_from_the_gate_on() => Assert.Equal(
        new(Unit, CoverageState.Reduced, Tracker.ToString(), Start), At(61, Followed(), Fix(50, 20)));

    [Fact]
    public void A_device_taken_off_is_missed_no_more()
    {
        var unit = Followed();
        unit = unit with { Devices = [unit.Devices[0], unit.Devices[1] with { Until = Start.AddMinutes(30) }] };
        Assert.Equal(CoverageState.Full, At(100, unit, Fix(90, 20))!.State);
    }

    [Fact]
    public void Before_the_gate_after_the_exit_and_after_the_end_nobody_listens()
    {
        Assert.Null(At(100, Followed() with { GatedOutAt = null }));
        Assert.Null(At(100, Followed(exited: Start.AddMinutes(90))));
        Assert.Null(At(100, Followed(ended: Start.AddMinutes(90))));
    }

    [Fact]
    public void It_depends_on_what_was_received_and_not_on_the_order_it_came_to_judging_in()
    {
        var fixes = Enumerable.Range(0, 40).Select(i => Fix(i * 3, 10 + i, device: i % 3 == 0 ? Tracker : SealDevice))
            .ToArray();
        var expected = At(150, Followed(), fixes);
        var random = new Random(5);
        for (var round = 0; round < 20; round++)
        {
            random.Shuffle(fixes);
            Assert.Equal(expected, At(150, Followed(), fixes));
        }
    }
}
