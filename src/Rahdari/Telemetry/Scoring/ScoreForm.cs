using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rahdari.Telemetry.Scoring;

/// <summary>One point of recall against false alarms.</summary>
/// <param name="Factor">What the limits and margins of the pack were multiplied by.</param>
sealed record CurvePoint(double Factor, double? TamperRecall, double? RoadRecall, double FalsePer1000h);

/// <summary>The report of <c>rahdari judge</c>, as JSON of the contract's form or as text.</summary>
static class ScoreForm
{
    public static string Json(Score score, Score baseline, IReadOnlyList<CurvePoint>? curve)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            Write(writer, score);
            writer.WriteStartObject("baseline");
            Write(writer, baseline);
            writer.WriteEndObject();
            if (curve is not null) Write(writer, curve);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static void Write(Utf8JsonWriter writer, Score score)
    {
        writer.WriteNumber("tripHours", Math.Round(score.Whole.TripHours, 3));
        WriteKinds(writer, score.Whole);
        writer.WriteStartObject("byStratum");
        foreach (var (name, part) in score.ByStratum)
        {
            writer.WriteStartObject(name);
            writer.WriteNumber("tripHours", Math.Round(part.TripHours, 3));
            WriteRate(writer, "falsePer1000h", part.FalsePer1000h);
            WriteRate(writer, "falseLateAgainPer1000h", part.FalseLateAgainPer1000h);
            WriteKinds(writer, part);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        WriteRate(writer, "falsePer1000h", score.FalsePer1000h);
        WriteRate(writer, "falseLateAgainPer1000h", score.FalseLateAgainPer1000h);
    }

    /// <summary>Null where there are some in no hours: no number says how often that is.</summary>
    static void WriteRate(Utf8JsonWriter writer, string name, double per1000h)
    {
        if (double.IsFinite(per1000h)) writer.WriteNumber(name, Math.Round(per1000h, 4));
        else writer.WriteNull(name);
    }

    static void WriteKinds(Utf8JsonWriter writer, PartScore part)
    {
        writer.WriteStartObject("byKind");
        foreach (var (kind, score) in part.ByKind)
        {
            writer.WriteStartObject(kind);
            writer.WriteNumber("truth", score.Truth);
            writer.WriteNumber("hit", score.Hit);
            writer.WriteNumber("false", score.False);
            writer.WriteNumber("late", score.Late);
            writer.WriteNumber("again", score.Again);
            WriteDelay(writer, "delayP50S", score.DelayAt(0.5));
            WriteDelay(writer, "delayP95S", score.DelayAt(0.95));
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    static void WriteDelay(Utf8JsonWriter writer, string name, double? seconds)
    {
        if (seconds is { } known) writer.WriteNumber(name, Math.Round(known, 3));
        else writer.WriteNull(name);
    }

    static void Write(Utf8JsonWriter writer, IReadOnlyList<CurvePoint> curve)
    {
        writer.WriteStartArray("curve");
        foreach (var point in curve)
        {
            writer.WriteStartObject();
            writer.WriteNumber("factor", point.Factor);
            WriteDelay(writer, "tamperRecall", point.TamperRecall);
            WriteDelay(writer, "roadRecall", point.RoadRecall);
            WriteRate(writer, "falsePer1000h", point.FalsePer1000h);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public static string Text(Score score, Score baseline, IReadOnlyList<CurvePoint>? curve)
    {
        var text = new StringBuilder();
        Line(text, $"{score.Whole.TripHours:0.0} trip hours");
        Line(text, $"{"kind",-18} {"truth",6} {"hit",6} {"false",6} {"late",6} {"again",6} {"p50 s",7} {"p95 s",7}   ",
            $"baseline hit, false, late, again");
        foreach (var (kind, k) in score.Whole.ByKind)
        {
            var plain = baseline.Whole.ByKind.GetValueOrDefault(kind) ?? new();
            Line(text, $"{kind,-18} {k.Truth,6} {k.Hit,6} {k.False,6} {k.Late,6} {k.Again,6} {k.DelayAt(0.5),7:0} ",
                $"{k.DelayAt(0.95),7:0}   {plain.Hit,6} {plain.False,6} {plain.Late,6} {plain.Again,6}");
        }
        foreach (var (name, part) in score.ByStratum)
        {
            var plain = baseline.ByStratum.GetValueOrDefault(name) ?? new();
            Line(text, $"{name,-18} {part.TripHours,10:0.0} h {Rate(part.FalsePer1000h),9} false in 1,000 h, ",
                $"with late and again {Rate(part.FalseLateAgainPer1000h)}, baseline {Rate(plain.FalsePer1000h)}");
        }
        Line(text, $"worst stratum      {Rate(score.FalsePer1000h)} false in 1,000 h, ",
            $"baseline {Rate(baseline.FalsePer1000h)}");
        Line(text, $"worst stratum      {Rate(score.FalseLateAgainPer1000h)} false, late and again in 1,000 h, ",
            $"baseline {Rate(baseline.FalseLateAgainPer1000h)}");
        foreach (var point in curve ?? [])
            Line(text, $"limits x {point.Factor,-5:0.00} recall of tampering {point.TamperRecall:0.000}, of stops and ",
                $"deviations {point.RoadRecall:0.000}, {Rate(point.FalsePer1000h)} false in 1,000 h");
        return text.ToString();
    }

    static string Rate(double per1000h) => double.IsFinite(per1000h)
        ? per1000h.ToString("0.00", CultureInfo.InvariantCulture)
        : "no hours, but some";

    static void Line(StringBuilder text, params FormattableString[] parts)
    {
        foreach (var part in parts) text.Append(part.ToString(CultureInfo.InvariantCulture));
        text.Append('\n');
    }
}
