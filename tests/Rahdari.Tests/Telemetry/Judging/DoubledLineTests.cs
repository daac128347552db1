using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>
/// The line is drawn into a town ten kilometres beside the road at kilometre 33 and out again, where trucks pass by.
/// </summary>
public sealed class DoubledLineTests
{
    static readonly Surroundings Doubled = new(Pack, new(Pack.Routes[0] with
    {
        Legs =
        [
            Pack.Routes[0].Legs[0] with
            {
                Line = [new(30, 70), new(30.3, 70), new(30.3, 70.1), new(30.304, 70.1), new(30.304, 70), new(33, 70)],
            },
        ],
    }));

    static bool IsTold(IEnumerable<JournaledFix> fixes) => Judged(fixes, around: Doubled).Findings.Raised()
        .Any(r => r.Kind == AlertKind.WrongDirection);

    [Fact]
    public void Where_the_line_doubles_back_nobody_has_turned()
    {
        // For half an hour it creeps up to and stands at the junction; its receiver errs by some metres to and fro.
        var fixes = Enumerable.Range(0, 100).Select(i => Fix(
            i, i < 40 ? i * 0.8 : i < 70 ? 33.5 + (i % 2 == 0 ? 0.04 : -0.04) : 33.5 + (i - 70) * 0.8,
            metresEast: 60, kmh: i is >= 40 and < 70 ? 0 : 48));
        Assert.False(IsTold(fixes));
    }

    [Fact]
    public void Who_drives_back_past_it_is_told_of()
    {
        var fixes = Enumerable.Range(0, 100).Select(i => Fix(i, i < 70 ? i * 0.8 : 56 - (i - 70) * 0.8));
        Assert.True(IsTold(fixes));
    }
}
