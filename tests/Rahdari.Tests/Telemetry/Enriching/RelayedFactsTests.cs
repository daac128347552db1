using Rahdari.Devices;
using Rahdari.Parties;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Tests.Telemetry.Enriching;

public sealed class RelayedFactsTests
{
    static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    static readonly DeviceMessage Message = new()
    {
        Kind = MessageKind.Position, Time = At, Position = new(340_000_000, 710_000_000),
    };

    [Fact]
    public void What_the_device_said_itself_is_no_news_from_a_vendor()
    {
        var memory = new DeviceMemory();

        Assert.False(memory.Take(Message, false).DuplicateFact);
        Assert.True(memory.Take(Message, false, relayed: true).DuplicateFact);
    }

    [Fact]
    public void The_device_is_heard_itself_though_a_vendor_was_quicker()
    {
        var memory = new DeviceMemory();

        Assert.False(memory.Take(Message, false, relayed: true).DuplicateFact);
        Assert.True(memory.Take(Message, false, relayed: true).DuplicateFact);
        Assert.False(memory.Take(Message, false).DuplicateFact);
        Assert.True(memory.Take(Message, false).DuplicateFact);
    }

    [Fact]
    public void A_memory_read_from_the_journal_tells_the_two_ways_apart()
    {
        var memory = new DeviceMemory();
        memory.Recall(new()
        {
            Device = new("jt600", "8000620011"), ReceivedAt = At, DecoderVersion = 1, Message = Message,
            Relay = new(new PartyId("v"), At, RelayDoubt.None, First: true),
        });

        Assert.True(memory.Take(Message, false, relayed: true).DuplicateFact);
        Assert.False(memory.Take(Message, false).DuplicateFact);
    }
}
