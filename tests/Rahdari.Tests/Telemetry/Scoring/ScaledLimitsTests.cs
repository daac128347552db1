using Rahdari.Corridors;
using Rahdari.Telemetry.Scoring;

namespace Rahdari.Tests.Telemetry.Scoring;

public sealed class ScaledLimitsTests
{
    static readonly string[] Limits =
    [
        "OffCorridorEnterMetresBeyond", "OffCorridorLeaveMetresBeyond", "OffCorridorSeconds", "StopSeconds",
        "NightStopSeconds", "SilenceSeconds", "JammingSeconds", "FrozenSeconds", "ApartMetres", "ApartSeconds",
        "WrongDirectionMetres", "ImplausibleMinimumMetres", "LearnedEnterMetresBeyond", "LearnedLeaveMetresBeyond",
        "LearnedReflectionMetres", "LearnedReflectionSeconds", "LearnedSlideSeconds", "LearnedSlowSlideSeconds",
        "DriftSlideMetres", "DriftReflectionMetres",
    ];

    [Fact]
    public void Limits_and_margins_of_every_cause_are_scaled_and_what_devices_do_is_not()
    {
        Assert.Empty(Limits.Except(ScaledLimits.Keys));
        Assert.DoesNotContain(ScaledLimits.Keys, k => k.Contains("Radius", default)
            || k.Contains("Seldom", default) || k.StartsWith("Escalate", default) || k.EndsWith("Fixes", default)
            || k.StartsWith("FutureTolerance", default) || k.StartsWith("Opening", default));
    }

    [Fact]
    public void A_factor_multiplies_them_and_the_limits_of_hot_spots_and_leaves_the_pack_as_it_was()
    {
        var pack = CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();
        var twice = ScaledLimits.Of(pack, 2);
        var (before, after) = (pack.Judging.Rows[0].Value, twice.Judging.Rows[0].Value);
        Assert.Equal(2 * before.LearnedEnterMetresBeyond, after.LearnedEnterMetresBeyond);
        Assert.Equal(2 * before.StopSeconds, after.StopSeconds);
        Assert.Equal(before.StopRadiusMetres, after.StopRadiusMetres);
        Assert.NotSame(before, after);
        var spots = pack.Routes.SelectMany(r => r.HotSpots).Select(h => 2 * h.LimitMinutes).ToList();
        Assert.NotEmpty(spots);
        Assert.Equal(spots, twice.Routes.SelectMany(r => r.HotSpots).Select(h => h.LimitMinutes));
        Assert.Equal(before, ScaledLimits.Of(pack, 1).Judging.Rows[0].Value);
    }
}
