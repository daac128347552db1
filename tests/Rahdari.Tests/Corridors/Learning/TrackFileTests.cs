using Rahdari.Corridors.Learning;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Telemetry.Scoring;

namespace Rahdari.Tests.Corridors.Learning;

public sealed class TrackFileTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rahdari-tracks-");

    string File => Path.Combine(folder.FullName, "tracks.jsonl");

    public void Dispose() => folder.Delete(recursive: true);

    async Task<(TrackFile Source, InputFaults Faults)> ReadAsync(string text)
    {
        await System.IO.File.WriteAllTextAsync(File, text);
        var (source, faults) = (new TrackFile(), new InputFaults());
        await source.ReadAsync(File, faults, default);
        return (source, faults);
    }

    static string Line(string more) =>
        $$"""{"unit":"u","device":"d","receivedTime":"2026-09-01T05:00:10Z","lat":30,"lon":70,"valid":true{{more}}}""";

    [Theory]
    [InlineData("")]
    [InlineData(",\"role\":\"container\",\"deviceTime\":\"2026-09-01t05:00:05z\"")]
    [InlineData(",\"role\":null,\"deviceTime\":null")]
    [InlineData(",\"role\":\"prime-mover\"")]
    [InlineData(",\"role\":\"primeMover\",\"deviceTime\":\"2026-09-01T10:00:05+05:00\",\"events\":[\"new\"]")]
    public async Task What_may_be_judged_may_be_learned_from(string more)
    {
        // With the mark that some editors put before a text.
        var (source, faults) = await ReadAsync("\uFEFF" + Line(more) + "\r\n\n");
        Assert.Empty(faults.First);
        var track = Assert.Single(Assert.Single(source.Units()).Tracks);
        Assert.Equal(more.Contains("ime", default) && more.Contains("over", default)
            ? DeviceRole.PrimeMover : DeviceRole.Container, track.Role);
        Assert.Single(track.Placed);
        Assert.StartsWith("tracks.jsonl sha256:", Assert.Single(source.Sources));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2026-01-01T00:00:00Z")]
    [InlineData("2026-09-02T00:00:00Z")]
    public async Task A_clock_that_was_reset_refuses_no_file_and_teaches_nothing(string time)
    {
        var (source, faults) = await ReadAsync(Line($",\"deviceTime\":\"{time}\""));
        Assert.Empty(faults.First);
        Assert.Empty(source.Units());
    }

    [Theory]
    [InlineData(",\"deviceTime\":\"2026-09-01T05:00:00\"", "deviceTime")]
    [InlineData(",\"role\":\"trailer\"", "role")]
    [InlineData(",\"lat\":91", "lat")]
    [InlineData(",\"lon\":null", "lon")]
    [InlineData(",\"device\":7", "device")]
    public async Task A_line_that_cannot_be_used_is_named_with_file_line_and_field(string more, string field)
    {
        var (_, faults) = await ReadAsync(Line("") + "\n" + Line(more));
        Assert.Equal((File, 2L, field), (faults.First[0].File, faults.First[0].Line, faults.First[0].Field));
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_leaves_no_folder_behind()
    {
        await System.IO.File.WriteAllTextAsync(File, "{\"unit\":");
        var into = Path.Combine(folder.FullName, "learned");
        Assert.Equal(CommandLine.Usage, await CommandLine.RunAsync(
            ["corridor", "learn", "--corridor", Path.Combine(Checkout.Root, "corridors", "pk-af"), "--tracks", File,
                "--out", into]));
        Assert.False(Directory.Exists(into));
    }
}
