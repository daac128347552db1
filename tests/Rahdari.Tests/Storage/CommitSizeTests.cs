using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

public sealed class CommitSizeTests
{
    readonly ManualTime time = new();
    readonly CommitSize size;

    public CommitSizeTests() => size = new(time);

    [Fact]
    public void Where_few_speak_nobody_is_waited_for()
    {
        Second(senders: 255, callers: 100);
        Assert.Equal(0, size.Wanted());
    }

    [Theory]
    [InlineData(256, 64)]
    [InlineData(2_000, 500)]
    [InlineData(50_000, 512)]
    public void A_quarter_of_those_who_speak_is_waited_for_up_to_a_bound(int senders, int wanted)
    {
        Second(senders, callers: 100);
        Assert.Equal(wanted, size.Wanted());
    }

    [Fact]
    public void Devices_that_report_now_and_then_do_not_make_each_other_wait()
    {
        Second(senders: 2_000, callers: 61);
        Assert.Equal(0, size.Wanted());
    }

    [Fact]
    public void Those_who_fell_silent_are_not_waited_for()
    {
        Second(senders: 2_000, callers: 500);
        Second(senders: 3, callers: 500);
        Assert.Equal(0, size.Wanted());
    }

    void Second(int senders, int callers)
    {
        for (var i = 0; i < senders; i++) size.Heard($"jt600:{i}");
        time.Advance(TimeSpan.FromSeconds(1));
        size.Took(callers);
    }
}
