using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Devices.Teltonika;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// Bad input against the real program: each gets a clear answer, the server is up after it, nothing of it is recorded
/// that should not be, and nothing of it is lost.
/// </summary>
public sealed class BadInputTests : IAsyncLifetime
{
    const string Movements = "/api/v1/movements", Exit = """{"condition":"intact"}""";

    ProbedNode node = null!;

    public async Task InitializeAsync() => node = await ProbedNode.StartAsync();

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task Every_bad_request_is_told_what_is_wrong_and_records_nothing()
    {
        await BodiesAsync();
        await HeadersAndPathsAsync();
        Assert.Empty((await node.GetAsync(Movements)).Body!["items"]!.AsArray());

        var mrn = await node.ReleasedAsync();
        var one = $"{Movements}/{mrn}/units/1";
        await RefusedAsync($"{one}/weights", """{"massGrams":-1}""", 400, "input-negative", "massGrams");
        await node.DoneAsync($"{one}/devices", """{"device":"jt600:8000620011","role":"container"}""");
        await RefusedAsync(
            $"{one}/devices", """{"device":"jt600:8000620011","role":"prime-mover"}""", 422, "device-already-fitted",
            "device");

        var unreleased = await node.DeclaredAsync("BAD-2");
        var exit = await node.DoneAsync($"{Movements}/{unreleased}/units/1/exit", Exit, "pk:TORKHAM");
        Assert.Contains(
            "exit-without-release", exit["irregularities"]!.AsArray().Select(i => i!["code"]!.GetValue<string>()));
        var history = (await node.GetAsync($"{Movements}/{unreleased}")).Body!["history"]!.AsArray();
        Assert.Contains("unit-exited", history.Select(h => h!["type"]!.GetValue<string>()));
        Assert.Equal(2, (await node.GetAsync(Movements)).Body!["items"]!.AsArray().Count);
        Assert.DoesNotContain("was not answered", node.Process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_bytes_on_a_device_port_are_counted_kept_and_delay_nobody()
    {
        var (locks, trackers) = (node.PortOf(0), node.PortOf(1));
        var garbage = "is this the right number?"u8.ToArray();
        var whole = Jt600Encoder.Record("8000620011", Message(7));
        var cut = whole[..20];
        using var waiting = await DeviceAsync(locks, cut);

        using (var stranger = await DeviceAsync(locks, garbage)) await EndAsync(stranger);
        using (var tracker = await DeviceAsync(locks, TeltonikaEncoder.Login("356307042441013")))
            await EndAsync(tracker);
        using (var padlock = await DeviceAsync(trackers, Jt600Encoder.Record("8000620011", Message(1))))
            await EndAsync(padlock);
        using (var browser = await DeviceAsync(trackers, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray()))
            await EndAsync(browser);
        using (var good = await DeviceAsync(locks, Jt600Encoder.Record("8000620011", Message(2))))
            Assert.Equal("(P69,0,2)", Encoding.ASCII.GetString(await ReadAsync(good, 9)));
        using (var gone = await DeviceAsync(locks, cut)) gone.Client.Shutdown(SocketShutdown.Send);
        Assert.True(await node.IsUpAsync());

        var faults = await node.Process.UntilAsync(async () =>
        {
            var counted = (await node.MetricsAsync()).Split('\n')
                .Where(l => l.StartsWith("rahdari_intake_faults", StringComparison.Ordinal)).ToList();
            return counted.Count == 5 ? counted : null;
        }, TimeSpan.FromSeconds(30));
        Assert.All(faults, f => Assert.EndsWith(" 1", f, StringComparison.Ordinal));
        // The half frame is still waited for; its device goes on where it stopped.
        await waiting.GetStream().WriteAsync(whole[20..]);
        Assert.Equal("(P69,0,7)", Encoding.ASCII.GetString(await ReadAsync(waiting, 9)));

        await node.Process.SignalAsync("TERM");
        Assert.Equal(0, (await node.Process.EndAsync(TimeSpan.FromMinutes(1))).Code);
        var (kept, records) = await JournalAsync();
        Assert.Equal(
            ["connection-cut-off", "garbage", "http-on-device-port", "wrong-protocol", "wrong-protocol"],
            kept.Select(f => f.Code).Order(StringComparer.Ordinal));
        Assert.Contains(kept, f => f.Raw.AsSpan().SequenceEqual(garbage));
        Assert.Contains(kept, f => f.Raw.AsSpan().SequenceEqual(cut));
        Assert.Equal(2, records);
    }

    async Task BodiesAsync()
    {
        await RefusedAsync(Movements, """{"localReference":""", 400, "json-malformed", null);
        await RefusedAsync(Movements, "[]", 400, "json-no-object", null);
        await RefusedAsync(Movements, """{"a":1,"a":2}""", 400, "json-malformed", null);
        await RefusedAsync(Movements, Nested(200), 400, "json-malformed", null);
        await RefusedAsync(Movements, """{"holder":"\ud800"}""", 400, "json-malformed", null);
        await RefusedAsync(
            Movements, ProbedNode.Declaration("B", departure: "pk:NOWHERE"), 422, "office-unknown",
            "officeOfDeparture");
        await RefusedAsync(
            Movements, ProbedNode.Declaration("B", container: "CSQU3054384"), 400, "input-check-digit",
            "units[0].container");
        await RefusedAsync(
            Movements, ProbedNode.Declaration("B", grams: "-1"), 400, "input-negative", "units[0].grossMassGrams");
        await RefusedAsync(
            Movements, ProbedNode.Declaration("B", grams: "1e400"), 400, "input-malformed", "units[0].grossMassGrams");
        await RefusedAsync(Movements, """{"nobody":1}""", 400, "input-missing", "localReference");

        byte[] invalid = [.. "{\"holder\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        await ToldAsync(
            new ByteArrayContent(invalid) { Headers = { ContentType = Json } }, 400, "json-malformed", null);
        await ToldAsync(new StringContent("{}", Encoding.UTF8, "text/plain"), 415, "json-expected", "Content-Type");
        var large = new byte[3 << 19];
        await ToldAsync(new ByteArrayContent(large) { Headers = { ContentType = Json } }, 413, "body-too-large", null);
        await ToldAsync(new Endless(large), 413, "body-too-large", null);
    }

    async Task HeadersAndPathsAsync()
    {
        foreach (var key in new[] { "with blank", new string('k', 101) })
            await ToldAsync(Empty(), 400, "input-malformed", "Idempotency-Key", ("Idempotency-Key", key));
        await ToldAsync(Empty(), 400, "input-malformed", "If-Match", ("If-Match", "seven"));
        await RefusedAsync($"{Movements}/26PKKHI000000123M0/selection", "{}", 400, "input-check-digit", "mrn");
        await RefusedAsync("/api/v1/nowhere", "{}", 404, "no-such-place", null);
        var deleted = await node.SendAsync(HttpMethod.Delete, Movements, null, "pk:KARACHI");
        Assert.Equal((405, "method-not-allowed"), (deleted.Status, deleted.Code));
        foreach (var (query, field) in new[]
        {
            ("limit=0", "limit"), ("limit=x", "limit"), ("state=x", "state"), ("cursor=%ff%00", "cursor"),
            ("cursor=" + new string('9', 7_000), "cursor"),
        })
        {
            var told = await node.GetAsync($"{Movements}?{query}");
            Assert.True((told.Status, told.Field) == (400, field), $"{query}: {told}");
        }
        // What a proper client would not send.
        Assert.StartsWith("HTTP/1.1 414", await RawAsync($"GET /{new string('a', 9_000)} HTTP/1.1"));
        Assert.StartsWith("HTTP/1.1 431", await RawAsync($"GET /healthz HTTP/1.1\r\nX: {new string('a', 40_000)}"));
        Assert.StartsWith("HTTP/1.1 505", await RawAsync("GET /healthz HTTP/9.9"));
        string[] paths = ["/api/v1/movements/%zz", "/api/v1/movements/%ff%fe", "/assets/..%2f..%2fa", "/%00"];
        foreach (var path in paths)
        {
            var answer = await RawAsync($"GET {path} HTTP/1.1");
            Assert.Matches("^HTTP/1.1 4[0-9][0-9] ", answer);
        }
        Assert.StartsWith("HTTP/1.1 408", await RawAsync("GET /healthz HTTP/1.1\r\nX-Slow: ", end: ""));
        Assert.True(await node.IsUpAsync());
    }

    static MediaTypeHeaderValue Json => new("application/json");

    static StringContent Empty() => new("{}", Encoding.UTF8, "application/json");

    static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    async Task RefusedAsync(string path, string body, int status, string code, string? field)
    {
        var told = await node.PostAsync(path, body);
        Assert.True((told.Status, told.Code, told.Field) == (status, code, field), $"{path} {body}: {told}");
        Assert.True(await node.IsUpAsync());
    }

    async Task ToldAsync(
        HttpContent content, int status, string code, string? field, params (string, string)[] headers)
    {
        var told = await node.SendAsync(HttpMethod.Post, Movements, content, "pk:KARACHI", headers);
        Assert.True((told.Status, told.Code, told.Field) == (status, code, field), $"{told}");
        Assert.True(await node.IsUpAsync());
    }

    /// <summary>One request as bytes, and all that came back.</summary>
    async Task<string> RawAsync(string head, string end = "\r\nHost: x\r\nConnection: close\r\n\r\n")
    {
        using var client = await DeviceAsync(node.Port, Encoding.Latin1.GetBytes(head + end));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadLineAsync(limit.Token) ?? "closed";
    }

    static async Task<TcpClient> DeviceAsync(int port, byte[] bytes)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port);
        await client.GetStream().WriteAsync(bytes);
        return client;
    }

