using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Rahdari.Corridors.Loading;
using Rahdari.Hosting;
using Rahdari.Telemetry.Scoring;

namespace Rahdari.Corridors.Learning;

/// <summary>
/// <c>rahdari corridor learn</c>: writes a copy of a pack with what recorded tracks tell of its routes. Exit code 1
/// where no route could be learned.
/// </summary>
static class LearnCommand
{
    public static Command Build()
    {
        var corridor = new Option<string>("--corridor") { Description = "The pack's folder.", Required = true };
        var tracks = new Option<string[]>("--tracks")
        {
            Description = "Files of recorded tracks, as rahdari simulate writes them.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var into = new Option<string>("--out")
        {
            Description = "A new folder that gets the pack with what was learned.",
            Required = true,
        };
        var json = new Option<bool>("--json") { Description = "One line of JSON a route." };
        var command = new Command("learn", "Learns a pack's roads, widths and coverage from recorded tracks.")
        {
            corridor, tracks, into, json,
        };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(corridor), parsed.GetRequiredValue(tracks), parsed.GetRequiredValue(into),
            parsed.GetValue(json), cancel));
        return command;
    }

    static async Task<int> RunAsync(string corridor, string[] files, string into, bool json, CancellationToken cancel)
    {
        var load = CorridorPackLoader.Load(corridor);
        if (load.Pack is not { } pack) return Refuse([.. load.Problems.Select(p => p.ToString())]);
        if (Directory.Exists(into) && Directory.EnumerateFileSystemEntries(into).Any())
            return Refuse($"--out {into}: this folder is not empty");
        var isNew = !Directory.Exists(into);
        try
        {
            // Tried before the work: what cannot be written need not be learned.
            Directory.CreateDirectory(into);
            var tried = Path.Combine(into, ".tried");
            await File.WriteAllBytesAsync(tried, [], cancel);
            File.Delete(tried);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse($"--out {into}: {e.Message}");
        }
        var (source, faults) = (new TrackFile(), new InputFaults());
        try
        {
            foreach (var file in files) await source.ReadAsync(file, faults, cancel);
            if (faults.Count > 0)
                return Refuse([.. faults.First.Select(f => f.ToString()), $"{faults.Count} lines cannot be used"]);
            var results = new RouteLearning(pack, source.Units(), source).Learn();
            foreach (var result in results) Tell(result, json);
            if (results.All(r => r.Learned is null)) return CommandLine.Negative;
            Copy(corridor, into, results);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(e.Message);
        }
        finally
        {
            if (isNew && !Directory.EnumerateFileSystemEntries(into).Any()) Directory.Delete(into);
        }
        // What was written is what a node will read.
        var written = CorridorPackLoader.Load(into);
        return written.Pack is null ? Refuse([.. written.Problems.Select(p => p.ToString())]) : CommandLine.Ok;
    }

    static void Copy(string corridor, string into, IReadOnlyList<LearningResult> results)
    {
        foreach (var file in Directory.EnumerateFiles(corridor, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(into, Path.GetRelativePath(corridor, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        foreach (var result in results)
        {
            if (result.Learned is not { } learned) continue;
            var target = Path.Combine(into, LearnedFile.NameOf(result.RouteId));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, LearnedFile.Write(result.RouteId, learned));
        }
    }

    static void Tell(LearningResult result, bool json)
    {
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    route = result.RouteId,
                    learned = result.Learned is not null,
                    result.Trips,
                    points = result.Learned?.Lines.Sum(l => l.Points.Count),
                    result.Why,
                },
                JsonSerializerOptions.Web));
        else if (result.Learned is { } learned)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.RouteId}: learned from {result.Trips} trips, {learned.Lines.Count} lines, "
                + $"{learned.Lines.Sum(l => l.Points.Count)} points"));
        else Console.WriteLine($"{result.RouteId}: stays as drawn, {result.Why}");
    }

    static int Refuse(params string[] messages)
    {
        foreach (var message in messages) Console.Error.WriteLine($"rahdari corridor learn: {message}");
        return CommandLine.Usage;
    }
}
