using System.Globalization;
using System.Text.Json.Nodes;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Scoring;
using Rahdari.Tests.Telemetry.Judging;

namespace Rahdari.Tests.Telemetry.Scoring;

public sealed class JudgeCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-judge-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static string Time(double minute) =>
        Drive.Start.AddMinutes(minute).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A line of a truck on the straight road.</summary>
    static string Line(
        double minute, double kilometre, double east = 0, string unit = "any-unit", string events = "",
        string seal = "null", double? received = null, string device = "lock-1", string speed = "50") => string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"unit":"{{unit}}","device":"{{device}}","role":"container","deviceTime":"{{Time(minute)}}",
            "receivedTime":"{{Time(received ?? minute)}}","lat":{{30 + kilometre * 1000 / Earth.MetresPerDegree(31.5)
                .Latitude}},"lon":{{70 + east / 95_000}},"valid":true,"speedKmh":{{speed}},"course":null,
            "seal":{{seal}},"events":[{{events}}],"record":"live"}
            """).Replace("\n", "", StringComparison.Ordinal);

    static string Truth(string kind, double from, double to, string unit = "any-unit") =>
        $$"""{"unit":"{{unit}}","kind":"{{kind}}","from":"{{Time(from)}}","to":"{{Time(to)}}"}""";

    async Task<(Tracks Tracks, IReadOnlyDictionary<string, UnitTruth> Truth, InputFaults Faults)> ReadAsync(
        IEnumerable<string> lines, IEnumerable<string> truth)
    {
        var (tracksFile, truthFile) = (Path.Combine(folder, "tracks.jsonl"), Path.Combine(folder, "truth.jsonl"));
        await File.WriteAllLinesAsync(tracksFile, lines);
        await File.WriteAllLinesAsync(truthFile, truth);
        var faults = new InputFaults();
        return (await new TracksFile(Drive.Pack, tracksFile, faults).ReadAsync(default),
            await new TruthFile(truthFile, faults).ReadAsync(default), faults);
    }

    async Task<JsonNode> ScoreAsync(IEnumerable<string> lines, params string[] truth)
    {
        var (tracks, told, faults) = await ReadAsync(lines, truth);
        Assert.Empty(faults.First);
        var (score, baseline) = JudgeCommand.Judge(Drive.Pack, tracks, told, withBaseline: true, default);
        return JsonNode.Parse(ScoreForm.Json(score, baseline, null))!;
    }

    static IEnumerable<string> Trip(Func<int, string>? line = null) =>
        Enumerable.Range(0, 120).Select(i => line?.Invoke(i * 2) ?? Line(i * 2, 10 + i));

    [Fact]
    public async Task A_cause_found_in_time_is_a_hit_and_the_form_is_the_contract_s()
    {
        var score = await ScoreAsync(
            Trip(m => Line(m, 10 + m / 2.0, events: m == 60 ? "\"rope-cut\"" : "")),
            Truth("rope-cut", 60, 60), Truth("stratum:open", 0, 238), Truth("benign:fuel", 5, 9));
        var cut = score["byKind"]!["rope-cut"]!;
        Assert.Equal((1, 1, 0, 0.0), (
            (int)cut["truth"]!, (int)cut["hit"]!, (int)cut["false"]!, (double)cut["delayP95S"]!));
        Assert.Equal(238 / 60.0, (double)score["tripHours"]!, 2);
        Assert.Equal(0, (double)score["falsePer1000h"]!);
        Assert.Equal(
            ["tripHours", "byKind", "byStratum", "falsePer1000h", "falseLateAgainPer1000h", "baseline"],
            score.AsObject().Select(p => p.Key));
        Assert.Equal(1, (int)score["byStratum"]!["open"]!["byKind"]!["rope-cut"]!["hit"]!);
        Assert.Equal(1, (int)score["baseline"]!["byKind"]!["rope-cut"]!["hit"]!);
    }

    [Fact]
    public async Task Without_truth_alarms_are_counted_and_none_is_called_false()
    {
        var (tracks, _, _) = await ReadAsync(
            Trip(m => Line(m, 10 + m / 2.0, events: m == 60 ? "\"rope-cut\"" : "")), []);
        var (score, baseline) = JudgeCommand.Judge(
            Drive.Pack, tracks, new Dictionary<string, UnitTruth>(), withBaseline: true, default);
        var report = JsonNode.Parse(UnscoredForm.Json(score, baseline))!;
        var cut = report["byKind"]!["rope-cut"]!.AsObject();
        Assert.Equal(1, (int)cut["raised"]!);
        Assert.Equal(
            ["raised", "truth", "hit", "false", "delayP50S", "delayP95S"], cut.Select(p => p.Key));
        Assert.All(cut.Where(p => p.Key != "raised"), p => Assert.Null(p.Value));
        Assert.Null(report["falsePer1000h"]);
        Assert.Equal(1, (int)report["baseline"]!["byKind"]!["rope-cut"]!["raised"]!);
        var text = UnscoredForm.Text(score, baseline);
        Assert.Contains("rope-cut                1        1", text);
        Assert.Contains("not known without --truth", text);
    }

    [Theory]
    [InlineData("--wrong")]
    [InlineData("--curve")]
    public async Task What_compares_with_the_truth_asks_for_it(string option)
    {
        var file = Path.Combine(folder, "tracks.jsonl");
        await File.WriteAllLinesAsync(file, Trip());
        Assert.Equal(2, await JudgeCommand.Build().Parse(
            ["--corridor", Path.Combine(Checkout.Root, "corridors", "pk-af"), "--tracks", file, option])
            .InvokeAsync());
    }

    [Fact]
    public async Task What_happened_to_a_unit_without_a_record_is_missed()
    {
        var score = await ScoreAsync(Trip(), Truth("rope-cut", 60, 60, unit: "never-heard"));
        var cut = score["byKind"]!["rope-cut"]!;
        Assert.Equal((1, 0), ((int)cut["truth"]!, (int)cut["hit"]!));
        Assert.Equal(1, (int)score["baseline"]!["byKind"]!["rope-cut"]!["truth"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_device_that_is_not_heard_any_more_is_told_while_others_are(bool doubled)
    {
        // Forty minutes of one unit; another one goes on for a day.
        var lines = Enumerable.Range(0, 20).Select(i => Line(i * 2, 10 + i, unit: "silent", device: "lock-2"))
            .Concat(Enumerable.Range(0, 720).Select(i => Line(40 + i * 2, 10 + i / 20.0)))
            .SelectMany(l => doubled ? new[] { l, l } : [l]);
        var (tracks, _, _) = await ReadAsync(lines, []);
        var silent = tracks.Units.Single(u => u.Unit == "silent");
        var end = tracks.Units.Max(u => u.Records.Max(r => r.ReceivedAt));
        var alarm = Assert.Single(
            new TrackJudge(Drive.Pack, new(Drive.Pack)).Judge(silent, UnitTruth.None, end).Alarms);
        Assert.Equal(AlertKind.Silence, alarm.Kind);
        // No coverage is known: after four times the hour, and the two minutes a report is on its way.
        Assert.InRange(alarm.RaisedAt - Drive.Start.AddMinutes(38), TimeSpan.FromHours(4), TimeSpan.FromHours(4.2));
    }

    [Fact]
    public async Task An_alarm_of_another_kind_is_false_and_the_cause_is_missed()
    {
        var score = await ScoreAsync(
            Trip(m => Line(m, 10 + m / 2.0, events: m == 60 ? "\"rope-cut\"" : "")),
            Truth("cover-opened", 60, 60), Truth("stratum:city", 0, 100), Truth("stratum:open", 101, 238));
        Assert.Equal(0, (int)score["byKind"]!["cover-opened"]!["hit"]!);
        Assert.Equal(1, (int)score["byKind"]!["rope-cut"]!["false"]!);
        // Of the worst stratum: one in 100 minutes.
        Assert.Equal(600, (double)score["falsePer1000h"]!, 0);
    }

    [Fact]
    public async Task Hours_that_no_stratum_holds_are_elsewhere_and_what_is_false_there_counts()
    {
        var score = await ScoreAsync(
            Trip(m => Line(m, 10 + m / 2.0, events: m == 160 ? "\"rope-cut\"" : "")),
            Truth("stratum:city", 0, 60), Truth("stratum:open", 50, 100), Truth("stratum:city", 198, 238));
        var parts = score["byStratum"]!;
        Assert.Equal(98 / 60.0, (double)parts["elsewhere"]!["tripHours"]!, 2);
        Assert.Equal(100 / 60.0, (double)parts["city"]!["tripHours"]!, 2);
        Assert.Equal(1000 / (98 / 60.0), (double)score["falsePer1000h"]!, 0);
    }

    [Fact]
    public void What_is_false_in_no_hours_at_all_is_no_rate_of_zero()
    {
        var at = Drive.Start;
        var truth = new UnitTruth { Strata = { ("open", new(at, at.AddHours(1))) } };
        var score = Counted(truth, [new(AlertKind.RopeCut, at.AddHours(9), at.AddHours(9), at.AddHours(9))]);
        Assert.Equal(double.PositiveInfinity, score.FalsePer1000h);
        var report = JsonNode.Parse(ScoreForm.Json(score, score, null))!;
        Assert.Null(report["falsePer1000h"]);
        Assert.Null(report["byStratum"]!["elsewhere"]!["falsePer1000h"]);
        Assert.Equal(0, (double)report["byStratum"]!["open"]!["falsePer1000h"]!);
        Assert.Contains("worst stratum      no hours, but some false in 1,000 h", ScoreForm.Text(score, score, null));
    }

    [Fact]
    public async Task A_record_dated_weeks_before_the_others_makes_no_hours()
    {
        var old = Line(-40 * 24 * 60, 10, received: 60.5);
        var score = await ScoreAsync(
            Trip().Take(31).Append(old).Concat(Trip().Skip(31)), Truth("stratum:open", -90 * 24 * 60, 238));
        Assert.Equal(238 / 60.0, (double)score["tripHours"]!, 2);
        Assert.Equal(238 / 60.0, (double)score["byStratum"]!["open"]!["tripHours"]!, 2);
    }

    [Fact]
    public void An_alarm_of_a_moment_nobody_tells_of_counts_where_the_unit_was_when_it_was_raised()
    {
        var at = Drive.Start;
        var truth = new UnitTruth { Strata = { ("open", new(at, at.AddHours(1))) } };
        var alarm = new Alarm(AlertKind.RopeCut, at.AddMinutes(5), at.AddHours(-3), at.AddHours(-3));
        Assert.Equal(1000, Counted(truth, [alarm]).FalsePer1000h, 6);
    }

    /// <summary>A unit heard for an hour, each minute, and the alarms that were seen of it.</summary>
    static Score Counted(UnitTruth truth, IReadOnlyList<Alarm> alarms)
    {
        var score = new Score(Drive.Pack);
        var records = Enumerable.Range(0, 61).Select(m => Drive.Start.AddMinutes(m)).Select(at => new JudgedRecord
        {
            Device = "track:1", AtMicros = at.ToMicros(), ReceivedMicros = at.ToMicros(),
        });
        score.Add(new("unit", [.. records], alarms), truth);
        return score;
    }

    [Fact]
    public void An_alarm_that_comes_late_or_again_is_neither_a_hit_nor_overlooked()
    {
        DateTimeOffset At(double minute) => Drive.Start.AddMinutes(minute);
        Alarm Raised(double minute, double from) => new(AlertKind.Jamming, At(minute), At(from), At(minute));
        var truth = new UnitTruth
        {
            Happened = { (AlertKind.Jamming, new(At(5), At(10))), (AlertKind.Jamming, new(At(30), At(34))) },
            Strata = { ("open", new(At(0), At(60))) },
        };
        // In time, once more while it lasts; the second item only after 20 minutes, and again; and one of nothing.
        var score = Counted(
            truth, [Raised(12, 6), Raised(13, 8), Raised(55, 31), Raised(56, 33), Raised(57, 33), Raised(20, 20)]);
        var kind = score.ByStratum["open"].ByKind["jamming"];
        Assert.Equal((2, 1, 1, 1, 3), (kind.Truth, kind.Hit, kind.False, kind.Late, kind.Again));
        Assert.Equal(1000, score.FalsePer1000h, 6);
        Assert.Equal(5000, score.FalseLateAgainPer1000h, 6);
        Assert.Equal(
            ["again", "again", "again", "false", "late", "missed"], score.Wrong.Select(w => w.Split(' ')[0]).Order());
        var report = JsonNode.Parse(ScoreForm.Json(score, score, null))!;
        Assert.Equal(5000, (double)report["falseLateAgainPer1000h"]!);
        Assert.Equal((1, 3), (
            (int)report["byKind"]!["jamming"]!["late"]!, (int)report["byKind"]!["jamming"]!["again"]!));
        Assert.Contains("5000.00 false, late and again in 1,000 h", ScoreForm.Text(score, score, null));
    }

    [Fact]
    public void Alarms_alike_in_everything_are_as_many_as_an_operator_saw()
    {
        var at = Drive.Start.AddMinutes(10);
        var truth = new UnitTruth { Happened = { (AlertKind.RopeCut, new(at, at)) } };
        var kind = Counted(truth, [new(AlertKind.RopeCut, at, at, at), new(AlertKind.RopeCut, at, at, at)])
            .Whole.ByKind["rope-cut"];
        Assert.Equal((1, 0, 0, 1), (kind.Hit, kind.False, kind.Late, kind.Again));
    }

    [Fact]
    public async Task A_record_that_comes_hours_late_is_judged_in_time_after_its_arrival()
    {
        var lines = Trip(m => Line(m, 10 + m / 2.0)).Concat(
            Enumerable.Range(1, 200).Select(i => Line(
                60 + i * 0.005, 40, events: i == 100 ? "\"rope-cut\"" : "", received: 238 + i * 0.01)));
        var score = await ScoreAsync(lines, Truth("rope-cut", 60.5, 60.5));
        var cut = score["byKind"]!["rope-cut"]!;
        Assert.Equal((1, 0), ((int)cut["hit"]!, (int)cut["false"]!));
        Assert.InRange((double)cut["delayP95S"]!, 0, 60);
    }

    [Fact]
    public async Task What_an_officer_allowed_is_no_alarm()
    {
        const string Open = """{"locked":false,"doorClosed":false}""";
        IEnumerable<string> Lines() => Trip(m => Line(m, 10 + m / 2.0, seal: m is >= 60 and < 70 ? Open : "null"));
        Assert.Equal(2, (await ScoreAsync(Lines()))["byKind"]!.AsObject().Sum(k => (int)k.Value!["false"]!));
        Assert.Empty((await ScoreAsync(Lines(), Truth("permit:opening", 58, 72)))["byKind"]!.AsObject());
    }

    [Fact]
    public async Task Nulls_missing_keys_and_unknown_ones_are_no_fault()
    {
        var bare = Enumerable.Range(0, 30).Select(
            i => $$$"""{"unit":"u","device":"d","receivedTime":"{{{Time(i)}}}","later":{"more":[1,2]}}""");
        var nulls = Enumerable.Range(30, 30).Select(i =>
            $$"""
            {"unit":"u","device":"e","role":null,"deviceTime":null,"receivedTime":"{{Time(i)}}","lat":null,"lon":null,
            """.Trim() + """
            "valid":null,"speedKmh":null,"course":null,"seal":{"locked":null,"lid":true},"events":null,"record":null}
            """.Trim());
        var (tracks, _, faults) = await ReadAsync([.. bare, "", .. nulls], []);
        Assert.Equal((0, 60), (faults.Count, tracks.Lines));
        Assert.Equal(2, Assert.Single(tracks.Units).Devices.Count);
        JudgeCommand.Judge(Drive.Pack, tracks, new Dictionary<string, UnitTruth>(), true, default);
    }

    [Theory]
    [InlineData("""{"unit":"u"}""", "device")]
    [InlineData("""{"unit":7,"device":"d","receivedTime":"2026-09-01T05:00:00Z"}""", "unit")]
    [InlineData("""{"unit":"u","device":"d","receivedTime":"yesterday"}""", "receivedTime")]
    [InlineData("""{"unit":"u","device":"d","receivedTime":"2026-09-01T05:00:00"}""", "receivedTime")]
    [InlineData("""{"unit":"u","device":"d","receivedTime":"1970-01-01T00:00:00Z"}""", "receivedTime")]
    [InlineData("""{"unit":"u","device":"d","receivedTime":"2026-09-01T05:00:00Z","role":"trailer"}""", "role")]
    [InlineData("""{"unit":"u","device":"d","receivedTime":"2026-09-01T05:00:00Z","lat":91,"lon":1}""", "lat")]
    [InlineData("""{"unit":"u","device":"d","receivedTime":"2026-09-01T05:00:00Z","lat":1}""", "lon")]
    [InlineData("""{"unit":"u","device":"d","receivedTime":"2026-09-01T05:00:00Z","seal":1}""", "seal")]
    [InlineData("""{"unit":"u","device":"d","seal":{"locked":1}}""", "seal.locked")]
    [InlineData("""{"unit":"u","device":"d","receivedTime":"2026-09-01T05:00:00Z","events":"x"}""", "events")]
    [InlineData("""{"unit":"u","device":"d","receivedTime":"2026-09-01T05:00:00Z","valid":"yes"}""", "valid")]
    [InlineData("""{"unit":"u","device":"d""", null)]
    [InlineData("[1]", null)]
    [InlineData("{} {}", null)]
    public async Task A_line_that_cannot_be_used_is_named_with_its_field(string line, string? field)
    {
        var (_, _, faults) = await ReadAsync([Line(-60, 10), line], []);
        var fault = Assert.Single(faults.First);
        if (line != "{} {}") Assert.Equal((2L, field), (fault.Line, fault.Field));
    }

    [Fact]
    public async Task A_clock_that_was_reset_is_a_doubted_time_and_refuses_no_file()
    {
        const string Line = """
            {"unit":"u","device":"d","receivedTime":"2026-09-01T05:00:00Z","deviceTime":"1970-01-01T00:00:07Z"}
            """;
        var (tracks, _, faults) = await ReadAsync([Line], []);
        Assert.Empty(faults.First);
        var record = Assert.Single(Assert.Single(tracks.Units).Records);
        Assert.True(record.TimeSuspect);
        Assert.Equal(record.ReceivedMicros, record.AtMicros);
    }

    [Theory]
    [InlineData("""{"unit":"u","kind":"rope-cut"}""", "from")]
    [InlineData("""{"unit":"u","kind":"rope-cut","from":"2026-09-01T05:00:00"}""", "from")]
    [InlineData("""{"unit":"u","kind":"teapot","from":"2026-09-01T05:00:00Z"}""", "kind")]
    [InlineData("""{"unit":"u","kind":"permit:teapot","from":"2026-09-01T05:00:00Z"}""", "kind")]
    [InlineData("""{"unit":"u","kind":"jamming","from":"2026-09-01T05:00:00Z","to":"2026-09-01T04:00:00Z"}""", "to")]
    public async Task A_truth_that_cannot_be_used_is_named_with_its_field(string line, string field)
    {
        var (_, _, faults) = await ReadAsync([], [line]);
        Assert.Equal((1L, field), (Assert.Single(faults.First).Line, faults.First[0].Field));
    }

    [Fact]
    public async Task Lines_out_of_the_order_of_receipt_are_a_fault()
    {
        var (_, _, faults) = await ReadAsync([Line(2, 10), Line(1, 10)], []);
        Assert.Equal("receivedTime", Assert.Single(faults.First).Field);
    }
}
