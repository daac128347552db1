using System.CommandLine;
using System.Globalization;
using System.Text;
using Rahdari.Devices;
using Rahdari.Hosting;

namespace Rahdari.Telemetry.Decoding;

/// <summary>
/// <c>rahdari decode</c>: reads recorded frames, one a line, and writes what the decoder makes of each, one JSON object
/// a line. Each line stands alone: what one frame said about its sender is not carried over to the next.
/// </summary>
static class DecodeCommand
{
    public static Command Build()
    {
        var protocol = new Option<string>("--protocol")
        {
            Description = $"One of {string.Join(' ', Registry.Order)}.",
            Required = true,
        };
        var zone = new Option<string?>("--zone")
        {
            Description = "The offset of the device's clock, for protocols whose times carry none, for example +08:00.",
        };
        var json = new Option<bool>("--json") { Description = "As without it: the output is JSON." };
        var file = new Argument<string>("FILE")
        {
            Description = "Frames in hex, or JSON objects with \"hex\", one a line; - reads standard input.",
            DefaultValueFactory = _ => "-",
        };
        var command = new Command("decode", "Shows what the decoder of a device protocol reads from recorded frames.")
        {
            protocol, zone, json, file,
        };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(protocol), parsed.GetValue(zone), parsed.GetRequiredValue(file), cancel));
        return command;
    }

    static async Task<int> RunAsync(string name, string? zone, string file, CancellationToken cancel)
    {
        if (Registry.Find(name) is not { } protocol)
            return await RefuseAsync($"--protocol {name} is unknown; there are {string.Join(' ', Registry.Order)}");
        var offset = TimeSpan.Zero;
        if (zone is not null && !TryZone(zone, out offset))
            return await RefuseAsync($"--zone {zone} is no offset such as +08:00");
        Stream input;
        try
        {
            input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await RefuseAsync($"FILE {file}: {e.Message}");
        }
        await using var opened = input;
        await using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        await DecodeAsync(protocol, new(zone is null ? null : offset), input, output, cancel);
        return CommandLine.Ok;
    }

    /// <summary>Answers every line of the input with one line of output.</summary>
    public static async Task DecodeAsync(
        IDeviceProtocol protocol, DecodeOptions options, Stream input, Stream output, CancellationToken cancel)
    {
        using var reader = new StreamReader(input, Encoding.UTF8, leaveOpen: true);
        var lines = new FrameLines(reader);
        for (var number = 1L; await lines.ReadAsync(cancel) is { } line; number++)
        {
            var decoded = line.Bytes is { } bytes
                ? protocol.Decode(bytes, DeviceSession.Fresh, options)
                : new() { Checksum = ChecksumVerdict.None, Session = DeviceSession.Fresh, Error = line.Error };
            await output.WriteAsync(DecodedLine.Write(number, protocol.Name, decoded), cancel);
        }
        await output.FlushAsync(cancel);
    }

    static bool TryZone(string text, out TimeSpan zone)
    {
        zone = default;
        if (text is "Z") return true;
        if (text.Length != 6 || text[0] is not ('+' or '-')) return false;
        if (!TimeSpan.TryParseExact(text.AsSpan(1), @"hh\:mm", CultureInfo.InvariantCulture, out var size))
            return false;
        zone = text[0] == '-' ? -size : size;
        return size <= TimeSpan.FromHours(14);
    }

    static async Task<int> RefuseAsync(string message)
    {
        await Console.Error.WriteLineAsync($"rahdari decode: {message}");
        return CommandLine.Usage;
    }
}
