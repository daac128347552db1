using System.Net;
using System.Text.Json.Nodes;
using Rahdari.Devices.Jt600;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Tests.Telemetry.Relaying;

/// <summary>What a vendor's platform passes on over HTTP. With RAHDARI_TEST_STORE=postgresql on PostgreSQL.</summary>
public sealed class RelayFramesTests : IAsyncLifetime
{
    RelayNode node = null!;

    public async Task InitializeAsync() => node = await RelayNode.StartAsync();

    public async Task DisposeAsync() => await node.DisposeAsync();

    DateTimeOffset At(int secondsAgo) => node.Now.AddSeconds(-secondsAgo);

    JsonObject Frame(string device, int secondsAgo, int vendorSecondsAgo = 0) => RelayNode.Frame(
        RelayNode.Hex(device, At(secondsAgo), secondsAgo), At(vendorSecondsAgo));

    [Fact]
    public async Task A_frame_is_journaled_as_the_vendors_word_with_both_times_of_receipt()
    {
        var answer = await node.RelayAsync(RelayNode.Batch(Frame(RelayNode.Listed, 60, 55)));

        Assert.Equal(["accepted"], RelayNode.ResultsOf(answer));
        Assert.Equal("b-1", answer.Body!["batch"]!.GetValue<string>());
        var fix = Assert.Single(await node.LaneAsync("live"));
        Assert.Equal(
            (RelayNode.Listed, IdentityGrade.Vendor, node.Now),
            (fix.Device.ToString(), fix.Identity, fix.ReceivedAt));
        Assert.Equal(new(RelayNode.Locks, At(55), RelayDoubt.None, First: true), fix.Relay);
    }

    [Fact]
    public async Task A_vendor_passes_on_its_own_devices_and_no_others()
    {
        await node.InStockAsync(RelayNode.InStock, "Sample Locks");
        await node.InStockAsync(RelayNode.Strange, "Sample Trackers");
        var batch = RelayNode.Batch(
            Frame(RelayNode.Listed, 10), Frame(RelayNode.InStock, 10), Frame(RelayNode.Strange, 10));

        Assert.Equal(["accepted", "accepted", "faulty"], RelayNode.ResultsOf(await node.RelayAsync(batch)));
        Assert.Equal(2, (await node.LaneAsync("live")).Count);
        var fault = Assert.Single(await node.FaultsAsync());
        Assert.Equal(("device-not-vendors", "relay:sample-locks"), (fault.Code, fault.Remote));
        Assert.Equal(
            ["faulty", "faulty", "accepted"],
            RelayNode.ResultsOf(await node.RelayAsync((JsonObject)batch.DeepClone(), RelayNode.Trackers)));
    }

    [Fact]
    public async Task A_frame_that_comes_again_is_kept_once_and_said_to_be_there()
    {
        var batch = RelayNode.Batch(Frame(RelayNode.Listed, 20), Frame(RelayNode.Listed, 10));
        await node.RelayAsync(batch);

        var again = await node.RelayAsync((JsonObject)batch.DeepClone());

        Assert.Equal(["duplicate", "duplicate"], RelayNode.ResultsOf(again));
        Assert.Equal(2, (await node.LaneAsync("live")).Count);
    }

    [Fact]
    public async Task A_heartbeat_that_comes_again_is_one_too()
    {
        var batch = RelayNode.Batch(RelayNode.Frame(
            Convert.ToHexStringLower(Jt600Encoder.Heartbeat("8000000001")), At(5)));
        var first = RelayNode.ResultsOf(await node.RelayAsync(batch));
        node.Api.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(["accepted"], first);
        Assert.Equal(["duplicate"], RelayNode.ResultsOf(await node.RelayAsync((JsonObject)batch.DeepClone())));
    }

    [Fact]
    public async Task A_request_repeated_under_its_key_is_answered_the_same()
    {
        var batch = RelayNode.Batch(Frame(RelayNode.Listed, 20));
        var first = await node.RelayAsync(batch, key: "batch-1");
        var again = await node.RelayAsync((JsonObject)batch.DeepClone(), key: "batch-1");
        var other = await node.RelayAsync(RelayNode.Batch(Frame(RelayNode.Listed, 21)), key: "batch-1");

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency-key-reused"), (other.Status, other.Code));
    }

    [Fact]
    public async Task What_cannot_be_read_is_kept_whole_with_its_reason_and_once()
    {
        var position = RelayNode.Hex(RelayNode.Listed, At(10));
        var bad = "00260001440f32b2173501000169a43270000027f0e7780ed17190007869dc09003d0a070000000086ad";
        var batch = RelayNode.Batch(
            RelayNode.Frame(bad, At(9), protocol: "ruptela"),
            RelayNode.Frame(position + position, At(9)),
            RelayNode.Frame("ffff", At(9)),
            RelayNode.Frame(position, At(9), "jt600:8000000002"));

        var answer = await node.RelayAsync(batch);
        await node.RelayAsync((JsonObject)batch.DeepClone());

        Assert.Equal(["faulty", "faulty", "faulty", "faulty"], RelayNode.ResultsOf(answer));
        string[] expected = ["checksum-bad", "not-one-frame", "not-this-protocol", "device-differs"];
        Assert.Equal(
            expected, answer.Body!["results"]!.AsArray().Select(r => r!["code"]!.GetValue<string>()));
        var kept = await node.FaultsAsync();
        Assert.Equal(expected, kept.Select(f => f.Code));
        Assert.Equal(bad, Convert.ToHexStringLower(kept[0].Raw));
        Assert.Empty(await node.LaneAsync("live"));
    }