    static async Task<byte[]> ReadAsync(TcpClient client, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var bytes = new byte[count];
        await client.GetStream().ReadExactlyAsync(bytes, limit.Token);
        return bytes;
    }

    static async Task EndAsync(TcpClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], limit.Token));
    }

    async Task<(IReadOnlyList<JournaledFault> Faults, long Records)> JournalAsync()
    {
        await using var store = await EmbeddedStore.OpenAsync(node.Settings.DataDirectory, new StoreSettings
        {
            Time = TimeProvider.System,
            OnFatal = e => throw new IOException(e.Message, e),
        }, default);
        var rows = await store.Journal.ReadAsync("pk/faulty", 0, 100, default);
        return ([.. rows.Select(JournaledFault.Read)], store.Journal.Head("pk/live") + store.Journal.Head("pk/late"));
    }

    static DeviceMessage Message(int serial) => new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()),
        Valid = true,
        Position = new(248_100_000, 669_700_000),
        Speed = new Speed(0),
        CourseDegrees = 0,
        Satellites = 9,
        BatteryPercent = 80,
        DeviceSerial = serial,
        Seal = new SealState(Locked: true, RopePresent: true, CoverClosed: true),
    };

    /// <summary>A body whose length nobody says before it is over.</summary>
    sealed class Endless : HttpContent
    {
        readonly byte[] bytes;

        public Endless(byte[] bytes)
        {
            this.bytes = bytes;
            Headers.ContentType = Json;
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
