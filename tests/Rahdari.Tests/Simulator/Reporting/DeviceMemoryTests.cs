using Rahdari.Devices;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Tests.Simulator.Reporting;

public sealed class DeviceMemoryTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    static PlannedReport Report(int index) => new(
        index, Start.AddMinutes(index), Start.AddMinutes(index),
        new() { Kind = MessageKind.Position, DeviceSerial = index });

    static List<int> Drain(DeviceMemory memory)
    {
        var sent = new List<int>();
        while (memory.Next() is { } report)
        {
            sent.Add(report.Index);
            memory.Acknowledged(report);
        }
        return sent;
    }

    [Fact]
    public void The_newest_goes_first_then_the_second_newest_then_the_rest_from_the_oldest_on()
    {
        var memory = new DeviceMemory();
        for (var i = 0; i < 6; i++) memory.Add(Report(i));
        Assert.Equal([5, 4, 0, 1, 2, 3], Drain(memory));
    }

    [Fact]
    public void A_record_made_while_the_backlog_is_sent_goes_before_the_rest_of_it()
    {
        var memory = new DeviceMemory();
        for (var i = 0; i < 5; i++) memory.Add(Report(i));
        foreach (var expected in (int[])[4, 3, 0])
        {
            Assert.Equal(expected, memory.Next()!.Index);
            memory.Acknowledged(memory.Next()!);
        }
        memory.Add(Report(5));
        Assert.Equal([5, 2, 1], Drain(memory));
    }

    [Fact]
    public void A_record_is_offered_again_until_it_is_acknowledged()
    {
        var memory = new DeviceMemory();
        memory.Add(Report(0));
        Assert.Equal(0, memory.Next()!.Index);
        Assert.Equal(0, memory.Next()!.Index);
        memory.Acknowledged(memory.Next()!);
        Assert.Null(memory.Next());
        Assert.Equal(0, memory.Count);
    }

    [Fact]
    public void A_full_memory_overwrites_the_oldest_and_counts_it()
    {
        var memory = new DeviceMemory();
        for (var i = 0; i < DeviceMemory.Capacity + 3; i++) memory.Add(Report(i));
        Assert.Equal(DeviceMemory.Capacity, memory.Count);
        Assert.Equal(3, memory.Overwritten);
        Assert.Equal(3, memory.Oldest(1)[0].Index);
    }
}
