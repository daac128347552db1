using System.Globalization;
using System.Text;
using Rahdari.Devices;

namespace Rahdari.Tests.Devices;

public sealed class DeviceCommandTests
{
    static readonly DeviceCommand[] Every =
    [
        new DeviceCommand.PositionNow(), new DeviceCommand.ReportEvery(TimeSpan.FromSeconds(60)),
        new DeviceCommand.Lock(), new DeviceCommand.UnlockOnce("223457"),
    ];

    [Fact]
    public void A_command_shows_no_password() =>
        Assert.DoesNotContain("223457", new DeviceCommand.UnlockOnce("223457").ToString());

    [Theory]
    [InlineData("jt600", "(P04,1,60,30) (P52,3,223457)")]
    [InlineData("teltonika", "")]
    public void A_protocol_encodes_the_commands_its_source_describes(string name, string expected)
    {
        var protocol = Registry.Find(name)!;

        var encoded = Every.Select(c => protocol.Encode(c, "8000620011", 1)).Where(b => b is not null);

        Assert.Equal(expected, string.Join(' ', encoded.Select(b => Encoding.ASCII.GetString(b!))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12,34")]
    [InlineData("1)(P43,888888")]
    [InlineData("12345678901")]
    public void What_is_no_password_unlocks_nothing(string password) => Assert.All(
        Registry.Protocols, p => Assert.Null(p.Encode(new DeviceCommand.UnlockOnce(password), "8000620011", 1)));

    [Theory]
    [InlineData("123", false)]
    [InlineData("1234", true)]
    [InlineData("1234567890", true)]
    [InlineData("12345678901", false)]
    public void A_password_is_read_exactly_where_it_can_be_sent(string password, bool whole)
    {
        var protocol = Registry.Find("jt600")!;
        var read = protocol.Decode(
            Encoding.ASCII.GetBytes($"(8000620011,P52,2,{password})"), DeviceSession.Fresh, DecodeOptions.Default);
        Assert.Equal(
            (whole, whole, whole),
            (read.Session.OneTimePassword is not null, read.Error is null,
                protocol.Encode(new DeviceCommand.UnlockOnce(password), "8000620011", 1) is not null));
    }

    /// <summary>Each row of the table in the telemetry's README: what is encoded, and within which bounds.</summary>
    [Fact]
    public void The_table_of_commands_is_what_each_protocol_encodes()
    {
        var readme = File.ReadAllLines(Path.Combine(Checkout.Root, "src", "Rahdari", "Telemetry", "README.md"));
        var rows = readme.SkipWhile(l => !l.StartsWith("| protocol | position", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(l => l.StartsWith('|'));

        Assert.Equal(Registry.Protocols.Select(Row), rows);
    }

    static string Row(IDeviceProtocol protocol)
    {
        // One of these forms is an id of each protocol that takes commands.
        string[] ids = ["8000620011", "013912345678", "352093081452299"];
        string Takes(DeviceCommand command) => ids.Any(i => protocol.Encode(command, i, 1) is not null) ? "yes" : "-";
        var interval = protocol.ReportIntervals is var (least, most)
            ? string.Create(CultureInfo.InvariantCulture, $"{least:N0} to {most:N0}")
            : Takes(Every[1]);
        return $"| {protocol.Name} | {Takes(Every[0])} | {interval} | {Takes(Every[2])} | {Takes(Every[3])} |";
    }

    [Fact]
    public void The_range_of_intervals_is_the_one_that_is_encoded() => Assert.All(Registry.Protocols, p =>
    {
        byte[]? Every(int seconds) =>
            p.Encode(new DeviceCommand.ReportEvery(TimeSpan.FromSeconds(seconds)), "800062001100", 1);
        if (p.ReportIntervals is not var (least, most))
        {
            Assert.Null(Every(60));
            return;
        }
        Assert.Equal(
            (false, true, true, false),
            (Every(least - 1) is not null, Every(least) is not null, Every(most) is not null,
                Every(most + 1) is not null));
    });

    [Theory]
    [InlineData(4)]
    [InlineData(3601)]
    public void An_interval_the_lock_does_not_take_is_not_sent(int seconds) => Assert.Null(
        Registry.Find("jt600")!.Encode(new DeviceCommand.ReportEvery(TimeSpan.FromSeconds(seconds)), "8000620011", 1));
}
