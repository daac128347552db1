using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Rahdari.Corridors;
using Rahdari.Corridors.Loading;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Tests.Corridors.Loading;

/// <summary>Every parameter of the alarm rules is a key of the pack, bounded, told of, and the same where left out.
/// </summary>
public sealed class JudgingReadingTests
{
    static readonly IReadOnlyList<PropertyInfo> Parameters =
        [.. typeof(JudgingRules).GetProperties().Where(p => p.PropertyType == typeof(int))];

    static string KeyOf(PropertyInfo parameter) => char.ToLowerInvariant(parameter.Name[0]) + parameter.Name[1..];

    static bool IsRequired(PropertyInfo parameter) => parameter.CustomAttributes.Any(
        a => a.AttributeType.Name == "RequiredMemberAttribute") || parameter.Name == "MinimumSatellites";

    static JudgingRules In(PackCopy copy) => Assert.Single(copy.Load().OrThrow().Judging.Rows).Value;

    [Fact]
    public void A_row_that_states_only_what_it_has_to_is_judged_by_the_same_values()
    {
        using var copy = new PackCopy();
        var stated = In(copy);
        foreach (var parameter in Parameters.Where(p => !IsRequired(p)))
            copy.Replace("judging.yaml", $" {KeyOf(parameter)}: {parameter.GetValue(stated)}\n", "\n");
        Assert.Equal(stated, In(copy));
    }

    [Fact]
    public void A_value_out_of_its_range_is_told_with_file_row_and_key()
    {
        using var copy = new PackCopy();
        var path = copy.PathOf("judging.yaml");
        var text = File.ReadAllText(path);
        foreach (var key in Parameters.Select(KeyOf))
        {
            File.WriteAllText(path, Regex.Replace(text, $" {key}: [0-9]+", $" {key}: -1"));
            var problem = Assert.Single(copy.Load().Problems, p => p.Message.Contains("whole number"));
            Assert.Equal(path, problem.File);
            Assert.True(problem.Line > 0);
            Assert.StartsWith($"row 'first': '{key}' must be a whole number from ", problem.Message);
        }
    }

    [Theory]
    [InlineData("offCorridorLeaveMetresBeyond", 501, "farther out")]
    [InlineData("learnedLeaveMetresBeyond", 26, "'learnedLeaveMetresBeyond' (26) must not be more than")]
    [InlineData("learnedReflectionSeconds", 541, "must not be more than 'learnedSlideSeconds' (540)")]
    [InlineData("uncoveredSilenceSeconds", 3_599, "'silenceSeconds' (3600) must not be more than")]
    [InlineData("driftSlideMetres", 451, "must not be more than 'driftReflectionMetres' (450)")]
    [InlineData("driftReflectionMetres", 6_001, "must not be more than 'driftAstrayMetres' (6000)")]
    [InlineData("offCorridorSeconds", 901, "'offCorridorSeconds' (901) must not be more than 'reportGapSeconds' (900)")]
    [InlineData("offCorridorSeldomSeconds", 901, "must not be more than 'reportGapSeconds' (900)")]
    [InlineData("learnedSlideSeconds", 721, "must not be more than 'learnedSlowSlideSeconds' (720)")]
    [InlineData("learnedSlowSlideSeconds", 901, "must not be more than 'reportGapSeconds' (900)")]
    [InlineData("jammingSeconds", 901, "must not be more than 'reportGapSeconds' (900)")]
    [InlineData("reportGapSeconds", 719, "'learnedSlowSlideSeconds' (720) must not be more than 'reportGapSeconds'")]
    [InlineData("swapSeconds", 599, "'swapSeconds' (599) must not be less than twice 'apartSeconds' (300)")]
    [InlineData("apartSeconds", 301, "'swapSeconds' (600) must not be less than twice 'apartSeconds' (301)")]
    [InlineData("implausibleConvincingFixes", 61, "must not be more than 'implausibleContradictedFixes' (60)")]
    public void Values_that_contradict_each_other_are_told(string key, int value, string message)
    {
        using var copy = new PackCopy();
        var path = copy.PathOf("judging.yaml");
        File.WriteAllText(path, Regex.Replace(File.ReadAllText(path), $" {key}: [0-9]+", $" {key}: {value}"));
        var problem = Assert.Single(copy.Load().Problems);
        Assert.StartsWith("row 'first': ", problem.Message);
        Assert.Contains(message, problem.Message);
        Assert.True(problem.Line > 0);
    }

