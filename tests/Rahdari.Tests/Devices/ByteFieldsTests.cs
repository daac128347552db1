using Rahdari.Devices;

namespace Rahdari.Tests.Devices;

public sealed class ByteFieldsTests
{
    [Fact]
    public void Fields_come_one_after_another_and_none_beyond_the_end()
    {
        var fields = new ByteFields([9, 1, 2, 3, 4, 5], 1);

        Assert.True(fields.Number(2, out var number));
        Assert.Equal(0x0102UL, number);
        Assert.Equal([3, 4, 5], fields.Rest.ToArray());
        Assert.False(fields.Take(4, out var beyond));
        Assert.True(beyond.IsEmpty);
        Assert.False(fields.Number(8, out number));
        Assert.Equal(0UL, number);
        Assert.Equal(3, fields.Position);
        Assert.True(fields.Take(3, out var last));
        Assert.Equal([3, 4, 5], last.ToArray());
        Assert.True(fields.Rest.IsEmpty);
        Assert.True(fields.Take(0, out _));
    }
}
