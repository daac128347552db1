using System.Text;
using Rahdari.Devices;
using Rahdari.Devices.Jt808;
using Rahdari.Telemetry.Connecting;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>A JT/T 808 terminal on its port: registration with this node's own code, and messages in parts.</summary>
public sealed class TerminalConnectionTests
{
    const string Id = "013912345678";

    /// <summary>Bytes of a general answer, none of them escaped.</summary>
    const int AnswerBytes = 20;

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = IntakeHost.Start.AddMinutes(-1),
        Valid = true,
        Position = new(248_600_000, 670_000_000),
        Speed = new(61_500),
        CourseDegrees = 90,
    };

    [Fact]
    public async Task A_terminal_registers_proves_its_code_and_finds_it_good_after_a_restart()
    {
        var code = "";
        string folder;
        var first = await IntakeHost.StartAsync();
        folder = first.Folder;
        using (var terminal = await first.ConnectAsync("jt808"))
        {
            await terminal.SendAsync(Jt808Encoder.Register(Id, 1));
            var answer = await terminal.ReceiveAsync(18 + Jt808Registration.CodeCharacters);
            Assert.Equal(0, answer[15]);
            code = Encoding.ASCII.GetString(answer[16..^2]);
            await terminal.SendAsync(Jt808Encoder.Authenticate(Id, code, 2));
            Assert.Equal(0, (await terminal.ReceiveAsync(AnswerBytes))[17]);
        }
        await first.StopAsync();

        await using var second = await IntakeHost.StartAsync(folder: folder);
        using var again = await second.ConnectAsync("jt808");
        await again.SendAsync(Jt808Encoder.Authenticate(Id, code, 3));
        Assert.Equal(0, (await again.ReceiveAsync(AnswerBytes))[17]);
        await again.SendAsync(Jt808Encoder.Authenticate("013912345679", code, 4));
        Assert.Equal(1, (await again.ReceiveAsync(AnswerBytes))[17]);
        Assert.True(File.Exists(Path.Combine(folder, "pk", "keys", RegistrationSecret.File)));
    }

    [Fact]
    public async Task Each_part_is_answered_once_its_own_bytes_are_kept_and_the_last_gives_the_records()
    {
        await using var node = await IntakeHost.StartAsync();
        using var terminal = await node.ConnectAsync("jt808");
        var parts = Jt808Encoder.BatchInParts(Id, [Sample, Sample with { CourseDegrees = 91 }], 1, 40);

        node.Journal.Shut();
        await terminal.SendAsync(parts[0]);
        await node.Journal.Entered.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, node.Journal.Head("pk/live"));
        node.Journal.Open();
        await terminal.ReceiveAsync(AnswerBytes);
        var row = Assert.Single(await node.Journal.ReadAsync("pk/live", 0, 10, default));
        Assert.Equal(parts[0], row.Entry.Raw);
        foreach (var part in parts.Skip(1))
        {
            await terminal.SendAsync(part);
            await terminal.ReceiveAsync(AnswerBytes);
        }

        Assert.Equal(
            [90, 91],
            (await node.LaneAsync("live")).Where(f => f.Message.Position is not null)
                .Select(f => f.Message.CourseDegrees!.Value));
        Assert.Empty(node.Faults.Newest);
    }
}
