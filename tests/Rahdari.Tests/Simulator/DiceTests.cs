using Rahdari.Simulator;

namespace Rahdari.Tests.Simulator;

public sealed class DiceTests
{
    [Fact]
    public void The_generator_gives_the_published_first_numbers_of_SplitMix64()
    {
        // The sequence from state 1234567 that implementations of SplitMix64 are compared by.
        var dice = new Dice(1234567);
        Assert.Equal(6457827717110365317UL, dice.Next());
        Assert.Equal(3203168211198807973UL, dice.Next());
        Assert.Equal(9817491932198370423UL, dice.Next());
    }

    [Fact]
    public void Two_names_of_one_seed_are_two_streams_and_one_name_is_one()
    {
        Assert.Equal(Dice.For(7, "truck 1").Next(), Dice.For(7, "truck 1").Next());
        Assert.NotEqual(Dice.For(7, "truck 1").Next(), Dice.For(7, "truck 2").Next());
        Assert.NotEqual(Dice.For(7, "truck 1").Next(), Dice.For(8, "truck 1").Next());
    }

    [Fact]
    public void Draws_stay_within_their_bounds()
    {
        var dice = Dice.For(1, "bounds");
        for (var i = 0; i < 10_000; i++)
        {
            Assert.InRange(dice.Between(3, 5), 3, 5);
            Assert.InRange(dice.NextDouble(), 0, 1 - 1e-16);
        }
    }
}
