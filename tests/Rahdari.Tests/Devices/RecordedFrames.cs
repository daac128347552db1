using System.Text.Json;
using Rahdari.Devices;

namespace Rahdari.Tests.Devices;

/// <summary>What a third party's decoder read from a recorded frame.</summary>
/// <param name="Outdated">The third party put in the device's last place: the frame carries none.</param>
sealed record RecordedPosition(
    DateTimeOffset? FixTime, bool Valid, double Lat, double Lon, double Course, bool Outdated = false);

/// <summary>A frame recorded from a real device.</summary>
sealed record RecordedFrame(string Id, byte[] Bytes, IReadOnlyList<RecordedPosition> Positions);

/// <summary>In what our reading of a recorded frame differs from the third party's, each for a reason that stands in
/// the table of the test.</summary>
enum Differs { Nothing, NoCourse, NoPosition, Validity, Everything }

/// <summary>The public vectors of a protocol.</summary>
static class RecordedFrames
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Frames with what was read from them.</summary>
    public static IReadOnlyList<RecordedFrame> Expected(string protocol) =>
        [.. Lines("expected", protocol).Select(l => new RecordedFrame(
            l.GetProperty("id").GetString()!, Hex(l),
            l.GetProperty("positions").Deserialize<List<RecordedPosition>>(Json)!))];

    /// <summary>Frames of a protocol for which only assertions are recorded.</summary>
    public static IReadOnlyList<byte[]> Asserted(string protocol) => [.. Lines("asserted", protocol).Select(Hex)];

    /// <summary>Every frame there is, each once.</summary>
    public static IReadOnlyList<byte[]> All(string protocol) =>
        [.. Lines("expected", protocol).Concat(Lines("asserted", protocol)).Select(Hex)
            .DistinctBy(Convert.ToHexString)];

    /// <summary>Compares a message with what was read from the frame: time, validity, place (1e-5), course.</summary>
    public static void AssertSame(string id, RecordedPosition expected, DeviceMessage message)
    {
        Assert.True(expected.FixTime == message.Time, $"{id}: time {expected.FixTime} {message.Time}");
        Assert.True(expected.Valid == message.Valid, $"{id}: valid {expected.Valid}");
        Assert.NotNull(message.Position);
        var place = message.Position.Value;
        Assert.True(Math.Abs(expected.Lat - place.Latitude) < 1e-5, $"{id}: latitude {expected.Lat}");
        Assert.True(Math.Abs(expected.Lon - place.Longitude) < 1e-5, $"{id}: longitude {expected.Lon}");
        Assert.True((int)expected.Course == message.CourseDegrees, $"{id}: course {expected.Course}");
    }

    /// <summary>
    /// Compares what a frame gives with what was read from it: positions that have a time, in order. Where the third
    /// party had none it repeated the last one it knew, without a time; the frame then carries no position.
    /// </summary>
    /// <param name="differs">Fields of frames that are read otherwise for a reason, by the start of the frame's
    /// id.</param>
    /// <returns>How many positions were compared.</returns>
    public static int AssertSame(
        RecordedFrame recorded, DecodedFrame frame, IReadOnlyDictionary<string, Differs>? differs = null)
    {
        var difference = differs?.GetValueOrDefault(recorded.Id[..8]) ?? default;
        if (difference == Differs.Everything) return 0;
        var expected = recorded.Positions.Where(p => p.FixTime is not null).ToList();
        var positions = frame.Messages.Where(m => m.Position is not null).ToList();
        if (difference == Differs.NoPosition)
        {
            Assert.Empty(positions);
            return 0;
        }
        Assert.True(
            expected.Count == positions.Count, $"{recorded.Id}: {positions.Count} positions of {expected.Count}");
        foreach (var (position, message) in expected.Zip(positions))
            AssertSame(recorded.Id, position, difference switch
            {
                Differs.NoCourse when message.CourseDegrees is null && position.Course == 0 =>
                    message with { CourseDegrees = 0 },
                Differs.Validity when message.Valid != position.Valid => message with { Valid = position.Valid },
                _ => message,
            });
        return expected.Count;
    }

    static IEnumerable<JsonElement> Lines(string kind, string protocol) =>
        File.ReadLines(Checkout.VectorFile($"devices/{kind}/{protocol}.jsonl"))
            .Where(l => l.Length > 0).Select(l => JsonDocument.Parse(l).RootElement);

    static byte[] Hex(JsonElement line) => Convert.FromHexString(line.GetProperty("hex").GetString()!);
}