    [Fact]
    public async Task A_vendors_time_that_cannot_be_is_named_and_the_frame_is_kept()
    {
        var answer = await node.RelayAsync(RelayNode.Batch(
            Frame(RelayNode.Listed, 10, -3600), Frame(RelayNode.Listed, 9, 7200), Frame(RelayNode.Listed, 8, 7)));

        Assert.Equal(["accepted", "accepted", "accepted"], RelayNode.ResultsOf(answer));
        Assert.Equal(
            ["vendor-time-ahead", "vendor-time-before-device", null],
            answer.Body!["results"]!.AsArray().Select(r => r!["doubt"]?.GetValue<string>()));
        Assert.Equal(
            [RelayDoubt.VendorTimeAhead, RelayDoubt.VendorTimeBeforeDevice, RelayDoubt.None],
            (await node.LaneAsync("live")).Select(f => f.Relay!.Doubt));
    }

    [Theory]
    [InlineData("""{"batch":"b"}""", "frames", "input-missing")]
    [InlineData("""{"frames":[]}""", "batch", "input-missing")]
    [InlineData("""{"protocol":"fax"}""", "frames[0].protocol", "input-not-a-choice")]
    [InlineData("""{"frame":"0"}""", "frames[0].frame", "input-malformed")]
    [InlineData("""{"encoding":"base64","frame":"*"}""", "frames[0].frame", "input-malformed")]
    [InlineData("""{"encoding":"morse"}""", "frames[0].encoding", "input-not-a-choice")]
    [InlineData("""{"receivedAt":"yesterday"}""", "frames[0].receivedAt", "input-malformed")]
    [InlineData("""{"frame":null}""", "frames[0].frame", "input-missing")]
    [InlineData("""{"device":"jt808:1"}""", "frames[0].device", "input-malformed")]
    public async Task A_body_that_is_wrong_is_refused_by_the_name_of_the_field(string body, string field, string code)
    {
        var given = JsonNode.Parse(body)!.AsObject();
        if (given["batch"] is null && given["frames"] is null)
        {
            var frame = RelayNode.Frame("00", At(0));
            foreach (var (name, value) in given) frame[name] = value?.DeepClone();
            given = RelayNode.Batch(frame);
        }
        var answer = await node.RelayAsync(given);

        Assert.Equal((HttpStatusCode.BadRequest, field, code), (answer.Status, answer.Field, answer.Code));
    }

    [Fact]
    public async Task More_frames_or_bytes_than_a_batch_holds_are_refused()
    {
        var many = await node.RelayAsync(RelayNode.Batch(Enumerable.Range(0, 201).Select(_ => RelayNode.Frame(
            "00", At(0)))));
        var large = await node.PostAsync("/api/v1/relay/frames", new string(' ', (1 << 20) + 1));

        Assert.Equal((HttpStatusCode.BadRequest, "frames", "input-too-many"), (many.Status, many.Field, many.Code));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body-too-large"), (large.Status, large.Code));
    }

    [Fact]
    public async Task A_key_of_a_firm_that_is_no_vendor_here_is_turned_away()
    {
        var answer = await node.RelayAsync(RelayNode.Batch(Frame(RelayNode.Listed, 10)), new("somebody-else"));

        Assert.Equal((HttpStatusCode.Forbidden, "vendor-not-known"), (answer.Status, answer.Code));
        Assert.Empty(await node.LaneAsync("live"));
    }

    [Fact]
    public async Task A_frame_in_base64_is_the_same_frame()
    {
        var hex = RelayNode.Hex(RelayNode.Listed, At(10));
        var frame = RelayNode.Frame(hex, At(9));
        (frame["encoding"], frame["frame"]) = ("base64", Convert.ToBase64String(Convert.FromHexString(hex)));
        await node.RelayAsync(RelayNode.Batch(RelayNode.Frame(hex, At(9))));

        Assert.Equal(["duplicate"], RelayNode.ResultsOf(await node.RelayAsync(RelayNode.Batch(frame))));
    }

    [Fact]
    public async Task Many_frames_of_many_devices_keep_their_order_and_their_results()
    {
        var frames = Enumerable.Range(0, 200).Select(i =>
            Frame($"jt600:800000000{i % 7}", 300 - i)).ToList();

        var answer = await node.RelayAsync(RelayNode.Batch(frames));

        Assert.All(RelayNode.ResultsOf(answer), r => Assert.Equal("accepted", r));
        Assert.Equal(200, answer.Body!["accepted"]!.GetValue<int>());
        var live = await node.LaneAsync("live");
        Assert.Equal(200, live.Count);
        Assert.DoesNotContain(live, f => f.Late);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_direct_copy_and_the_relayed_one_are_both_kept_and_what_the_device_said_itself_counts(
        bool relayedFirst)
    {
        var hex = RelayNode.Hex(RelayNode.Listed, At(10));
        if (!relayedFirst) await node.SayAsync(hex);
        Assert.Equal(
            ["accepted"],
            RelayNode.ResultsOf(await node.RelayAsync(RelayNode.Batch(RelayNode.Frame(hex, At(9))))));
        if (relayedFirst) await node.SayAsync(hex);

        var live = await node.LaneAsync("live");
        Assert.Equal(2, live.Count);
        Assert.False(Assert.Single(live, f => f.Relay is null).DuplicateFact);
        Assert.Equal(!relayedFirst, Assert.Single(live, f => f.Relay is not null).DuplicateFact);
    }
}
