using System.Net;
using Rahdari.Corridors;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Enriching;
using Rahdari.Tests.Telemetry.Judging;

namespace Rahdari.Tests.Telemetry.Enriching;

public sealed class VoicesTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly Line one = LineOf(1, "203.0.113.9"), two = LineOf(2, "203.0.113.9"), far = LineOf(3, "198.51.100.4");
    Voices voices = Voices.None;
    long order = 100;

    [Fact]
    public void A_device_that_connects_again_and_again_is_one_device()
    {
        for (var n = 1; n <= 50; n++)
        {
            var line = LineOf(n, $"203.0.113.{n}");
            for (var i = 0; i < 3; i++) Assert.False(Hear(line));
        }
    }

    [Fact]
    public void An_older_line_that_speaks_after_a_newer_one_shows_a_second_device()
    {
        Assert.False(Hear(one));
        Assert.False(Hear(two));
        Assert.True(Hear(one));
    }

    [Fact]
    public void It_does_so_whichever_of_many_lines_it_is()
    {
        Assert.False(Hear(one));
        for (var n = 10; n < 16; n++) Assert.False(Hear(LineOf(n, "203.0.113.9")));
        Assert.True(Hear(one));
    }

    [Fact]
    public void What_was_in_hand_on_the_old_line_before_the_new_one_spoke_shows_nothing()
    {
        Hear(one);
        var inHand = ++order;
        Hear(two);

        Assert.False(Hear(one, arrived: inHand));
        Assert.False(Hear(two));
        Assert.True(Hear(one));
    }

    [Fact]
    public void Two_open_lines_of_two_addresses_at_two_places_are_two_devices_without_waiting_for_the_older_one()
    {
        Hear(one, Stood(0, 0));
        Hear(one, Stood(1, 0.005));

        Assert.False(Hear(far, Stood(2, 3)));
        Assert.True(Hear(far, Stood(3, 3.005)));
    }

    [Fact]
    public void One_wild_fix_on_a_new_line_shows_nothing()
    {
        Hear(one, Stood(0, 0));
        Hear(one, Stood(1, 0.005));

        Assert.False(Hear(far, Stood(2, 3)));
        Assert.False(Hear(far, Stood(3, 0.01)));
        Assert.False(Hear(far, Stood(4, 0.015)));
    }

    [Theory]
    [InlineData("the older line is over")]
    [InlineData("both have one address")]
    [InlineData("a truck can have gone there")]
    [InlineData("the day has no rules")]
    public void Places_far_apart_show_nothing_where(string reason)
    {
        var newer = reason.StartsWith("both", StringComparison.Ordinal) ? two : far;
        JudgingRules? rules = reason.StartsWith("the day", StringComparison.Ordinal) ? null : Drive.RoadRules;
        var hours = reason.StartsWith("a truck", StringComparison.Ordinal) ? 10 : 0;
        Hear(one, Stood(0, 0), rules);
        Hear(one, Stood(1, 0.005), rules);
        if (reason.StartsWith("the older", StringComparison.Ordinal)) one.End();

        Assert.False(Hear(newer, Stood(2 + hours * 60, 3), rules));
        Assert.False(Hear(newer, Stood(3 + hours * 60, 3.005), rules));
    }

    bool Hear(Line line, Stand? stand = null, JudgingRules? rules = null, long? arrived = null)
    {
        var came = arrived ?? ++order;
        (voices, var conflict) = voices.Hear(new(line, came), ++order, stand, l => l.IsOpen, rules);
        return conflict;
    }

    bool Hear(Line line, Stand stand) => Hear(line, stand, Drive.RoadRules);

    /// <summary>Minutes after the start, degrees north of 30.</summary>
    static Stand Stood(double minute, double north) =>
        new(Start.AddMinutes(minute), new((int)((30 + north) * 1e7), 700_000_000));

    static Line LineOf(long number, string address) =>
        new(number, new IPEndPoint(IPAddress.Parse(address), 40_000 + (int)number), null);
}
