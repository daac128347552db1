using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Simulator;

namespace Rahdari.Corridors.Simulating;

/// <summary>
/// <c>rahdari simulate</c>: writes the tracks of simulated trucks and what truly happened to them, for judging alarms
/// by. The simulator itself knows no pack; here it is filled from one.
/// </summary>
static class SimulateCommand
{
    const string TracksFile = "tracks.jsonl", TruthFile = "truth.jsonl";

    /// <summary>Every recorded window begins here, so that the bytes depend on the options alone.</summary>
    static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static Command Build()
    {
        var into = new Option<string>("--out")
        {
            Description = "Folder that gets tracks.jsonl and truth.jsonl.",
            Required = true,
        };
        var corridor = new Option<string>("--corridor")
        {
            Description = "The pack's folder: its drawn routes give the road, the corridor in force gives the truth.",
            Required = true,
        };
        var trucks = new Option<int>("--trucks") { Description = "Trucks on the road.", DefaultValueFactory = _ => 20 };
        var hours = new Option<int>("--hours") { Description = "Hours recorded.", DefaultValueFactory = _ => 48 };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Another seed, other trips.",
            DefaultValueFactory = _ => 1,
        };
        var parked = new Option<int>("--parked")
        {
            Description = "Trucks that stand before the crossings all the time, besides the others.",
        };
        var json = new Option<bool>("--json") { Description = "One line of JSON about what was written." };
        var command = new Command("simulate", "Writes simulated tracks and what truly happened, for judging alarms by.")
        {
            into, corridor, trucks, hours, seed, parked, json,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            parsed.GetRequiredValue(into), parsed.GetRequiredValue(corridor),
            new(parsed.GetValue(trucks), parsed.GetValue(hours), parsed.GetValue(seed), parsed.GetValue(parked)),
            parsed.GetValue(json), cancel)));
        return command;
    }

    readonly record struct Wanted(int Trucks, int Hours, ulong Seed, int Parked);

    static int Run(string into, string corridor, Wanted wanted, bool json, CancellationToken cancel)
    {
        var load = CorridorPackLoader.Load(corridor);
        if (load.Pack is not { } pack) return Refuse([.. load.Problems.Select(p => p.ToString())]);
        try
        {
            var options = SimulatedWorld.Of(pack, wanted.Trucks, wanted.Hours, wanted.Seed, Start) with
            {
                Parked = wanted.Parked,
            };
            Directory.CreateDirectory(into);
            TrackSummary summary;
            using (var tracks = File.Create(Path.Combine(into, TracksFile)))
            using (var truth = File.Create(Path.Combine(into, TruthFile)))
                summary = TrackSimulation.Write(options, tracks, truth, cancel);
            if (summary.Records == 0)
                Console.Error.WriteLine(
                    "rahdari simulate: no record was made: more --trucks, more --hours or another --seed make some");
            Console.WriteLine(
                json ? JsonSerializer.Serialize(summary, JsonSerializerOptions.Web) : Tell(summary, into));
            return CommandLine.Ok;
        }
        catch (ArgumentException e)
        {
            return Refuse(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse($"--out {into}: {e.Message}");
        }
    }

    static string Tell(TrackSummary summary, string into) => string.Create(
        CultureInfo.InvariantCulture,
        $"{into}: {summary.Units} units, {summary.TripHours:F0} trip-hours, {summary.Records} records, "
        + $"{summary.TruthItems} items of truth");

    static int Refuse(params string[] messages)
    {
        foreach (var message in messages) Console.Error.WriteLine($"rahdari simulate: {message}");
        return CommandLine.Usage;
    }
}
