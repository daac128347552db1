using Rahdari.Devices;
using Rahdari.Devices.Teltonika;
using Rahdari.Storage;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Journaling;
using Rahdari.Tests.Telemetry.Connecting;

namespace Rahdari.Tests.Telemetry.Journaling;

public sealed class FaultJournalTests
{
    const string Imei = "356307042441013";

    [Fact]
    public async Task Bytes_that_are_no_record_are_kept_with_their_verdict_and_are_no_record()
    {
        await using var node = await IntakeHost.StartAsync();
        var garbage = "hello, is anybody there?"u8.ToArray();
        using (var stranger = await node.ConnectAsync("jt600"))
        {
            await stranger.SendAsync(garbage);
            await stranger.ExpectEndAsync();
        }
        using (var tracker = await node.ConnectAsync("teltonika"))
        {
            await tracker.SendAsync([.. TeltonikaEncoder.Login(Imei), .. Damaged()]);
            await tracker.ReceiveAsync(1);
            await node.FaultAsync(DecodeCodes.ChecksumBad, "teltonika");
        }

        var faults = await UntilAsync(node, 2);
        Assert.Equal(
            [("jt600", IntakeFaultCodes.Garbage), ("teltonika", DecodeCodes.ChecksumBad)],
            faults.Select(f => (f.Protocol, f.Code)));
        Assert.Equal(garbage, faults[0].Raw);
        Assert.Equal(Damaged(), faults[1].Raw);
        Assert.All(faults, f => Assert.Equal((IntakeHost.Start, 0L), (f.ReceivedAt, f.LeftOut)));
        Assert.All(faults, f => Assert.StartsWith("127.0.0.1:", f.Remote, StringComparison.Ordinal));
        Assert.DoesNotContain(await node.LaneAsync("live"), f => f.Message.Kind == MessageKind.Position);
    }

    [Fact]
    public async Task The_same_garbage_twice_is_two_faults()
    {
        await using var node = await IntakeHost.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            using var stranger = await node.ConnectAsync("jt600");
            await stranger.SendAsync("hello, is anybody there?"u8.ToArray());
            await stranger.ExpectEndAsync();
        }
        Assert.Equal(2, (await UntilAsync(node, 2)).Count);
    }

    [Fact]
    public async Task Of_one_connection_a_few_are_kept_and_a_row_says_how_many_were_left_out()
    {
        const int Sent = FaultJournal.PerConnection + 24;
        var node = await IntakeHost.StartAsync();
        using (var tracker = await node.ConnectAsync("teltonika"))
        {
            await tracker.SendAsync(
                [.. TeltonikaEncoder.Login(Imei), .. Enumerable.Repeat(Damaged(), Sent).SelectMany(d => d)]);
            await tracker.ReceiveAsync(1);
            await UntilAsync(() => node.Faults.CountOf("teltonika", DecodeCodes.ChecksumBad) >= Sent);
            await UntilAsync(node, FaultJournal.PerConnection);
        }
        await node.StopAsync();

        await using var again = await IntakeHost.StartAsync(folder: node.Folder);
        var faults = await UntilAsync(again, FaultJournal.PerConnection);
        Assert.Equal(FaultJournal.PerConnection, faults.Count(f => f.Code == DecodeCodes.ChecksumBad));
        Assert.Equal(Sent, faults.Count(f => f.Code == DecodeCodes.ChecksumBad) + faults.Sum(f => f.LeftOut));
    }

    [Fact]
    public async Task A_long_fault_is_kept_by_its_beginning()
    {
        await using var node = await IntakeHost.StartAsync();
        using var stranger = await node.ConnectAsync("jt600");
        await stranger.SendAsync([.. Enumerable.Repeat((byte)'x', 6000)]);
        await stranger.ExpectEndAsync();
        var fault = Assert.Single(await UntilAsync(node, 1));
        Assert.InRange(fault.Raw.Length, 1, FaultJournal.MaxBytes);
        Assert.True(fault.Length >= fault.Raw.Length);
    }

    [Fact]
    public async Task An_outage_of_the_journal_leaves_out_and_says_so_later()
    {
        await using var node = await IntakeHost.StartAsync();
        node.Journal.Failure = new StorageOutageException("away", outcomeUnknown: false);
        await OnceAsync();
        await UntilAsync(() => node.Journal.Refused > 0);
        node.Journal.Failure = null;
        await OnceAsync();
        Assert.Equal(1, Assert.Single(await UntilAsync(node, 1)).LeftOut);

        async Task OnceAsync()
        {
            using var stranger = await node.ConnectAsync("jt600");
            await stranger.SendAsync("hello, is anybody there?"u8.ToArray());
            await stranger.ExpectEndAsync();
        }
    }

    static byte[] Damaged()
    {
        var packet = TeltonikaEncoder.Packet([new DeviceMessage
        {
            Kind = MessageKind.Position, Time = IntakeHost.Start, Valid = true,
            Position = new(341_000_000, 711_000_000),
        }]);
        packet[20] ^= 1;
        return packet;
    }

    static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo()) await Task.Delay(5, limit.Token);
    }

    static async Task<IReadOnlyList<JournaledFault>> UntilAsync(IntakeHost node, int atLeast)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var rows = await node.Journal.ReadAsync("pk/faulty", 0, 1_000, default);
            if (rows.Count >= atLeast) return [.. rows.Select(JournaledFault.Read)];
            await Task.Delay(5, limit.Token);
        }
    }
}
