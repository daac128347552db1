using System.Text;
using System.Text.RegularExpressions;
using Rahdari.Devices;
using Rahdari.Telemetry.Decoding;

namespace Rahdari.Tests.Devices;

/// <summary>What <c>docs/adding-a-device.md</c> says, tried.</summary>
public sealed partial class AddingADeviceTests
{
    static readonly string Guide = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "adding-a-device.md"));

    [Fact]
    public async Task Every_command_the_guide_shows_prints_what_the_guide_shows()
    {
        var shown = Console().Matches(Guide);
        Assert.Equal(2, shown.Count);
        foreach (Match match in shown)
        {
            using var input = new MemoryStream(Encoding.ASCII.GetBytes(match.Groups["frame"].Value + "\n"));
            using var output = new MemoryStream();
            var protocol = Registry.Find(match.Groups["protocol"].Value)!;
            await DecodeCommand.DecodeAsync(protocol, DecodeOptions.Default, input, output, default);
            Assert.Equal(match.Groups["line"].Value + "\n", Encoding.UTF8.GetString(output.ToArray()));
        }
    }

    [Fact]
    public void Every_protocol_has_the_four_files_of_the_guide_and_a_mirror_of_tests()
    {
        foreach (var protocol in Registry.Protocols)
        {
            var folder = protocol.GetType().Namespace!.Split('.')[^1];
            var path = Path.Combine(Checkout.Root, "src", "Rahdari.Devices", folder);
            string[] files = [$"{folder}Frame.cs", $"{folder}Decoder.cs", $"{folder}Encoder.cs", "README.md"];
            foreach (var file in files)
                Assert.True(File.Exists(Path.Combine(path, file)), $"{folder}/{file}");
            Assert.Contains("nproven", File.ReadAllText(Path.Combine(path, "README.md")), StringComparison.Ordinal);
            Assert.True(Directory.Exists(Path.Combine(Checkout.Root, "tests", "Rahdari.Tests", "Devices", folder)));
        }
    }

    [Fact]
    public void Every_member_and_shared_piece_the_guide_names_is_there()
    {
        string[] members = ["Scan", "Decode", "Encode", "DecoderVersion", "MaxFrameBytes"];
        Assert.All(members, m =>
        {
            Assert.Contains($"`{m}`", Guide, StringComparison.Ordinal);
            Assert.NotEmpty(typeof(IDeviceProtocol).GetMember(m));
        });
        string[] pieces = ["Crc16", "Bcd", "Decimals", "TextFields", "Coordinates", "Calendar"];
        Assert.All(pieces, p =>
        {
            Assert.Contains($"`{p}`", Guide, StringComparison.Ordinal);
            Assert.NotNull(typeof(IDeviceProtocol).Assembly.GetType($"Rahdari.Devices.{p}"));
        });
    }

    [GeneratedRegex(
        @"```console\n\$ echo (?<frame>[0-9A-Fa-f]+) \| rahdari decode --protocol (?<protocol>\w+)\n"
        + @"(?<line>\{.*\})\n```")]
    private static partial Regex Console();
}
