using Rahdari.Movements;

namespace Rahdari.Tests.Movements;

public sealed class CheckDigitTests
{
    [Theory]
    [InlineData("24GB000246J8NY33L", 7)]
    [InlineData("24XI000081LAQJBTJ", 2)]
    [InlineData("24GBQ4OPL9LU18CNZ", 7)]
    [InlineData("51GBLFUWH7WOI085M", 4)]
    [InlineData("01YH1DI5N73MAQI1Y", 8)]
    [InlineData("23GB0002464M0YC3J", 0)]
    [InlineData("26PKKHI000000123M", 9)]
    [InlineData("05DE3300BE000106", 7)]
    [InlineData("24GB000001000029", 5)]
    [InlineData("23XI00000100000D", 0)]
    [InlineData("CSQU305438", 3)]
    [InlineData("MSKU123456", 5)]
    public void The_published_examples_come_out(string text, int digit) => Assert.Equal(digit, CheckDigit.Of(text));
}
