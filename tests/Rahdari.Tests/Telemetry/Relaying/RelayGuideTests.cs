using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rahdari.Devices;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Relaying;

namespace Rahdari.Tests.Telemetry.Relaying;

/// <summary>What <c>docs/relay.md</c> shows, tried.</summary>
public sealed partial class RelayGuideTests
{
    static readonly string Guide = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "relay.md"));

    [Fact]
    public async Task Every_request_of_the_guide_is_answered_as_the_guide_says()
    {
        await using var node = await RelayNode.StartAsync();
        var requests = Curl().Matches(Guide).ToDictionary(m => m.Groups["path"].Value, m => m.Groups["body"].Value);
        Assert.Equal(2, requests.Count);

        var frames = await node.PostAsync("/api/v1/relay/frames", requests["/api/v1/relay/frames"]);
        var shown = JsonNode.Parse(Json().Match(Guide).Groups["body"].Value);
        Assert.True(JsonNode.DeepEquals(shown, frames.Body), frames.Body!.ToJsonString());

        var counts = await node.PostAsync("/api/v1/relay/counts", requests["/api/v1/relay/counts"]);
        Assert.True(counts.Status == HttpStatusCode.Created, counts.Body!.ToJsonString());
    }

    [Fact]
    public void The_statement_that_is_signed_in_the_guide_is_the_one_that_is_checked()
    {
        var statement = new CountStatement(
            RelayNode.Locks, new(2026, 3, 2, 3, 0, 0, TimeSpan.Zero), [new(new("jt600", "8000620011"), 1)]);

        Assert.Contains(
            $"'{System.Text.Encoding.UTF8.GetString(statement.SignedBytes())}'", Guide, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_and_words_of_the_guide_are_those_of_the_program()
    {
        Assert.Contains($"at most {RelayFramesEndpoint.MostFrames} frames", Guide, StringComparison.Ordinal);
        foreach (var doubt in Enum.GetValues<RelayDoubt>().Where(d => d != RelayDoubt.None))
            Assert.Contains($"`{Rahdari.Web.Slug.Of(doubt)}`", Guide, StringComparison.Ordinal);
        foreach (var outcome in Enum.GetValues<RelayOutcome>())
            Assert.Contains($"`{Rahdari.Web.Slug.Of(outcome)}`", Guide, StringComparison.Ordinal);
        Assert.NotNull(Registry.Find("jt600"));
    }

    [GeneratedRegex("curl -sS https://node.example(?<path>\\S+) .*-d '\n(?<body>[^']+)'")]
    private static partial Regex Curl();

    [GeneratedRegex("```json\n(?<body>[^`]+)```")]
    private static partial Regex Json();
}
