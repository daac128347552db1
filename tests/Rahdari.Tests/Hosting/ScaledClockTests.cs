using Rahdari.Hosting;

namespace Rahdari.Tests.Hosting;

public sealed class ScaledClockTests
{
    static readonly DateTimeOffset Start = new(2026, 9, 1, 3, 0, 0, TimeSpan.Zero);

    readonly ManualTimeProvider machine = new(Start);

    [Fact]
    public void Corridor_time_runs_at_the_speed()
    {
        var clock = new ScaledClock(machine, Start, 6000);
        machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Start + TimeSpan.FromSeconds(6000), clock.Now);
    }

    [Fact]
    public void Unfinished_work_holds_it_back_at_five_minutes()
    {
        var clock = new ScaledClock(machine, Start, 6000);
        using (clock.Busy(Start))
        {
            machine.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(Start + TimeSpan.FromMinutes(5), clock.Now);
        }
        machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Start + TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(6000), clock.Now);
    }

    [Fact]
    public void A_frontier_holds_it_back_while_it_names_a_time()
    {
        DateTimeOffset? oldest = Start;
        var clock = new ScaledClock(machine, Start, 60);
        clock.AddFrontier(() => oldest);
        machine.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Start + TimeSpan.FromMinutes(5), clock.Now);
        oldest = null;
        machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Start + TimeSpan.FromMinutes(6), clock.Now);
    }

    [Fact]
    public void It_never_goes_back_when_older_work_appears()
    {
        var clock = new ScaledClock(machine, Start, 6000);
        machine.Advance(TimeSpan.FromSeconds(10));
        var before = clock.Now;
        using var late = clock.Busy(Start);
        machine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(before, clock.Now);
    }
}
