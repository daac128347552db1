using System.CommandLine;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Scoring;

/// <summary>
/// <c>rahdari judge</c>: judges recorded tracks with the rules of a pack and says how well, where the truth is known.
/// </summary>
static class JudgeCommand
{
    static readonly double[] Factors = [0.5, 0.7, 0.85, 1, 1.25, 1.6, 2];

    public static Command Build()
    {
        var corridor = new Option<string>("--corridor")
        {
            Description = "The pack's folder: its routes, offices and rules.", Required = true,
        };
        var tracks = new Option<string>("--tracks")
        {
            Description = "Records, one JSON object a line, in the order of receivedTime.", Required = true,
        };
        var truth = new Option<string?>("--truth")
        {
            Description = "What really happened, one JSON object a line; without it alarms are counted, not scored.",
        };
        var json = new Option<bool>("--json") { Description = "One line of JSON." };
        var curve = new Option<bool>("--curve")
        {
            Description = "Judges again with limits and margins scaled: recall against false alarms. Needs --truth.",
        };
        var wrong = new Option<bool>("--wrong")
        {
            Description = "Also names every alarm without truth and every truth without an alarm, on standard error. "
                + "Needs --truth.",
        };
        var command = new Command("judge", "Judges recorded tracks, and says how well where the truth is known.")
        {
            corridor, tracks, truth, json, curve, wrong,
        };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(corridor), parsed.GetRequiredValue(tracks), parsed.GetValue(truth),
            new(parsed.GetValue(json), parsed.GetValue(curve), parsed.GetValue(wrong)), cancel));
        return command;
    }

    readonly record struct Wanted(bool Json, bool Curve, bool Wrong);

    static async Task<int> RunAsync(
        string corridor, string tracksFile, string? truthFile, Wanted wanted, CancellationToken cancel)
    {
        if (truthFile is null && (wanted.Curve || wanted.Wrong))
            return Refuse(
                $"{(wanted.Curve ? "--curve" : "--wrong")} compares with what really happened: --truth is missing");
        var load = CorridorPackLoader.Load(corridor);
        if (load.Pack is not { } pack) return Refuse([.. load.Problems.Select(p => p.ToString())]);
        var faults = new InputFaults();
        Tracks tracks;
        IReadOnlyDictionary<string, UnitTruth> truth = new Dictionary<string, UnitTruth>();
        try
        {
            tracks = await new TracksFile(pack, tracksFile, faults).ReadAsync(cancel);
            if (truthFile is not null) truth = await new TruthFile(truthFile, faults).ReadAsync(cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(e.Message);
        }
        if (faults.Count > 0)
            return Refuse([.. faults.First.Select(f => f.ToString()), $"{faults.Count} lines cannot be used"]);
        if (tracks.Lines == 0) return Refuse($"{tracksFile} holds no record");
        foreach (var (name, count) in tracks.UnknownEvents)
            await Console.Error.WriteLineAsync($"rahdari judge: the event '{name}' is not known ({count} times)");
        if (truthFile is not null && truth.Count == 0)
            await Console.Error.WriteLineAsync(
                $"rahdari judge: {truthFile} tells of nothing: whatever is raised counts as false");
        var (score, baseline) = Judge(pack, tracks, truth, withBaseline: true, cancel);
        if (truthFile is null)
        {
            await Console.Error.WriteLineAsync(
                "rahdari judge: without --truth it is not known which alarms are true, nor what an officer allowed");
            Console.WriteLine(wanted.Json
                ? UnscoredForm.Json(score, baseline)
                : UnscoredForm.Text(score, baseline).TrimEnd());
            return CommandLine.Ok;
        }
        var curve = wanted.Curve ? CurveOf(pack, tracks, truth, cancel) : null;
        if (wanted.Wrong)
            foreach (var line in score.Wrong) await Console.Error.WriteLineAsync(line);
        Console.WriteLine(
            wanted.Json ? ScoreForm.Json(score, baseline, curve) : ScoreForm.Text(score, baseline, curve).TrimEnd());
        return CommandLine.Ok;
    }

    /// <summary>Judges every track, several side by side, and compares with the truth.</summary>
    /// <param name="toldBy">The pack whose limits say from when on truth can be told; null: the same.</param>
    public static (Score Score, Score Baseline) Judge(
        CorridorPack pack, Tracks tracks, IReadOnlyDictionary<string, UnitTruth> truth, bool withBaseline,
        CancellationToken cancel, CorridorPack? toldBy = null)
    {
        var judge = new TrackJudge(pack, new RouteGeometries(pack));
        var (score, baseline) = (new Score(toldBy ?? pack), new Score(toldBy ?? pack));
        var end = tracks.Units.Max(t => t.Records.Max(r => r.ReceivedAt));
        var judged = tracks.Units.AsParallel().AsOrdered().WithCancellation(cancel).Select(track =>
        {
            var own = truth.GetValueOrDefault(track.Unit, UnitTruth.None);
            var one = judge.Judge(track, own, end);
            return (One: one, Plain: withBaseline ? Baseline.Judge(one, judge.AroundOf(track)) : null, Truth: own);
        });
        foreach (var (one, plain, own) in judged)
        {
            score.Add(one, own);
            if (plain is not null) baseline.Add(plain, own);
        }
        var there = tracks.Units.Select(t => t.Unit).ToHashSet(StringComparer.Ordinal);
        foreach (var (unit, told) in truth.Where(t => !there.Contains(t.Key))
            .OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            score.AddUnheard(unit, told);
            if (withBaseline) baseline.AddUnheard(unit, told);
        }
        return (score, baseline);
    }

    static List<CurvePoint> CurveOf(
        CorridorPack pack, Tracks tracks, IReadOnlyDictionary<string, UnitTruth> truth, CancellationToken cancel)
    {
        var points = new List<CurvePoint>();
        foreach (var factor in Factors)
        {
            // The truth is told by the pack's own limits: only the judging is changed.
            var (score, _) = Judge(
                ScaledLimits.Of(pack, factor), tracks, truth, withBaseline: false, cancel, toldBy: pack);
            points.Add(new(
                factor, RecallOf(score, Baseline.Tampering), RecallOf(score,
                    [AlertKind.UnplannedStop, AlertKind.NightStop, AlertKind.HotSpotStop, AlertKind.OffCorridor]),
                score.FalsePer1000h));
        }
        return points;
    }

    static double? RecallOf(Score score, IReadOnlyList<AlertKind> kinds)
    {
        var found = kinds.Select(k => score.Whole.ByKind.GetValueOrDefault(k.Slug())).OfType<KindScore>().ToList();
        return found.Sum(k => k.Truth) is > 0 and var truth ? (double)found.Sum(k => k.Hit) / truth : null;
    }

    static int Refuse(params string[] messages)
    {
        foreach (var message in messages) Console.Error.WriteLine($"rahdari judge: {message}");
        return CommandLine.Usage;
    }
}
