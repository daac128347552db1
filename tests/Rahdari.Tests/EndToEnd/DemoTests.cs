using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Rahdari.Tests.EndToEnd;

/// <summary>The demo as a visitor starts it: the real program, real sockets, both nodes.</summary>
public sealed class DemoTests : IDisposable
{
    /// <summary>The whole scenario takes one to two minutes on two cores; a busy machine stretches it.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-demo-test-").FullName;
    readonly int port = RahdariProcess.FreePorts();

    [Fact]
    public async Task Six_trucks_end_and_both_logs_books_and_alerts_say_so()
    {
        await using var demo = Start("--trucks", "6", "--speed", "6000", "--until-done", "--json");
        var (code, output) = await demo.EndAsync(Patience);
        Assert.True(code == 0, $"exit code {code}: {output}\n{demo.Errors}");
        var result = JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!;
        Assert.Equal(6, Number(result, "units"));
        Assert.Equal(6, Number(result, "discharged") + Number(result, "exceptions"));
        Assert.True(Number(result["byGrade"]!, "E4") >= 4, output);
        Assert.True(Number(result["alerts"]!, "late") >= 1, output);
        Assert.True(Number(result["alerts"]!["byKind"]!, "rope-cut") >= 1, output);
        Assert.Equal(2, result["logs"]!.AsArray().Count);
        Assert.All(result["logs"]!.AsArray(), log => Assert.True(log!["consistent"]!.GetValue<bool>(), output));
    }

    [Fact]
    public async Task A_restart_goes_on_with_the_clock_where_it_stood()
    {
        DateTimeOffset before;
        await using (var first = Start("--trucks", "1", "--speed", "2000"))
        {
            before = await first.UntilAsync(async () => await LaterThanAsync(new(2026, 9, 1, 6, 0, 0, TimeSpan.Zero)),
                Patience) is { } seen ? seen.Time : default;
            await first.KillAsync();
        }
        await using var second = Start("--trucks", "1", "--speed", "1");
        var after = (await second.UntilAsync(async () => await LaterThanAsync(default), Patience)).Time;
        // The clock is saved once a second of machine time, 2,000 corridor seconds at that speed; never from the
        // start again.
        Assert.True(after > before - TimeSpan.FromSeconds(3 * 2000), $"{before} -> {after}");
        Assert.True(after < before + TimeSpan.FromHours(2), $"{before} -> {after}");
    }

    [Fact]
    public async Task A_taken_port_is_named_with_exit_code_2()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port + 10);
        taken.Start();
        await using var demo = Start("--until-done");
        var (code, _) = await demo.EndAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, code);
        Assert.Contains((port + 10).ToString(CultureInfo.InvariantCulture), demo.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default", "met")]
    [InlineData("fee", "not met")]
    public async Task The_fee_measure_ends_as_the_rules_in_force_say(string scenario, string status)
    {
        await using var demo = Start("--trucks", "1", "--speed", "3000", "--scenario", scenario);
        var fee = await demo.UntilAsync(async () =>
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            var measures = (await http.GetFromJsonAsync<JsonArray>("/api/v1/measures"))!;
            var row = measures.Single(m => m!["id"]!.GetValue<string>() == "fee")!;
            return row["status"]!.GetValue<string>() == status ? row : null;
        }, Patience);
        Assert.NotEqual("", fee["reason"]!.GetValue<string>());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    RahdariProcess Start(params IEnumerable<string> more) => RahdariProcess.Start(
    [
        "demo", "--data", folder, "--urls", $"http://127.0.0.1:{port}", "--device-ports",
        (port + 10).ToString(CultureInfo.InvariantCulture), .. more,
    ]);

    sealed record Seen(DateTimeOffset Time);

    async Task<Seen?> LaterThanAsync(DateTimeOffset time)
    {
        var accounts = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "demo.json")))!;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", accounts["keys"]![0]!["key"]!.GetValue<string>());
        var clock = (await http.GetFromJsonAsync<JsonNode>("/api/v1/clock"))!;
        var now = clock["now"]!.GetValue<DateTimeOffset>();
        return now > time ? new(now) : null;
    }

    static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();
}
