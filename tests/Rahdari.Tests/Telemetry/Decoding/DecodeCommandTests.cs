using System.Text;
using System.Text.Json;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Telemetry.Decoding;
using Rahdari.Tests.Devices;

namespace Rahdari.Tests.Telemetry.Decoding;

public sealed class DecodeCommandTests
{
    const string Record = "2480006200111911003418042116225922348310113550543F12980000002D060000000020E028109228661F"
        + "000100000F0F0F0F0F0F0F0F000001CC0156";

    [Fact]
    public async Task A_line_of_output_has_every_field_of_the_contract() => Assert.Equal(
        """
        {"line":1,"protocol":"jt600","checksum":"none","deviceId":"8000620011","messages":[
        {"kind":"position","record":"live","time":"2021-04-18T16:22:59.000000Z","valid":true,
        "lat":22.5805167,"lon":113.9175717,"altitudeM":null,"speedKmh":33.336,"course":304,"satellites":6,
        "batteryPct":40,"seal":{"locked":true,"ropePresent":true,"coverClosed":true},"events":[]}],
        "reply":"285036392c302c383629","error":null}
        """.ReplaceLineEndings("") + "\n",
        await DecodeText("jt600", Record));

    [Fact]
    public async Task Every_input_line_gives_one_output_line_with_its_number()
    {
        var lines = await Decode("jt600", $"{Record}\n\nxy\n123\n{{\"hex\":\"{Record}\"}}\r\n{{\"a\":1}}\n{{oops\n"
            + new string('a', FrameLines.MaxLine + 1) + "\n28373536303430353535332c404a54");

        Assert.Equal(Enumerable.Range(1, 9), lines.Select(l => l.GetProperty("line").GetInt32()));
        Assert.Equal(
            [null, "input-not-hex", "input-not-hex", "input-not-hex", null, "input-not-hex", "input-not-hex",
                "input-too-long", null],
            lines.Select(l => l.GetProperty("error") is { ValueKind: JsonValueKind.Object } e
                ? e.GetProperty("code").GetString()
                : null));
        Assert.Equal("heartbeat", lines[8].GetProperty("messages")[0].GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0X")]
    public async Task A_frame_may_stand_as_dumps_are_written(string before)
    {
        var spaced = before + string.Join(' ', Record.Chunk(2).Select(b => new string(b)));

        Assert.Equal(await DecodeText("jt600", Record), await DecodeText("jt600", spaced));
    }

    [Fact]
    public async Task A_frame_without_its_end_mark_is_read()
    {
        var text = "(8000620011,P45,170720,020614,22.56035,N,114.01640,E,A,36,270,1,1,0008627839,0,0,24,5";

        var line = Assert.Single(await Decode("jt600", Convert.ToHexString(Encoding.ASCII.GetBytes(text))));

        Assert.Equal(JsonValueKind.Null, line.GetProperty("error").ValueKind);
        var message = line.GetProperty("messages")[0];
        Assert.Equal("event", message.GetProperty("kind").GetString());
        Assert.Equal("unsealed-by-card", message.GetProperty("events")[0].GetString());
        Assert.False(message.GetProperty("seal").GetProperty("locked").GetBoolean());
    }

    [VectorsTheory]
    [InlineData("jt600")]
    [InlineData("teltonika")]
    public async Task The_public_vectors_pass_through_as_they_are(string protocol)
    {
        var lines = File.ReadAllText(Checkout.VectorFile($"devices/expected/{protocol}.jsonl"));
        var recorded = RecordedFrames.Expected(protocol);

        var decoded = await Decode(protocol, lines);

        Assert.Equal(recorded.Count, decoded.Count);
        var compared = 0;
        foreach (var (expected, line) in recorded.Zip(decoded))
        {
            if (line.GetProperty("checksum").GetString() == "bad") continue;
            var messages = line.GetProperty("messages").EnumerateArray().ToList();
            foreach (var (position, message) in expected.Positions.Zip(messages))
            {
                if (position.FixTime is not { } time) continue;
                Assert.Equal(time, message.GetProperty("time").GetDateTimeOffset());
                Assert.Equal(position.Valid, message.GetProperty("valid").GetBoolean());
                Assert.Equal(position.Lat, message.GetProperty("lat").GetDouble(), 1e-5);
                Assert.Equal(position.Lon, message.GetProperty("lon").GetDouble(), 1e-5);
                Assert.Equal((int)position.Course, message.GetProperty("course").GetInt32());
                compared++;
            }
        }
        Assert.True(compared > 30, $"only {compared} positions compared");
    }

    [Theory]
    [InlineData("morse")]
    public async Task A_protocol_without_a_decoder_is_refused_and_the_built_ones_are_named(string name)
    {
        var (exit, error) = await Run("decode", "--protocol", name);

        Assert.Equal(CommandLine.Usage, exit);
        Assert.Contains(name, error, StringComparison.Ordinal);
        Assert.Contains("jt600 teltonika", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8")]
    [InlineData("+25:00")]
    [InlineData("+8:00")]
    public async Task A_zone_that_is_none_is_refused(string zone)
    {
        var (exit, error) = await Run("decode", "--protocol", "jt600", "--zone", zone);

        Assert.Equal(CommandLine.Usage, exit);
        Assert.Contains("--zone", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_refused_by_name()
    {
        var (exit, error) = await Run("decode", "--protocol", "jt600", "/nowhere/frames.hex");

        Assert.Equal(CommandLine.Usage, exit);
        Assert.Contains("/nowhere/frames.hex", error, StringComparison.Ordinal);
    }

    static async Task<(int Exit, string Error)> Run(params string[] args)
    {
        var error = new StringWriter();
        var before = Console.Error;
        Console.SetError(error);
        try
        {
            return (await CommandLine.RunAsync(args), error.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }

    static async Task<List<JsonElement>> Decode(string protocol, string input) =>
        [.. (await DecodeText(protocol, input)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement)];

    static async Task<string> DecodeText(string protocol, string input)
    {
        using var output = new MemoryStream();
        await DecodeCommand.DecodeAsync(
            Registry.Find(protocol)!, DecodeOptions.Default, new MemoryStream(Encoding.UTF8.GetBytes(input)), output,
            CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
