using System.Text;
using System.Text.Json;
using Rahdari.Devices;
using Rahdari.Telemetry.Decoding;
using Rahdari.Tests.Devices;
using Rahdari.Tests.Devices.Osmand;

namespace Rahdari.Tests.Telemetry.Decoding;

/// <summary>
/// <c>rahdari decode</c> over every recorded frame of every protocol, held against what a third party's decoder read:
/// time, validity, place and course. Where the two differ, the frame stands here by its id with the reason.
/// </summary>
public sealed class EveryRecordedFrameTests
{
    /// <summary>The vectors' name of a protocol, how many of its frames have a wrong checksum, and the least number of
    /// positions compared.</summary>
    static readonly Dictionary<string, (string Vectors, int Bad, int Compared)> Recorded = new()
    {
        ["jt600"] = ("jt600", 0, 30),
        ["teltonika"] = ("teltonika", 6, 60),
        ["jt808"] = ("jt808", 1, 60),
        ["eseal"] = ("eseal", 0, 1),
        ["gt06"] = ("gt06", 15, 30),
        ["queclink"] = ("gl200", 0, 60),
        ["ruptela"] = ("ruptela", 0, 9),
        ["meitrack"] = ("meitrack", 6, 45),
        ["galileosky"] = ("galileo", 0, 20),
    };

    /// <summary>Frames in which the third party and this decoder differ, and why.</summary>
    static readonly Dictionary<string, string> Disagreements = new()
    {
        ["28345fd99313dcfe"] = "the third party does not look for the place behind the longest bus report",
    };

    public static TheoryData<string> Built => [.. Registry.Protocols.Select(p => p.Name).Where(Recorded.ContainsKey)];

    [VectorsTheory]
    [MemberData(nameof(Built))]
    public async Task Every_open_frame_reads_as_a_third_party_reads_it_or_its_difference_is_named(string protocol)
    {
        var (vectors, wrong, least) = Recorded[protocol];
        var frames = RecordedFrames.Expected(vectors);
        var lines = await DecodeAsync(protocol, frames.Select(f => f.Bytes));
        Assert.Equal(frames.Count, lines.Count);
        var (compared, bad, binary) = (0, 0, 0);
        var differences = new List<string>();
        foreach (var (frame, line) in frames.Zip(lines))
        {
            var messages = line.GetProperty("messages").EnumerateArray().ToList();
            if (line.GetProperty("checksum").GetString() == "bad")
            {
                Assert.True(messages.Count == 0 && Code(line) is not null, $"{frame.Id} is used");
                bad++;
            }
            else if (Code(line) == DecodeCodes.BinaryFormUnsupported) binary++;
            else if (Difference(frame, messages, ref compared) is { } difference)
                differences.Add($"{frame.Id} {difference}");
        }
        var unnamed = differences.Where(d => !Disagreements.ContainsKey(d[..16])).ToList();
        Assert.True(unnamed.Count == 0, $"{unnamed.Count} of {frames.Count}:\n" + string.Join('\n', unnamed));
        Assert.True(bad == wrong && compared >= least, $"{bad} bad checksums, {compared} positions compared");
        Assert.Equal(protocol == "queclink" ? 5 : 0, binary);
    }

    [VectorsFact]
    public async Task Every_open_request_of_a_phone_gives_the_place_and_time_that_stand_in_it()
    {
        var requests = RecordedFrames.Asserted("osmand");
        var lines = await DecodeAsync("osmand", requests);
        Assert.Equal(requests.Count, lines.Count);
        foreach (var (request, line) in requests.Zip(lines))
        {
            var (time, place) = OsmandDecoderTests.ReadByHand(JsonDocument.Parse(request).RootElement);
            var message = Assert.Single(line.GetProperty("messages").EnumerateArray());
            Assert.Equal(time, Time(message));
            Assert.Equal(place?.Latitude, Number(message, "lat"));
            Assert.Equal(place?.Longitude, Number(message, "lon"));
        }
    }

    /// <summary>What differs between the positions of one frame; null where nothing does.</summary>
    static string? Difference(RecordedFrame frame, List<JsonElement> messages, ref int compared)
    {
        var expected = frame.Positions.Where(p => !p.Outdated || p is not { Lat: 0, Lon: 0 }).ToList();
        var placed = messages.Where(m => Number(m, "lat") is not null).ToList();
        if (expected.Count != placed.Count) return $"{expected.Count} positions, here {placed.Count}";
        foreach (var (theirs, ours) in expected.Zip(placed))
        {
            if (theirs.FixTime != Time(ours)) return $"time {theirs.FixTime:O}, here {Time(ours):O}";
            if (theirs.Valid != ours.GetProperty("valid").GetBoolean()) return $"valid {theirs.Valid}";
            if (Math.Abs(theirs.Lat - Number(ours, "lat")!.Value) > 1e-5) return $"latitude {theirs.Lat}";
            if (Math.Abs(theirs.Lon - Number(ours, "lon")!.Value) > 1e-5) return $"longitude {theirs.Lon}";
            if ((int)theirs.Course % 360 != (Number(ours, "course") ?? 0)) return $"course {theirs.Course}";
            compared++;
        }
        return null;
    }

    static string? Code(JsonElement line) =>
        line.GetProperty("error") is { ValueKind: JsonValueKind.Object } error
            ? error.GetProperty("code").GetString()
            : null;

    static DateTimeOffset? Time(JsonElement message) =>
        message.GetProperty("time") is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset() : null;

    static double? Number(JsonElement message, string name) =>
        message.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    static async Task<List<JsonElement>> DecodeAsync(string protocol, IEnumerable<byte[]> frames)
    {
        var text = string.Join('\n', frames.Select(Convert.ToHexStringLower));
        using var input = new MemoryStream(Encoding.ASCII.GetBytes(text));
        using var output = new MemoryStream();
        await DecodeCommand.DecodeAsync(Registry.Find(protocol)!, DecodeOptions.Default, input, output, default);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement)];
    }
}
