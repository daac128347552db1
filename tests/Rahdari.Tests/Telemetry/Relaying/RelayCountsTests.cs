using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rahdari.Devices.Jt600;
using Rahdari.Devices.Teltonika;
using Rahdari.Ledger;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Storage;
using Rahdari.Telemetry.Relaying;
using Rahdari.Tests.Movements;

namespace Rahdari.Tests.Telemetry.Relaying;

/// <summary>What vendors count, held against what came. With RAHDARI_TEST_STORE=postgresql on PostgreSQL.</summary>
public sealed class RelayCountsTests : IAsyncLifetime
{
    const string Other = "jt600:8000000002";

    RelayNode node = null!;
    DateTimeOffset hour;

    public async Task InitializeAsync()
    {
        node = await RelayNode.StartAsync();
        hour = node.Now;
        Assert.Equal(0, hour.Minute);
    }

    public async Task DisposeAsync() => await node.DisposeAsync();

    /// <summary>Frames of a device, received by the platform in the first minutes of the hour.</summary>
    IEnumerable<JsonObject> Frames(string device, int from, int to) => Enumerable.Range(from, to - from).Select(i =>
        RelayNode.Frame(RelayNode.Hex(device, hour.AddSeconds(i), i), hour.AddSeconds(i + 1)));

    async Task RelayAsync(IEnumerable<JsonObject> frames, PartyId? vendor = null)
    {
        RelayNode.ResultsOf(await node.RelayAsync(RelayNode.Batch(frames), vendor));
        while (await node.Get<HeardDays>().NoteAsync(default)) { }
    }

    void Pass(double hours) => node.Api.Clock.Advance(TimeSpan.FromHours(hours));

    Task<Answer> StateAsync(byte[]? seed = null, string? spoil = null, params (string Device, long Frames)[] counts)
    {
        var body = Statement(seed, counts);
        return node.PostAsync("/api/v1/relay/counts", spoil is null ? body : body.Replace(
            $"\"frames\":{spoil}", "\"frames\":7", StringComparison.Ordinal));
    }

    string Statement(byte[]? seed = null, params (string Device, long Frames)[] counts)
    {
        var statement = new JsonObject
        {
            ["vendor"] = "sample-locks", ["hour"] = hour.ToString("yyyy-MM-ddTHH:00:00Z", CultureInfo.InvariantCulture),
            ["counts"] = new JsonArray(
                [.. counts.Select(c => new JsonObject { ["device"] = c.Device, ["frames"] = c.Frames })]),
        };
        statement["signature"] = Convert.ToBase64String(
            Ed25519.Sign(seed ?? RelayNode.Seed, CanonicalJson.Write(statement)));
        return statement.ToJsonString();
    }

    async Task<string[]> FindingsAsync() =>
    [
        .. (await node.Get<RelayQuery>().NewestAsync(node.Now, default)).Select(f =>
            $"{f.Device} {f.Gap} {f.Stated} {f.Received} {(f.NotedAt is null ? "" : "noted")}".Trim()),
    ];

    [Fact]
    public void What_is_signed_is_spelled_in_one_way()
    {
        var statement = new CountStatement(
            new("sample-locks"), new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero),
            [new(new DeviceId("jt600", "8000620011"), 120), new(new DeviceId("teltonika", "352093081452251"), 0)]);

