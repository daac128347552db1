using FsCheck;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Telemetry.Enriching;

namespace Rahdari.Tests.Telemetry.Enriching;

public sealed class DeviceMemoryTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_live_record_is_late_exactly_when_an_older_one_of_the_device_is_newer() => Prop.ForAll(
        Gen.ListOf(Gen.Choose(0, 50)).ToArbitrary(),
        seconds =>
        {
            var memory = new DeviceMemory();
            for (var i = 0; i < seconds.Count; i++)
                Assert.Equal(seconds.Take(i).Any(s => s > seconds[i]), memory.Take(At(seconds[i]), false).Late);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_stored_record_is_late_whatever_its_time_and_counts_as_journaled()
    {
        var memory = new DeviceMemory();

        Assert.True(memory.Take(At(10) with { Record = RecordClass.Stored }, false).Late);
        Assert.True(memory.Take(At(9), false).Late);
        Assert.False(memory.Take(At(10), false).Late);
    }

    [Fact]
    public void A_suspect_time_is_no_measure_for_others()
    {
        var memory = new DeviceMemory();
        memory.Take(At(1_000_000), timeSuspect: true);

        Assert.Null(memory.Newest);
        Assert.False(memory.Take(At(1), false).Late);
    }

    [Fact]
    public void A_record_without_time_is_neither_late_nor_a_fact_twice()
    {
        var memory = new DeviceMemory();
        memory.Take(At(5), false);
        var heartbeat = new DeviceMessage { Kind = MessageKind.Heartbeat };

        Assert.Equal((false, false), memory.Take(heartbeat, false));
        Assert.Equal((false, false), memory.Take(heartbeat, false));
    }

    [Fact]
    public void Time_place_seal_and_events_make_a_fact_and_nothing_else_does()
    {
        var first = At(1) with { Seal = new(true, true, true), Events = [DeviceEvent.Vibration] };

        Assert.True(Repeats(first, first with { Record = RecordClass.Stored, DeviceSerial = 77, BatteryPercent = 3 }));
        Assert.False(Repeats(first, first with { Time = first.Time!.Value.AddSeconds(1) }));
        Assert.False(Repeats(first, first with { Position = new(first.Position!.Value.LatitudeE7 + 1, 0) }));
        Assert.False(Repeats(first, first with { Seal = new(true, false, true) }));
        Assert.False(Repeats(first, first with { Seal = new(true, null, true) }));
        Assert.False(Repeats(first, first with { Events = [DeviceEvent.Vibration, DeviceEvent.RopeCut] }));
    }

    [Fact]
    public void The_oldest_facts_are_forgotten_first()
    {
        var facts = new Facts();
        for (ulong mark = 0; mark < Facts.Most + 1; mark++) Assert.True(facts.Add(mark));

        Assert.False(facts.Add(Facts.Most));
        Assert.False(facts.Add(1));
        Assert.True(facts.Add(0));
        Assert.True(facts.Add(1));
    }

    static bool Repeats(DeviceMessage first, DeviceMessage second)
    {
        var memory = new DeviceMemory();
        Assert.False(memory.Take(first, false).DuplicateFact);
        return memory.Take(second, false).DuplicateFact;
    }

    static DeviceMessage At(int second) => new()
    {
        Kind = MessageKind.Position, Time = Start.AddSeconds(second), Position = new(248_607_000, 0),
    };
}
