using Rahdari.Devices;

namespace Rahdari.Tests.Devices;

public sealed class MessagePartsTests
{
    static readonly byte[] Header = [9];

    [Fact]
    public void Parts_are_joined_in_their_order_whatever_the_order_they_came_in()
    {
        var one = MessageParts.None.Add(1, 12, 3, 3, Header, [5]);
        var two = one.Parts.Add(1, 10, 3, 1, Header, [1, 2]);
        var three = two.Parts.Add(1, 11, 3, 2, Header, [3, 4]);

        Assert.Equal([1, 2], one.Missing);
        Assert.Equal([2], two.Missing);
        Assert.Equal([9, 1, 2, 3, 4, 5], three.Whole);
        Assert.True(three.Parts.IsEmpty);
        Assert.Equal(1, one.Parts.Count);
    }

    [Fact]
    public void A_part_that_comes_twice_changes_nothing()
    {
        var one = MessageParts.None.Add(1, 10, 2, 1, Header, [1]);

        Assert.Same(one.Parts, one.Parts.Add(1, 10, 2, 1, Header, [7]).Parts);
    }

    [Fact]
    public void Parts_of_two_messages_of_one_kind_are_never_mixed()
    {
        var old = MessageParts.None.Add(1, 11, 3, 2, Header, [2]).Parts.Add(1, 12, 3, 3, Header, [3]);
        var next = old.Parts.Add(1, 13, 3, 1, Header, [1]);

        Assert.Null(next.Whole);
        Assert.Equal(2, next.Parts.Count);
    }

    [Fact]
    public void Serials_that_stand_still_are_as_good_as_serials_that_count_up_even_over_their_end()
    {
        Assert.NotNull(MessageParts.None.Add(1, 7, 2, 1, Header, [1]).Parts.Add(1, 7, 2, 2, Header, [2]).Whole);
        Assert.NotNull(MessageParts.None.Add(1, 65_535, 2, 1, Header, [1]).Parts.Add(1, 0, 2, 2, Header, [2]).Whole);
    }

    [Fact]
    public void The_oldest_message_makes_room_and_that_is_said()
    {
        var parts = MessageParts.None;
        for (var i = 0; i < MessageParts.MaxMessages; i++)
        {
            var added = parts.Add(i, 100 * i, 2, 1, Header, [1]);
            Assert.False(added.GaveUp);
            parts = added.Parts;
        }

        var last = parts.Add(99, 5, 2, 1, Header, [1]);

        Assert.True(last.GaveUp);
        Assert.Equal(MessageParts.MaxMessages, last.Parts.Count);
        Assert.Null(last.Parts.Add(0, 1, 2, 2, Header, [2]).Whole);
    }

    [Fact]
    public void A_message_of_too_many_bytes_is_given_up()
    {
        var parts = MessageParts.None;
        var body = new byte[1023];
        var number = 0;
        while (true)
        {
            var added = parts.Add(1, number + 1, MessageParts.MaxParts, ++number, Header, body);
            parts = added.Parts;
            if (!added.GaveUp) continue;
            break;
        }

        Assert.Equal(MessageParts.MaxBytes / body.Length + 1, number);
        Assert.True(parts.IsEmpty);
    }

    [Fact]
    public void A_message_that_takes_too_many_frames_is_given_up()
    {
        var parts = MessageParts.None.Add(1, 1, 2, 1, Header, [1]).Parts;
        for (var frame = 0; frame < MessageParts.MaxAgeFrames; frame++)
        {
            parts = parts.Aged(out var early);
            Assert.Equal(0, early);
        }

        Assert.True(parts.Aged(out var givenUp).IsEmpty);
        Assert.Equal(1, givenUp);
    }
}