        Assert.Equal(
            """
            {"counts":[{"device":"jt600:8000620011","frames":120},{"device":"teltonika:352093081452251","frames":0}],
            """.Trim() + "\"hour\":\"2026-03-01T10:00:00Z\",\"vendor\":\"sample-locks\"}",
            Encoding.UTF8.GetString(statement.SignedBytes()));
    }

    [Fact]
    public async Task A_count_that_agrees_opens_nothing_and_stands_on_the_record_with_its_signature()
    {
        await RelayAsync([.. Frames(RelayNode.Listed, 0, 5), .. Frames(Other, 0, 3)]);
        Pass(1);

        var answer = await StateAsync(counts: [(RelayNode.Listed, 5), (Other, 3)]);

        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body?.ToJsonString());
        Assert.Equal((2, 8L), (answer.Body!["devices"]!.GetValue<int>(), answer.Body["frames"]!.GetValue<long>()));
        Pass(10);
        Assert.Empty(await FindingsAsync());
        Assert.Equal(0, await node.Get<RelayHours>().NoteAsync(default));
        var subject = CountStatement.SubjectOf(RelayNode.Locks, hour);
        var recorded = Assert.Single(await node.Api.Desk.HistoryAsync(subject, default));
        var stated = Assert.IsType<RelayCountStated>(recorded.Body);
        Assert.True(Ed25519.Verify(
            Convert.FromBase64String(stated.PublicKey),
            new CountStatement(stated.Vendor, stated.Hour, stated.Counts).SignedBytes(),
            Convert.FromBase64String(stated.Signature)));
    }

    [Fact]
    public async Task Frames_withheld_are_a_finding_until_they_come_and_what_was_noted_stays()
    {
        await RelayAsync([.. Frames(RelayNode.Listed, 0, 5), .. Frames(Other, 0, 3)]);
        Pass(1);
        await StateAsync(counts: [(RelayNode.Listed, 9), (Other, 2), ("jt600:8000000003", 4)]);

        Assert.Equal(
            [
                "jt600:8000000001 FewerReceived 9 5", "jt600:8000000002 MoreReceived 2 3",
                "jt600:8000000003 FewerReceived 4 0",
            ],
            await FindingsAsync());
        Assert.Equal(0, await node.Get<RelayHours>().NoteAsync(default));
        Pass(2);
        Assert.Equal(2, await node.Get<RelayHours>().NoteAsync(default));
        Assert.Equal(0, await node.Get<RelayHours>().NoteAsync(default));
        await RelayAsync(Frames(RelayNode.Listed, 5, 9));

        Assert.Equal(
            ["jt600:8000000002 MoreReceived 2 3 noted", "jt600:8000000003 FewerReceived 4 0 noted"],
            await FindingsAsync());
        var history = await node.Api.Desk.HistoryAsync(CountStatement.SubjectOf(RelayNode.Locks, hour), default);
        Assert.Equal(
            [(RelayGap.FewerReceived, 2, 13L, 5L), (RelayGap.MoreReceived, 1, 2L, 3L)],
            history.Select(h => h.Body).OfType<RelayGapNoted>().OrderBy(g => g.Gap)
                .Select(g => (g.Gap, g.Devices, g.Stated, g.Received)));
    }

    [Fact]
    public async Task An_hour_nobody_counted_is_silence_on_the_record_and_a_late_count_closes_it()
    {
        await RelayAsync(Frames(RelayNode.Listed, 0, 5));
        Pass(2.9);
        Assert.Empty(await FindingsAsync());
        Pass(0.2);

        Assert.Equal(["Unstated  5"], await FindingsAsync());
        Assert.Equal(1, await node.Get<RelayHours>().NoteAsync(default));
        Assert.Equal(["Unstated  5 noted"], await FindingsAsync());
        await StateAsync(counts: [(RelayNode.Listed, 5)]);
        Assert.Empty(await FindingsAsync());
    }

    [Fact]
    public async Task A_frame_passed_on_twice_or_said_by_the_device_itself_counts_once_or_not()
    {
        var frames = Frames(RelayNode.Listed, 0, 4).ToList();
        await RelayAsync(frames);
        await RelayAsync([.. frames.Select(f => (JsonObject)f.DeepClone())]);
        await node.SayAsync(RelayNode.Hex(RelayNode.Listed, hour.AddSeconds(2), 2));
        Pass(1);
        await StateAsync(counts: [(RelayNode.Listed, 4)]);

        Assert.Empty(await FindingsAsync());
    }

    [Fact]
    public async Task A_count_is_refused_that_is_forged_early_repeated_or_somebody_elses()
    {
        (string, long)[] counts = [(RelayNode.Listed, 5)];
        Assert.Equal("count-hour-not-over", (await StateAsync(counts: counts)).Code);
        Pass(1);

        Assert.Equal("count-signature-bad", (await StateAsync(new byte[32], counts: counts)).Code);
        Assert.Equal("count-signature-bad", (await StateAsync(spoil: "5", counts: counts)).Code);
        Assert.Equal("count-device-twice", (await StateAsync(counts: [.. counts, .. counts])).Code);
        Assert.Equal(HttpStatusCode.Created, (await StateAsync(counts: counts)).Status);
        var again = await StateAsync(counts: [(RelayNode.Listed, 6)]);
        Assert.Equal((HttpStatusCode.Conflict, "count-already-stated"), (again.Status, again.Code));
        var body = $$"""
            {"vendor":"sample-locks","hour":"2026-03-01T10:00:00Z","counts":[],
             "signature":"{{Convert.ToBase64String(new byte[64])}}"}
            """;
        Assert.Equal(
            "count-of-another-vendor", (await node.PostAsync("/api/v1/relay/counts", body, RelayNode.Trackers)).Code);
        Assert.Equal("count-key-missing", (await node.PostAsync(
            "/api/v1/relay/counts", body.Replace("sample-locks", "sample-trackers", StringComparison.Ordinal),
            RelayNode.Trackers)).Code);
        Assert.Equal(
            ("input-malformed", "hour"),
            await WrongAsync(body.Replace("10:00:00Z", "10:30:00Z", StringComparison.Ordinal)));
        Assert.Equal(
            ("input-malformed", "signature"),
            await WrongAsync(body.Replace("AAAA", "!!!!", StringComparison.Ordinal)));
    }

    async Task<(string?, string?)> WrongAsync(string body)
    {
        var answer = await node.PostAsync("/api/v1/relay/counts", body);
        return (answer.Code, answer.Field);
    }

    [Fact]
    public async Task An_hour_is_counted_within_thirty_days_or_not_at_all()
    {
        (string, long)[] counts = [(RelayNode.Listed, 5)];
        Pass(30 * 24 + 0.01);
        var late = await StateAsync(counts: counts);
        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, "count-hour-too-old", "hour"), (late.Status, late.Code, late.Field));

        hour = hour.AddHours(1);
        Assert.Equal(HttpStatusCode.Created, (await StateAsync(counts: counts)).Status);
    }

    [Fact]
    public async Task A_frame_counts_once_however_often_it_was_sent_and_a_heartbeat_each_time_it_was_received()
    {
        var frame = Frames(RelayNode.Listed, 0, 1).Single();
        var beat = Convert.ToHexStringLower(Jt600Encoder.Heartbeat("8000000001"));
        // The device repeats a frame, the platform a batch; the heartbeat says no time and is received three times.
        var repeated = RelayNode.Frame(RelayNode.Hex(RelayNode.Listed, hour, 0), hour.AddMinutes(40));
        var beats = Enumerable.Range(0, 3).Select(i => RelayNode.Frame(beat, hour.AddMinutes(10 + i)));
        var batch = new[] { frame, repeated }.Concat(beats).ToList();
        await RelayAsync(batch);
        await RelayAsync([.. batch.Select(f => (JsonObject)f.DeepClone())]);
        Pass(1);

        await StateAsync(counts: [(RelayNode.Listed, 4)]);

        Assert.Empty(await FindingsAsync());
    }

    [Fact]
    public async Task A_packet_that_begins_with_a_record_sent_before_counts_as_the_one_that_began_so()
    {
        const string tracker = "teltonika:352000000000001";
        await node.InStockAsync(tracker, "Sample Trackers");
        JsonObject Packet(int records) => RelayNode.Frame(
            Convert.ToHexStringLower(TeltonikaEncoder.Packet(
                [.. Enumerable.Range(0, records).Select(i => RelayNode.MessageOf(hour.AddSeconds(i), i))])),
            hour.AddSeconds(9), tracker, "teltonika");

        await RelayAsync([Packet(2)], RelayNode.Trackers);
        await RelayAsync([Packet(3)], RelayNode.Trackers);

        Assert.Equal(1, Assert.Single(await node.Get<RelayQuery>().SummariesAsync(node.Now, default)).Frames);
    }

    [Fact]
    public async Task Of_each_vendor_the_newest_findings_are_read_and_all_of_one_page_by_page()
    {
        // One vendor counted 230 frames that never came, another says nothing of an hour.
        await node.InStockAsync(RelayNode.Strange, "Sample Trackers");
        await RelayAsync(Frames(RelayNode.Strange, 0, 2), RelayNode.Trackers);
        Pass(1);
        var devices = Enumerable.Range(1, 230).Select(i => $"jt600:{8_000_000_000 + i}").ToList();
        await StateAsync(counts: [.. devices.Select(d => (d, 1L))]);
        Pass(3);

        var all = (await node.Api.GetAsync("/api/v1/relay")).Body!;
        Assert.Equal(
            [("sample-locks", RelayQuery.MostOfEach), ("sample-trackers", 1)],
            all["findings"]!.AsArray().GroupBy(f => f!["vendor"]!.GetValue<string>()).OrderBy(g => g.Key)
                .Select(g => (g.Key, g.Count())));
        Assert.Equal(
            [("sample-locks", 230), ("sample-trackers", 1)],
            all["vendors"]!.AsArray().Select(v =>
                (v!["vendor"]!.GetValue<string>(), v["findings"]!.GetValue<int>())));
        var first = (await node.Api.GetAsync("/api/v1/relay?vendor=sample-locks")).Body!;
        var rest = (await node.Api.GetAsync($"/api/v1/relay?vendor=sample-locks&cursor={first["next"]}")).Body!;
        Assert.Equal(
            devices, first["findings"]!.AsArray().Concat(rest["findings"]!.AsArray())
                .Select(f => f!["device"]!.GetValue<string>()));
        Assert.Equal((RelayQuery.MostOfOne, null), (first["findings"]!.AsArray().Count, rest["next"]));
        foreach (var (wrong, field) in new[]
        {
            ("cursor=abc", "vendor"), ("vendor=sample-locks&cursor=!", "cursor"), ("vendor=%20", "vendor"),
        })
            Assert.Equal(field, (await node.Api.GetAsync($"/api/v1/relay?{wrong}")).Field);
        // What is put on the record is a vendor's hour, whatever the pages show of it.
        Assert.Equal(2, await node.Get<RelayHours>().NoteAsync(default));
        var noted = (await node.Api.Desk.HistoryAsync(CountStatement.SubjectOf(RelayNode.Locks, hour), default))
            .Select(h => h.Body).OfType<RelayGapNoted>().Single();
        Assert.Equal((230, 230L, 0L), (noted.Devices, noted.Stated, noted.Received));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_count_whose_recording_failed_is_there_whole_or_not_at_all_and_can_be_sent_again(bool happened)
    {
        await node.DisposeAsync();
        FailingRecord? record = null;
        node = await RelayNode.StartAsync(store => record = new(store));
        hour = node.Now;
        await RelayAsync(Frames(RelayNode.Listed, 0, 1));
        var counts = Enumerable.Range(1, 450).Select(i => ($"jt600:{8_000_000_000 + i}", (long)i)).ToArray();
        Pass(1);
        var body = Statement(counts: counts);

        record!.FailsAfter = happened;
        var failed = await node.PostAsync("/api/v1/relay/counts", body, key: "count-1");
        record.FailsAfter = null;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.Status);
        Assert.Equal(happened ? 450 : 0, await CountedAsync());
        var again = await node.PostAsync("/api/v1/relay/counts", body, key: "count-1");
        Assert.Equal((HttpStatusCode.Created, 450), (again.Status, again.Body!["devices"]!.GetValue<int>()));
        Assert.Equal(450, await CountedAsync());
        var other = await node.PostAsync("/api/v1/relay/counts", body);
        Assert.Equal("count-already-stated", other.Code);
        Assert.Single(await node.Api.Desk.HistoryAsync(CountStatement.SubjectOf(RelayNode.Locks, hour), default));
    }

    async Task<int> CountedAsync() =>
        (int)(await node.Api.Desk.QueryAsync<long>("select count(*) from relay_count", null, default))[0];

    /// <summary>Loses a write once all of it was done: before the commit, or its outcome after it.</summary>
    sealed class FailingRecord(IRecordStore inner) : IRecordStore
    {
        public bool? FailsAfter { get; set; }

        public string Engine => inner.Engine;

        public async Task<T> WriteAsync<T>(Func<IRecordTransaction, Task<T>> work, CancellationToken cancel)
        {
            if (FailsAfter is not { } after) return await inner.WriteAsync(work, cancel);
            await inner.WriteAsync(
                async t =>
                {
                    var done = await work(t);
                    return after ? done : throw new StorageOutageException("as the test asked", outcomeUnknown: true);
                }, cancel);
            throw new StorageOutageException("as the test asked", outcomeUnknown: true);
        }

        public Task<T> ReadAsync<T>(Func<IRecordReader, Task<T>> work, CancellationToken cancel) =>
            inner.ReadAsync(work, cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Whoever_watches_reads_what_came_and_how_long_it_took()
    {
        await RelayAsync(Frames(RelayNode.Listed, 0, 5));
        Pass(4);

        var answer = await node.Api.GetAsync("/api/v1/relay");

        var vendor = Assert.Single(answer.Body!["vendors"]!.AsArray())!;
        Assert.Equal("sample-locks", vendor["vendor"]!.GetValue<string>());
        Assert.Equal((1, 5), (vendor["devices"]!.GetValue<int>(), vendor["frames"]!.GetValue<int>()));
        var finding = Assert.Single(answer.Body["findings"]!.AsArray())!;
        Assert.Equal(("unstated", 5), (finding["gap"]!.GetValue<string>(), finding["received"]!.GetValue<int>()));
    }
}
