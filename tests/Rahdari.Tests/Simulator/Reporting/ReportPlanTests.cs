using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Officiating;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Tests.Simulator.Reporting;

public sealed class ReportPlanTests
{
    static readonly UnitPlan[] Units = SampleOptions.Units(SampleOptions.Of(6));

    static UnitPlan With(Incident incident) => Units.First(u => u.Incident == incident);

    [Fact]
    public void A_device_reports_every_two_minutes_on_the_road_and_every_ten_while_standing()
    {
        var unit = With(Incident.None);
        var reports = unit.Reports(DeviceRole.Container).ToArray();
        for (var i = 1; i < reports.Length; i++)
        {
            var (before, after) = (reports[i - 1].Time, reports[i].Time);
            var moves = unit.Journey.At(before).Moves;
            Assert.InRange(after - before, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(moves ? 2 : 10));
            if (moves) Assert.Equal(TimeSpan.FromMinutes(2), after - before);
        }
        Assert.InRange(reports.Length, 700, 2_500);
    }

    [Fact]
    public void What_is_recorded_in_a_gap_is_stored_and_goes_out_with_the_first_record_after_it()
    {
        var unit = With(Incident.RopeCutInGap);
        var gap = unit.Conditions.Gap!.Value;
        foreach (var role in Enum.GetValues<DeviceRole>())
        {
            var reports = unit.Reports(role).ToArray();
            var kept = reports.Where(r => gap.Holds(r.Time)).ToArray();
            var first = reports.First(r => r.Time >= gap.Until);
            Assert.True(kept.Length > 50);
            Assert.All(kept, r => Assert.Equal(first.Time, r.SendableFrom));
            Assert.All(kept, r => Assert.NotEqual(RecordClass.Live, r.Message.Record));
            Assert.All(
                reports.Except(kept),
                r => Assert.Equal((r.Time, RecordClass.Live), (r.SendableFrom, r.Message.Record)));
        }
    }

    [Fact]
    public void The_cut_is_one_alarm_record_and_the_rope_stays_away()
    {
        var unit = With(Incident.RopeCutInGap);
        var reports = unit.Reports(DeviceRole.Container).ToArray();
        var alarm = Assert.Single(reports, r => r.Message.Record == RecordClass.Alarm);
        Assert.Equal(unit.Conditions.RopeCut, alarm.Time);
        Assert.Equal([DeviceEvent.RopeCut], alarm.Message.Events);
        Assert.All(reports, r => Assert.Equal(r.Time < alarm.Time, r.Message.Seal.RopePresent));
        Assert.DoesNotContain(unit.Reports(DeviceRole.PrimeMover), r => r.Message.Events.Count > 0);
    }

    [Fact]
    public void A_silent_device_records_nothing_while_the_other_one_goes_on()
    {
        var unit = With(Incident.SilentDevice);
        var dead = unit.Conditions.Dead!.Value;
        Assert.DoesNotContain(unit.Reports(DeviceRole.Container), r => dead.Holds(r.Time));
        Assert.Contains(unit.Reports(DeviceRole.Container), r => r.Time >= dead.Until);
        Assert.Contains(unit.Reports(DeviceRole.PrimeMover), r => dead.Holds(r.Time));
    }

    [Fact]
    public void Every_run_makes_the_same_bytes()
    {
        var again = SampleOptions.Units(SampleOptions.Of(6));
        for (var i = 0; i < Units.Length; i++)
            Assert.Equal(Bytes(Units[i]), Bytes(again[i]));

        static IEnumerable<string> Bytes(UnitPlan unit) => unit.Reports(DeviceRole.Container)
            .Select(r => Convert.ToHexString(Jt600Encoder.Record(unit.Lock, r.Message)));
    }

    [Fact]
    public void A_report_is_where_the_truck_is_within_the_receivers_noise()
    {
        var unit = With(Incident.Deviation);
        foreach (var report in unit.Reports(DeviceRole.PrimeMover))
        {
            var position = report.Message.Position!.Value;
            var distance = Geodesy.Distance(
                new(position.Latitude, position.Longitude), unit.Journey.At(report.Time).Place);
            Assert.InRange(distance, 0, 10);
        }
    }
}