    [Theory]
    [InlineData("frozenStoppedSeconds", 180)]
    [InlineData("frozenLeftBehindMetres", 6_000)]
    [InlineData("apartMovingMetres", 6_000)]
    [InlineData("apartMetres", 3_000)]
    [InlineData("learnedReflectionSeconds", 780)]
    [InlineData("learnedSlideSeconds", 1_500)]
    [InlineData("apartReckonedSeconds", 1_500)]
    [InlineData("driftBeginsSeconds", 1_500)]
    public void What_would_have_to_be_seen_for_longer_than_is_remembered_is_refused(string key, int most)
    {
        using var copy = new PackCopy();
        var path = copy.PathOf("judging.yaml");
        var text = File.ReadAllText(path);
        File.WriteAllText(path, Regex.Replace(text, $" {key}: [0-9]+", $" {key}: {most + 1}"));
        Assert.Single(copy.Load().Problems, p => p.Message.Contains($"'{key}' must be a whole number from "));
        File.WriteAllText(path, Regex.Replace(text, $" {key}: [0-9]+", $" {key}: {most}"));
        Assert.DoesNotContain(copy.Load().Problems, p => p.Message.Contains("whole number"));
    }

    [Fact]
    public void The_bounds_are_those_of_what_judging_remembers()
    {
        const long second = 1_000_000;
        Assert.Equal(Recent.SpanMicros, JudgingReading.WaySeconds * second);
        Assert.Equal(Reckoning.SpanMicros, JudgingReading.ReckonedSeconds * second);
        Assert.Equal(
            (Reckoning.MostPoints - 1) * Reckoning.LeastStepMicros, JudgingReading.ReckonedOftenSeconds * second);
    }

    [Theory]
    [InlineData("learnedSlideSeconds", 540, 800, 800)]
    [InlineData("reportGapSeconds", 900, 600, 600)]
    public void A_pack_that_does_not_know_the_longer_wait_for_a_slow_slide_is_read(
        string key, int value, int other, int expected)
    {
        using var copy = new PackCopy();
        copy.Replace("judging.yaml", " learnedSlowSlideSeconds: 720\n", "\n");
        copy.Replace("judging.yaml", $" {key}: {value}\n", $" {key}: {other}\n");
        Assert.Equal(expected, In(copy).LearnedSlowSlideSeconds);
    }

    [Fact]
    public void A_silence_longer_than_the_default_for_holes_in_coverage_contradicts_nothing_that_was_said()
    {
        using var copy = new PackCopy();
        copy.Replace("judging.yaml", " uncoveredSilenceSeconds: 36000\n", "\n");
        copy.Replace("judging.yaml", " silenceSeconds: 3600\n", " silenceSeconds: 43200\n");
        Assert.Equal(43_200, In(copy).SilenceSeconds);
    }

    [Fact]
    public void Every_key_stands_in_the_table_of_the_guide_with_its_default()
    {
        var guide = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "adding-a-corridor.md"));
        using var copy = new PackCopy();
        var rules = In(copy);
        foreach (var parameter in Parameters)
        {
            var key = KeyOf(parameter);
            var value = Convert.ToInt32(parameter.GetValue(rules), CultureInfo.InvariantCulture);
            Assert.Contains(IsRequired(parameter) ? $"**`{key}`**" : $"`{key}` ({value}", guide);
        }
    }
}
