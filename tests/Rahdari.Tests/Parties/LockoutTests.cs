using Rahdari.Parties;

namespace Rahdari.Tests.Parties;

public sealed class LockoutTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(9, 480)]
    [InlineData(10, 900)]
    [InlineData(int.MaxValue, 900)]
    public void The_wait_doubles_from_the_fifth_failure_up_to_a_quarter_of_an_hour(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Lockout.After(failures));
}
