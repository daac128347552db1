using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Rahdari.Web.Live;

namespace Rahdari.Tests.Web.Live;

public sealed class LiveEndpointTests
{
    static readonly LiveLimits Small = new() { Held = 4, MostReaders = 2 };

    [Fact]
    public async Task A_reader_hears_what_is_told_after_it_came_in_order()
    {
        await using var node = await LiveNode.StartAsync();
        node.Feed.Tell("fix", "0");
        using var stream = await node.OpenAsync();
        Assert.Equal($"{node.Feed.Run}-1", await stream.PlaceAsync());
        node.Feed.Tell("fix", """{"unit":"a"}""");
        node.Feed.Tell("alert", """{"id":"b"}""");
        Assert.Equal(new("fix", $"{node.Feed.Run}-2", """{"unit":"a"}"""), await stream.NextEventAsync());
        Assert.Equal(new("alert", $"{node.Feed.Run}-3", """{"id":"b"}"""), await stream.NextEventAsync());
        Assert.Contains("no", stream.Headers.GetValues("X-Accel-Buffering"));
    }

    [Fact]
    public async Task Whoever_comes_back_misses_nothing_that_is_held_and_hears_nothing_twice()
    {
        await using var node = await LiveNode.StartAsync(Small);
        for (var n = 1; n <= 5; n++) node.Feed.Tell("fix", $"{n}");
        using var stream = await node.OpenAsync($"{node.Feed.Run}-1");
        node.Feed.Tell("fix", "6");
        for (var n = 2; n <= 6; n++)
            Assert.Equal(new("fix", $"{node.Feed.Run}-{n}", $"{n}"), await stream.NextEventAsync());
    }

    [Fact]
    public async Task An_id_alone_is_a_place_to_come_back_to()
    {
        await using var node = await LiveNode.StartAsync();
        string place;
        using (var stream = await node.OpenAsync()) place = await stream.PlaceAsync();
        node.Feed.Tell("fix", "1");
        using var again = await node.OpenAsync(place);
        Assert.Equal("1", (await again.NextEventAsync()).Data);
    }

    [Theory]
    [InlineData("0123456789abcdef-1", "other-run")]
    [InlineData("RUN-1", "too-old")]
    [InlineData("RUN-7", "unknown")]
    [InlineData("RUN-9223372036854775807", "unknown")]
    public async Task Where_events_are_lost_the_reader_is_told_to_begin_anew(string id, string reason)
    {
        await using var node = await LiveNode.StartAsync(Small);
        for (var n = 1; n <= 6; n++) node.Feed.Tell("fix", $"{n}");
        using var stream = await node.OpenAsync(id.Replace("RUN", node.Feed.Run, StringComparison.Ordinal));
        var reset = await stream.NextEventAsync();
        Assert.Equal(("reset", reason), (reset.Kind, reset.Json.GetProperty("reason").GetString()));
        Assert.Equal($"{node.Feed.Run}-6", reset.Id);
        node.Feed.Tell("fix", "7");
        Assert.Equal("7", (await stream.NextEventAsync()).Data);
    }

    [Fact]
    public async Task What_the_node_itself_missed_is_a_reset_for_everybody()
    {
        await using var node = await LiveNode.StartAsync();
        using var stream = await node.OpenAsync();
        var place = await stream.PlaceAsync();
        node.Feed.TellMissed();
        Assert.Equal("missed", (await stream.NextEventAsync()).Json.GetProperty("reason").GetString());
        using var later = await node.OpenAsync(place);
        Assert.Equal("reset", (await later.NextEventAsync()).Kind);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0123456789ABCDEF-1")]
    [InlineData("0123456789abcdef-")]
    [InlineData("0123456789abcdef-01")]
    [InlineData("0123456789abcdef--1")]
    [InlineData("0123456789abcdef-99999999999999999999")]
    public async Task A_malformed_id_is_refused_by_name(string id)
    {
        await using var node = await LiveNode.StartAsync();
        using var answer = await EventReading.SendAsync(node.Http, id);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ("live-id-malformed", "Last-Event-ID"),
            (problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString()));
        Assert.Equal(0, node.Feed.ReaderCount);
    }

    [Fact]
    public async Task One_reader_too_many_is_told_to_come_later_and_may_when_another_has_left()
    {
        await using var node = await LiveNode.StartAsync(Small);
        using var first = await node.OpenAsync();
        using (await node.OpenAsync())
        {
            using var refused = await EventReading.SendAsync(node.Http, null);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(15, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal("live-readers", problem.GetProperty("code").GetString());
        }
        while (node.Feed.ReaderCount > 1) await Task.Yield();
        using var third = await node.OpenAsync();
        Assert.Equal(2, node.Feed.ReaderCount);
    }

    [Fact]
    public async Task A_silent_stream_still_says_that_it_is_there()
    {
        await using var node = await LiveNode.StartAsync(new() { Heartbeat = TimeSpan.FromMilliseconds(1) });
        using var stream = await node.OpenAsync();
        await stream.PlaceAsync();
        for (var n = 0; n < 3; n++) Assert.Equal(new Heard(":", null, null), await stream.NextAsync());
        node.Feed.Tell("fix", "1");
        Assert.Equal("1", (await stream.NextEventAsync()).Data);
    }

    [Fact]
    public async Task A_stream_ends_after_its_time_so_that_the_reader_shows_its_right_again()
    {
        await using var node = await LiveNode.StartAsync(new() { Life = TimeSpan.FromMilliseconds(100) });
        using var stream = await node.OpenAsync();
        await stream.PlaceAsync();
        Assert.Null(await stream.NextAsync());
        Assert.Equal(0, node.Feed.ReaderCount);
    }

    [Fact]
    public async Task A_node_that_stops_waits_for_no_reader()
    {
        await using var node = await LiveNode.StartAsync();
        using var stream = await node.OpenAsync();
        await stream.PlaceAsync();
        await node.StopAsync();
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_dropped_holds_nobody_up_and_begins_anew()
    {
        await using var node = await LiveNode.StartAsync(new() { Held = 64 });
        using var stream = await node.OpenAsync();
        var place = await stream.PlaceAsync();
        var large = $"\"{new string('x', 64 * 1024)}\"";
        // The socket's buffers fill first; then its place is overrun. Telling never waits for either.
        var told = 0;
        for (; node.Feed.ReaderCount > 0; told++)
        {
            node.Feed.Tell("fix", large);
            Assert.True(told < 100_000, "a reader that does not read keeps its place");
            await Task.Yield();
        }
        var heard = 0;
        try
        {
            while (await stream.NextAsync() is not null) heard++;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The connection was cut.
        }
        Assert.InRange(heard, 0, told - 1);
        using var again = await node.OpenAsync(place);
        Assert.Equal("too-old", (await again.NextEventAsync()).Json.GetProperty("reason").GetString());
    }
}
