using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Simulator;
using Rahdari.Stock;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;

namespace Rahdari.Tests.Simulator;

/// <summary>
/// The officers' script against the product's own API, rules and books. The other side is out of reach here: it takes
/// the entry and nobody hears of it, so that the unit ends at a lower grade.
/// </summary>
public sealed class OneRealNodeTests
{
    static readonly DateTimeOffset Start = new(2026, 8, 3, 0, 0, 0, TimeSpan.Zero);

    sealed class LentClock(TestClock clock) : CorridorClock
    {
        public override DateTimeOffset Now => clock.Now;

        public override void ContinueFrom(DateTimeOffset newest)
        {
        }
    }

    [Theory]
    [InlineData("default", 0)]
    [InlineData("fee", 1)]
    public async Task A_truck_passes_every_stage_of_the_departure_side_without_a_refusal(
        string scenario, int feesAbove)
    {
        using var clock = new TestClock(Start);
        await using var locks = new FakeDevicePort("jt600");
        await using var trackers = new FakeDevicePort("teltonika");
        await using var other = await SilentSideAsync();
        await using var node = await ApiNode.StartAsync(
            pack: Pack(scenario),
            more: s => s.AddCorridors().AddStock().AddSingleton<IProjection, AlertBoard>()
                .AddSingleton<CorridorClock>(new LentClock(clock)),
            map: app =>
            {
                app.MapCorridors();
                app.MapStock();
            });
        var (url, keys) = await KeysAsync(node);
        var ports = new Dictionary<string, int> { ["jt600"] = locks.Port, ["teltonika"] = trackers.Port };
        using var http = new HttpClient();
        var corridor = await CorridorReader.ReadAsync(http, url, keys[0].Key, default);
        var options = new SimulationOptions(
            scenario, 1, 5, Start, corridor,
            [
                new("pk", url, ports, keys),
                new("af", new Uri(other.Urls.First()), ports,
                    [new("officer", "af:TORKHAM", "k"), new("officer", "af:SPIN-BOLDAK", "k")]),
            ]);

        var report = await new SimulationRun(options, clock, new PromptTime()).RunAsync(default);

        var unit = Assert.Single(report.Units);
        Assert.True(unit.IsDischarged, unit.Reason);
        Assert.Equal(("E1", true), (unit.Grade, unit.Unreconciled));
        Assert.Empty(report.Refusals);
        var movement = (await node.GetAsync($"/api/v1/movements/{unit.Unit[..18]}")).Body!;
        Assert.Empty(movement["units"]![0]!["irregularities"]!.AsArray());
        Assert.Equal(feesAbove, Math.Sign((long)movement["fee"]!["amount"]!["minor"]!));
        var grn = (string)movement["guarantee"]!["grn"]!;
        var books = (await node.GetAsync($"/api/v1/guarantees/{grn}")).Body!;
        Assert.Equal((long)books["limit"]!["minor"]!, (long)books["free"]!["minor"]!);
        Assert.NotNull((await node.GetAsync("/api/v1/closures")).Body!["items"]![0]!["reopenedAt"]);
    }

    static CorridorPack Pack(string scenario)
    {
        string[] overlays = scenario == "fee" ? ["pk-af", "demo", "demo-fee"] : ["pk-af", "demo"];
        var folders = overlays.Select(f => Path.Combine(Checkout.Root, "corridors", f)).ToArray();
        return CorridorPackLoader.Load(folders[0], folders[1..]).OrThrow();
    }

    static async Task<(Uri Url, SimulatedKey[] Keys)> KeysAsync(ApiNode node)
    {
        (string Office, Role Role)[] posts =
        [
            ("pk:KARACHI", Role.Officer), ("pk:PORT-QASIM", Role.Officer), ("pk:TORKHAM", Role.Officer),
            ("pk:CHAMAN", Role.Officer), ("pk:KARACHI", Role.Declarant),
        ];
        var keys = new List<SimulatedKey>();
        Uri? url = null;
        foreach (var (office, role) in posts)
        {
            var client = await node.ClientAsync(OfficeId.Parse(office), role);
            url = client.BaseAddress;
            keys.Add(new(
                role == Role.Officer ? "officer" : "declarant", office,
                client.DefaultRequestHeaders.Authorization!.Parameter!));
        }
        return (url!, [.. keys]);
    }

    /// <summary>Takes every observation and has heard of nothing.</summary>
    static async Task<WebApplication> SilentSideAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = context.Request.Method == "POST" ? 201 : 404;
            return context.Response.WriteAsync("{}");
        });
        await app.StartAsync();
        return app;
    }
}
