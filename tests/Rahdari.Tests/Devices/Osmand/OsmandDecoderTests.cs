using System.Text;
using System.Text.Json;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Osmand;

namespace Rahdari.Tests.Devices.Osmand;

public sealed class OsmandDecoderTests
{
    const string Id = "phone-1";

    static readonly OsmandDecoder Decoder = new();

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56.789Z"),
        Valid = true,
        Position = new(248_607_120, 670_099_320),
        AltitudeMetres = -12,
        Speed = Speed.FromKnots(33),
        CourseDegrees = 271,
        BatteryPercent = 80,
    };

    static IEnumerable<byte[]> EveryKind() =>
    [
        OsmandEncoder.Query(Id, Sample),
        OsmandEncoder.Json(Id, Sample),
        Text("POST /x HTTP/1.1\r\nContent-Length: 26\r\n\r\nid=phone-1&lat=60.1&lon=30"),
        OsmandEncoder.Query(Id, Sample, keepAlive: false),
    ];

    [VectorsFact]
    public void Recorded_requests_give_the_place_and_time_that_stand_in_them()
    {
        var (placed, without) = (0, 0);
        foreach (var bytes in RecordedFrames.Asserted("osmand"))
        {
            var frame = Decode(bytes);
            Assert.Null(frame.Error);
            Assert.NotNull(frame.DeviceId);
            var message = Assert.Single(frame.Messages);
            var (time, place) = ReadByHand(JsonDocument.Parse(bytes).RootElement);
            Assert.Equal(time, message.Time);
            if (place is null) Assert.Null(message.Position);
            else Assert.Equal(place, message.Position);
            (placed, without) = place is null ? (placed, without + 1) : (placed + 1, without);
        }
        Assert.True(placed >= 8 && without == 1, $"{placed} {without}");
    }

    [Fact]
    public void Requests_survive_truncation_anywhere_and_never_yield_another_place() => Assert.All(EveryKind(), f =>
    {
        Wire.AssertTruncatesCleanly(Decoder, f);
        var whole = Decode(f).Messages[0].Position;
        for (var length = 0; length < f.Length; length++)
            Assert.All(Decode(f[..length]).Messages, m => Assert.Equal(whole, m.Position));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(100_000)]
    public void Requests_follow_each_other_on_one_connection_however_it_is_cut(int piece)
    {
        var frames = Wire.AssertEachIsFound(Decoder, [.. EveryKind()], Id, piece, "\r\ngarbage 12\r\n"u8);

        Assert.Equal([false, false, false, true], frames.Select(f => f.EndsConnection));
    }

    [Fact]
    public void A_query_is_read_as_it_was_written() => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = RecordClass.Live,
            Position = new(m.Position!.Value.LatitudeE7 / 10 * 10, m.Position!.Value.LongitudeE7 / 10 * 10),
            AltitudeMetres = (m.CourseDegrees - 100) * 10,
            Charging = m.Seal.Locked,
            Satellites = null,
            OdometerMetres = null,
            DeviceSerial = null,
            Seal = default,
        }),
        message =>
        {
            var frame = Decode(OsmandEncoder.Query(Id, message));

            Assert.Null(frame.Error);
            Assert.Equal(message with { Events = [] }, Assert.Single(frame.Messages) with { Events = [] });
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", Answer(frame));
        });

    [Fact]
    public void Json_is_read_as_it_was_written() => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = RecordClass.Live,
            Position = new(m.Position!.Value.LatitudeE7 / 10 * 10, m.Position!.Value.LongitudeE7 / 10 * 10),
            Valid = true,
            Speed = new Speed((m.DeviceSerial ?? 0) * 3600),
            AltitudeMetres = (m.CourseDegrees - 100) * 10,
            Satellites = null,
            DeviceSerial = null,
            Seal = default,
        }),
        message => Assert.Equal(
            message with { Events = [] },
            Assert.Single(Decode(OsmandEncoder.Json(Id, message)).Messages) with { Events = [] }));

    [Theory]
    [InlineData("timestamp=1377177267", "2013-08-22T13:14:27Z")]
    [InlineData("timestamp=1442068686579", "2015-09-12T14:38:06.579Z")]
    [InlineData("timestamp=2025-06-15T13:45:12.862Z", "2025-06-15T13:45:12.862Z")]
    [InlineData("timestamp=2025-06-15T18:45:12%2B05:00", "2025-06-15T13:45:12Z")]
    [InlineData("timestamp=2025-06-15T18:45:12+05:00", "2025-06-15T13:45:12Z")]
    [InlineData("timestamp=2025-06-15+13:45:12", "2025-06-15T13:45:12Z")]
    public void Times_are_spelt_in_many_ways(string parameter, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), Get($"id=1&lat=1&lon=2&{parameter}").Messages[0].Time);

    [Fact]
    public void A_time_without_zone_has_the_zone_given()
    {
        var query = Text("id=1&lat=1&lon=2&timestamp=2025-06-15%2018:45:12");

        var frame = Decoder.Decode(query, DeviceSession.Fresh, new(Zone: TimeSpan.FromHours(5)));

        Assert.Equal(DateTimeOffset.Parse("2025-06-15T13:45:12Z"), frame.Messages[0].Time);
    }

    [Theory]
    [InlineData("id=1&location=60.5,-30.25", 605_000_000, -302_500_000)]
    [InlineData("deviceid=1&lat=5.0E-5&lon=-1.8E2", 500, -1_800_000_000)]
    [InlineData("id=1&lat=%36%30&lon=30.12345678", 600_000_000, 301_234_568)]
    public void Places_are_spelt_in_many_ways(string query, int latitude, int longitude) =>
        Assert.Equal(new GeoPosition(latitude, longitude), Get(query).Messages[0].Position);

    [Theory]
    [InlineData("lat=1&lon=2", "id is missing")]
    [InlineData("id=a%20b&lat=1&lon=2", "id is missing, or is not of 1 to 40 letters, digits and dashes")]
    [InlineData("id=1&lat=91&lon=2", "lat ")]
    [InlineData("id=1&lat=1&lon=NaN", "lon ")]
    [InlineData("id=1&lat=1", "lon ")]
    [InlineData("id=1&lat=&lon=2", "lat ")]
    [InlineData("id=1&lat=1&lon=%zz", "lon ")]
    [InlineData("id=1&location=1", "location ")]
    [InlineData("id=1&lat=1&lon=2&timestamp=yesterday", "timestamp ")]
    [InlineData("id=1&lat=1&lon=2&timestamp=-1", "timestamp ")]
    public void What_a_record_cannot_do_without_refuses_the_request_by_name(string query, string detail)
    {
        var frame = Get(query);

        Assert.Empty(frame.Messages);
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", Answer(frame));
        Assert.Contains($"\r\n\r\n{detail}", Answer(frame));
        Assert.False(frame.EndsConnection);
    }

    [Theory]
    [InlineData("speed=fast", "speed")]
    [InlineData("batt=1000", "batt")]
    [InlineData("bearing=361", "bearing")]
    [InlineData("altitude=high", "altitude")]
    public void What_a_record_can_do_without_is_left_out_and_named(string parameter, string name)
    {
        var frame = Get($"id=1&lat=1&lon=2&{parameter}");

        Assert.StartsWith(name, frame.Error?.Detail);
        Assert.Equal(new GeoPosition(10_000_000, 20_000_000), Assert.Single(frame.Messages).Position);
        Assert.StartsWith("HTTP/1.1 200 OK", Answer(frame));
    }

    [Fact]
    public void A_panic_and_an_invalid_fix_are_told()
    {
        Assert.Equal([DeviceEvent.Panic], Get("id=1&lat=1&lon=2&alarm=sos").Messages[0].Events);
        Assert.False(Get("id=1&lat=1&lon=2&valid=false").Messages[0].Valid);
        Assert.True(Get("id=1&lat=1&lon=2&valid=1&charge=true").Messages[0].Charging);
    }

    [Fact]
    public void A_list_of_locations_becomes_as_many_records()
    {
        var one = """{"timestamp":"2026-03-01T00:00:00Z","coords":{"latitude":1.5,"longitude":2,"speed":null}}""";

        var frame = Post($$"""{"location":[{{one}},{{one}}],"device_id":77}""");

        Assert.Equal("77", frame.DeviceId);
        Assert.Equal(2, frame.Messages.Count);
        Assert.All(frame.Messages, m => Assert.Equal(new GeoPosition(15_000_000, 20_000_000), m.Position));
    }

    [Theory]
    [InlineData("""{"location":{"coords":{"latitude":1,"longitude":2}}}""", "id is missing")]
    [InlineData("""{"location":{"coords":{"latitude":1}},"device_id":"1"}""", "lon ")]
    [InlineData("""{"location":{"coords":{"latitude":"x","longitude":2}},"device_id":"1"}""", "latitude ")]
    [InlineData("""{"location":[1],"device_id":"1"}""", "location ")]
    [InlineData("""{"device_id":"1"}""", "location ")]
    [InlineData("""{"location":{""", "the body is no JSON")]
    [InlineData("""{"device_id":"\ud800"}""", "the body is no JSON")]
    public void Json_that_cannot_be_used_is_refused_by_name(string body, string detail)
    {
        var frame = Post(body);

        Assert.Empty(frame.Messages);
        Assert.Contains($"\r\n\r\n{detail}", Answer(frame));
        Assert.StartsWith("HTTP/1.1 400", Answer(frame));
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411 Length Required", true)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", "413 Content Too Large", true)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "400 Bad Request", true)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400 Bad Request", true)]
    [InlineData("GET / HTTP/2.0\r\n\r\n", "505 HTTP Version", true)]
    [InlineData("PUT /?id=1 HTTP/1.1\r\n\r\n", "405 Method Not Allowed", false)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400 Bad Request", false)]
    public void A_request_that_is_not_read_is_answered_and_delimited(string request, string status, bool ends)
    {
        var bytes = Text(request);
        Assert.Equal(FrameScan.Frame(bytes.Length), Decoder.Scan(bytes));

        var frame = Decode(bytes);

        Assert.StartsWith($"HTTP/1.1 {status}", Answer(frame));
        Assert.Empty(frame.Messages);
        Assert.NotNull(frame.Error);
        Assert.Equal(ends, frame.EndsConnection);
    }

    [Fact]
    public void A_head_without_end_is_refused_at_its_limit()
    {
        var endless = Text("GET /?" + new string('a', OsmandFrame.MaxHeadBytes));

        Assert.Equal(FrameScan.NeedMore, Decoder.Scan(endless.AsSpan(0, OsmandFrame.MaxHeadBytes - 1)));
        Assert.Equal(FrameScan.Frame(OsmandFrame.MaxHeadBytes), Decoder.Scan(endless));
        var frame = Decode(endless[..OsmandFrame.MaxHeadBytes]);
        Assert.StartsWith("HTTP/1.1 431", Answer(frame));
        Assert.True(frame.EndsConnection);
    }

    [Theory]
    [InlineData("HTTP/1.1", "", false)]
    [InlineData("HTTP/1.1", "Connection: close\r\n", true)]
    [InlineData("HTTP/1.0", "", true)]
    [InlineData("HTTP/1.0", "connection: Keep-Alive\r\n", false)]
    public void The_connection_is_kept_as_the_request_asks(string version, string header, bool ends)
    {
        var frame = Decode(Text($"GET /?id=1&lat=1&lon=2 {version}\r\n{header}\r\n"));

        Assert.Equal(ends, frame.EndsConnection);
        Assert.Contains(ends ? "Connection: close\r\n" : "Connection: keep-alive\r\n", Answer(frame));
    }

    [Fact]
    public void Frames_of_locks_are_garbage() =>
        Assert.Equal(FrameScan.Garbage(16), Decoder.Scan("(7560405553,@JT)"u8));

    [Fact]
    public void Mutated_requests_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 9);

    [Fact]
    public void Decoding_a_query_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, OsmandEncoder.Query(Id, Sample)), 1, 520);

    internal static (DateTimeOffset? Time, GeoPosition? Place) ReadByHand(JsonElement request)
    {
        if (request.GetProperty("body").ValueKind == JsonValueKind.String)
        {
            var location = JsonDocument.Parse(request.GetProperty("body").GetString()!).RootElement
                .GetProperty("location");
            var coords = location.GetProperty("coords");
            return (location.GetProperty("timestamp").GetDateTimeOffset(), Place(
                coords.GetProperty("latitude").GetDouble(), coords.GetProperty("longitude").GetDouble()));
        }
        var query = request.GetProperty("url").GetString()!.Split('?')[1].Split('&')
            .Select(p => p.Split('=')).ToLookup(p => p[0], p => p[1]);
        long? time = query["timestamp"].FirstOrDefault() is { } text ? long.Parse(text) : null;
        if (time < int.MaxValue) time *= 1000;
        return (
            time is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(time.Value),
            query["lat"].FirstOrDefault() is { } lat
                ? Place(double.Parse(lat), double.Parse(query["lon"].First()))
                : null);
    }

    static GeoPosition Place(double latitude, double longitude) =>
        new((int)Math.Round(latitude * 1e7), (int)Math.Round(longitude * 1e7));

    static DecodedFrame Get(string query) => Decode(Text($"GET /?{query} HTTP/1.1\r\nHost: x\r\n\r\n"));

    static DecodedFrame Post(string body) =>
        Decode(Text($"POST / HTTP/1.1\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    static string Answer(DecodedFrame frame) => Encoding.UTF8.GetString(frame.Reply!);

    static DecodedFrame Decode(byte[] frame) => Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

    static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
