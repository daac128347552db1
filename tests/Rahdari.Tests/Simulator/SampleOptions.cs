using Rahdari.Simulator;
using Rahdari.Simulator.Officiating;

namespace Rahdari.Tests.Simulator;

/// <summary>Options and plans on the sample corridor; nodes that listen nowhere unless a test says where.</summary>
static class SampleOptions
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static SimulationOptions Of(
        int trucks, ulong seed = 1, string scenario = "default", Uri? pk = null, Uri? af = null, int jt600 = 1,
        int teltonika = 2) =>
        new(scenario, trucks, seed, Start, SampleCorridor.Whole,
        [
            Node("pk", pk, jt600, teltonika, "control-room@pk:KARACHI", "declarant@pk:KARACHI", "officer@pk:KARACHI",
                "officer@pk:TORKHAM", "officer@pk:CHAMAN"),
            Node("af", af, jt600, teltonika, "officer@af:TORKHAM", "officer@af:SPIN-BOLDAK"),
        ]);

    public static UnitPlan[] Units(SimulationOptions options) =>
        [.. Scenario.Plan(options).Declarations.SelectMany(d => d.Units)];

    static SimulatedNode Node(string node, Uri? url, int jt600, int teltonika, params string[] keys) => new(
        node, url ?? new Uri("http://127.0.0.1:1/"),
        new Dictionary<string, int> { ["jt600"] = jt600, ["teltonika"] = teltonika },
        [.. keys.Select(k => new SimulatedKey(k[..k.IndexOf('@')], k[(k.IndexOf('@') + 1)..], "key of " + k))]);
}
