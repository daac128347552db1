using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>What keeps parted devices from being told ends, and so does what was told before a refold.</summary>
public sealed class SuppressionEndsTests
{
    /// <summary>Together until 20; then the lock stays where it is and the tracker drives on.</summary>
    static IEnumerable<JournaledFix> Parting(int to, Func<double, double>? trackerEast = null)
    {
        for (var m = 0; m < to; m++)
        {
            yield return Fix(
                m, 10 + Math.Min(m, 20) * 0.8, m * 7 % 5 * 4, kmh: m < 20 ? 48 : 0, device: SealDevice);
            var at = m + 0.3;
            yield return Fix(at, 10 + at * 0.8, trackerEast?.Invoke(m) ?? 0, device: Tracker);
        }
    }

    [Fact]
    public void A_leap_that_is_over_hides_parted_devices_no_more()
    {
        double Leap(double m) => m is 28 or 29 ? 300_000 : 0;
        Assert.DoesNotContain(
            Judged(Parting(43, Leap)).Findings.Raised(), r => r.Kind == AlertKind.DevicesApart);
        var raised = Assert.Single(
            Judged(Parting(70, Leap)).Findings.Raised(), r => r.Kind == AlertKind.DevicesApart);
        // A quarter of an hour after the last place that was not believed.
        Assert.InRange(Minute(raised.From), 26, 46);
    }

    [Fact]
    public void Devices_that_go_on_parting_long_after_a_feigned_way_are_told()
    {
        var (watch, findings) = (new UnitWatch(Followed()), new List<Finding>());
        foreach (var fix in Parting(80))
        {
            watch.Take(JudgedRecord.Of(fix), Around, findings);
            // As if one of them had come away by a slide that nobody drove.
            if (watch.Head.Last!.AtMicros >= JudgedRecord.Of(Fix(30, 0)).AtMicros) continue;
            foreach (var device in watch.Head.Devices.Where(d => d.Parting.IsApart(RoadRules)))
                (device.Parting.IsFeigned, device.Parting.FeignedMicros, device.Parting.FeignedMetres) =
                    (true, watch.Head.Last.AtMicros, 500);
        }
        var raised = Assert.Single(findings.Raised(), r => r.Kind == AlertKind.DevicesApart);
        Assert.InRange(Minute(raised.From), 44, 47);
    }

    [Theory]
    [InlineData(45)]
    [InlineData(60)]
    public void A_parting_is_told_once_though_one_of_them_names_no_place_for_a_while(int seen)
    {
        var raised = Assert.Single(
            Judged(Parting(90).Select(f => IsBetween(f, 35, seen) ? f with
            {
                Message = f.Message with { Position = null, Valid = false },
            } : f)).Findings.Raised(),
            r => r.Kind == AlertKind.DevicesApart);
        Assert.InRange(Minute(raised.From), 20, 30);
    }

    [Fact]
    public void What_parts_again_after_it_was_together_is_told_again()
    {
        // The lock is fetched: from 50 on it is where the tracker waits, and then stays behind once more.
        var fetched = Enumerable.Range(50, 70).SelectMany(m => new[]
        {
            Fix(m, m < 90 ? 50 + (m - 50) * 0.8 : 82, m * 7 % 5 * 4, kmh: m < 90 ? 48 : 0, device: SealDevice),
            Fix(m + 0.3, 50 + (m + 0.3 - 50) * 0.8, device: Tracker),
        });
        Assert.Equal(2, Judged(Parting(50).Concat(fetched)).Findings.Raised()
            .Count(r => r.Kind == AlertKind.DevicesApart));
    }

    static bool IsBetween(JournaledFix fix, double from, double to) => fix.Device == Tracker
        && Minute(fix.Message.Time!.Value) is var minute && minute >= from && minute < to;

    [Fact]
    public void A_silence_is_of_the_place_where_the_device_was_last_heard()
    {
        var last = Fix(30, 60);
        var heard = Heard([Fix(0, 20), last, Fix(200, 160)]);
        var (_, findings) = Rules.Silence.Judge(
            heard, Followed() with { Devices = [Followed().Devices[0]] }, Start.AddMinutes(210),
            DateTimeOffset.MinValue, RoadRules);
        Assert.Equal(last.Message.Position, Assert.Single(findings.Raised()).Place);
    }

    [Fact]
    public void However_records_of_a_silence_come_its_place_is_that_before_it()
    {
        var fixes = new[] { Fix(0, 20), Fix(30, 60), Fix(200, 160), Fix(230, 170) };
        Assert.Equal(
            fixes[1].Message.Position,
            Heard([fixes[2], fixes[3], fixes[0], fixes[1]]).Of(SealDevice).PlaceAt(Start.AddMinutes(30)));
    }

    [Fact]
    public void Judged_anew_from_an_empty_head_nothing_is_refuted_and_nothing_told_again()
    {
        var cut = Shut with { RopePresent = false };
        List<JournaledFix> trip =
        [
            .. Enumerable.Range(0, 60).Select(m => Fix(m, 10 + m * 0.5, kmh: 30, seal: m is 20 or 21 ? cut : Shut)),
            .. Enumerable.Range(0, 110).Select(m => Fix(60 + m, 40, kmh: 0, seal: m > 100 ? cut : Shut)),
        ];
        var (before, said) = Judged(trip);
        Assert.Equal(3, said.Raised().Count());
        // What the board says of them, and a state of another format.
        var board = before.Told.Select(t => Rules.ToldOf(t.Id, t.Kind.Slug(), t.Device, t.From, t.Until)!).ToList();
        var (watch, findings, taken) = (
            new UnitWatch(Followed()), new List<Finding>(), trip.ConvertAll(JudgedRecord.Of));
        watch.BeginAnew(board, [], fold: true);
        for (var m = 170; m < 175; m++)
        {
            taken.Add(JudgedRecord.Of(Fix(m, 40, kmh: 0, seal: cut)));
            watch.Take(taken[^1], Around, findings);
        }
        Assert.Empty(findings);
        watch.FoldWaiting(taken, Around, findings, all: false);
        watch.FoldWaiting(taken, Around, findings);
        Assert.DoesNotContain(findings, f => f is Finding.Refute or Finding.Raise);
        Assert.Equal(before.Told.Select(t => t.Id).Order(), watch.Told.Select(t => t.Id).Order());
    }
}
