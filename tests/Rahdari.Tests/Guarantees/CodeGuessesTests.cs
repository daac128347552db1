using Rahdari.Guarantees;
using Rahdari.Parties;
using Rahdari.Tests.Hosting;

namespace Rahdari.Tests.Guarantees;

public sealed class CodeGuessesTests
{
    static readonly OfficerId Guesser = new("o-1"), Other = new("o-2");

    readonly ManualTimeProvider machine = new(new(2026, 1, 5, 3, 0, 0, TimeSpan.Zero));

    [Fact]
    public void After_the_free_ones_each_wrong_code_makes_the_next_try_wait_longer_and_others_not()
    {
        var guesses = new CodeGuesses(machine);
        for (var i = 0; i < Lockout.FreeFailures; i++) guesses.Tried(Guesser, right: false);
        Assert.Null(guesses.WaitOf(Guesser));
        guesses.Tried(Guesser, right: false);
        var first = guesses.WaitOf(Guesser)!.Value;
        machine.Advance(first);
        Assert.Null(guesses.WaitOf(Guesser));
        guesses.Tried(Guesser, right: false);
        Assert.True(guesses.WaitOf(Guesser) > first);
        Assert.Null(guesses.WaitOf(Other));
    }

    [Fact]
    public void A_right_code_forgets_the_wrong_ones()
    {
        var guesses = new CodeGuesses(machine);
        for (var i = 0; i < Lockout.FreeFailures; i++) guesses.Tried(Guesser, right: false);
        guesses.Tried(Guesser, right: true);
        guesses.Tried(Guesser, right: false);
        Assert.Null(guesses.WaitOf(Guesser));
    }
}
