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

    [Fact]
    public void A_line_asks_about_the_older_one_of_any_two_that_are_open()
    {
        Assert.True(Enter(two).IsFree);
        Hear(two);
        Assert.True(voices.Knows(two));

        Assert.Equal([two], Enter(far).Ask);
        Assert.False(voices.Knows(far));
        // One made before both, which has said nothing so far: it asks about itself.
        Assert.Equal([one], Enter(one).Ask);
        Assert.Equal([two, one], Enter(far).Ask);

        one.End();
        two.End();
        Assert.True(Enter(far).IsFree);
    }

    [Fact]
    public void An_answer_serves_every_line_made_before_it()
    {
        Hear(one);
        Enter(two);
        one.IsAlive(++order);

        var entrance = Enter(two);
        Assert.True(entrance is { Conflict: true, IsFree: true });
        var later = LineOf(++order, "203.0.113.9");
        Assert.False(Enter(later).Conflict);
        Assert.Contains(one, Enter(later).Ask);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_lines_that_lived_at_once_did_so_also_where_one_has_ended_since(bool older)
    {
        Hear(one);
        Enter(two);
        one.IsAlive(++order);
        (older ? one : two).End();

        Assert.True(Enter(two).Conflict);
    }

    [Fact]
    public void An_answer_of_long_ago_about_a_line_that_has_ended_shows_nothing()
    {
        Hear(one);
        one.IsAlive(++order);
        one.End();

        Assert.True(Enter(two) is { Conflict: false, IsFree: true });
    }

    [Fact]
    public void A_line_that_is_over_is_late_only_where_a_newer_one_spoke_before_its_bytes_came()
    {
        var inHand = ++order;
        Hear(two);
        one.End();

        Assert.True(Enter(one, arrived: inHand).IsFree);
        Assert.True(Enter(one) is { Over: true, IsFree: false });
    }

    [Fact]
    public void A_newer_line_may_speak_while_an_older_one_asks()
    {
        Hear(two);
        Assert.Equal([one], Enter(one).Ask);
        Assert.False(Hear(two));
        Enter(far);
        Assert.True(Hear(two));
    }

    [Fact]
    public void The_beginning_is_the_receipt_of_the_first_frame_that_waits()
    {
        Hear(one);
        Enter(two);
        Assert.Equal(Start, voices.Earliest(Start.AddSeconds(3)));
        Assert.Equal(Start.AddSeconds(-1), voices.Earliest(Start.AddSeconds(-1)));
        one.End();
        Enter(two);
        Assert.Equal(Start.AddSeconds(3), voices.Earliest(Start.AddSeconds(3)));
    }

    [Fact]
    public void Of_too_many_lines_one_that_is_over_is_forgotten_before_one_that_is_open()
    {
        Hear(one);
        for (var n = 10; n < 30; n++)
        {
            var line = LineOf(n, "203.0.113.9");
            Hear(line);
            line.End();
        }
        Assert.Equal([one], Enter(far).Ask);
    }

    Entrance Enter(Line line, long? arrived = null)
    {
        (voices, var entrance) = voices.Enter(new(line, arrived ?? ++order), ++order, Start);
        return entrance;
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
