using System.Globalization;
using System.Text;
using System.Text.Json;
using Rahdari.Corridors;
using Rahdari.Corridors.Simulating;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Simulator;

namespace Rahdari.Tests.Simulator;

public sealed class TrackSimulationTests
{
    const int Trucks = 60, Hours = 40;

    static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    static readonly CorridorPack Pack =
        CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();

    static readonly Lazy<Written> Sample = new(() => Write(5, Trucks, Hours));

    static readonly string[] Kinds =
    [
        "off-corridor", "wrong-direction", "unplanned-stop", "hot-spot-stop", "night-stop", "silence", "jamming",
        "implausible-jump", "frozen-position", "drift", "seal-opened", "rope-cut", "cover-opened", "unlocked",
        "battery", "devices-apart",
    ];

    sealed record Written(byte[] Tracks, byte[] Truth, TrackSummary Summary)
    {
        public IEnumerable<JsonElement> Records => Lines(Tracks);
        public IEnumerable<JsonElement> Items => Lines(Truth);

        static IEnumerable<JsonElement> Lines(byte[] bytes) => Encoding.UTF8.GetString(bytes)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l));
    }

    static Written Write(
        ulong seed, int trucks, int hours, int parked = 0, Func<string, SimulatedPlace, double>? beyond = null)
    {
        using var tracks = new MemoryStream();
        using var truth = new MemoryStream();
        var options = SimulatedWorld.Of(Pack, trucks, hours, seed, Start) with { Parked = parked };
        var summary = TrackSimulation.Write(
            options with { MetresBeyond = beyond ?? options.MetresBeyond }, tracks, truth, default);
        return new(tracks.ToArray(), truth.ToArray(), summary);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        var first = Write(3, 6, 12);
        var again = Write(3, 6, 12);
        Assert.Equal(first.Tracks, again.Tracks);
        Assert.Equal(first.Truth, again.Truth);
        Assert.NotEqual(first.Tracks, Write(4, 6, 12).Tracks);
    }

    [Fact]
    public void What_corridor_is_in_force_changes_the_truth_and_never_the_motion()
    {
        var drawn = Write(8, 12, 24);
        var narrow = Write(8, 12, 24, beyond: (_, _) => 1);
        Assert.Equal(drawn.Tracks, narrow.Tracks);
        Assert.NotEqual(drawn.Truth, narrow.Truth);
    }

    [Fact]
    public void Records_come_in_order_of_receipt_each_with_every_field_of_the_contract()
    {
        var before = DateTimeOffset.MinValue;
        string[] fields =
        [
            "unit", "device", "role", "deviceTime", "receivedTime", "lat", "lon", "valid", "speedKmh", "course", "seal",
            "events", "record",
        ];
        foreach (var record in Sample.Value.Records)
        {
            Assert.Equal(fields, record.EnumerateObject().Select(p => p.Name));
            Assert.True(UnitId.TryParse(record.GetProperty("unit").GetString(), null, out _));
            Assert.True(DeviceId.TryParse(record.GetProperty("device").GetString(), null, out _));
            Assert.Contains(record.GetProperty("role").GetString(), (string[])["container", "primeMover"]);
            Assert.Contains(record.GetProperty("record").GetString(), (string[])["live", "stored", "alarm"]);
            Assert.All(record.GetProperty("events").EnumerateArray(), e =>
                Assert.True(DeviceEvents.TryParse(e.GetString()!, out _)));
            Assert.Equal(
                ["locked", "ropePresent", "coverClosed", "shackleClosed", "doorClosed"],
                record.GetProperty("seal").EnumerateObject().Select(p => p.Name));
            var received = record.GetProperty("receivedTime").GetDateTimeOffset();
            Assert.True(received >= before, $"{received:O} after {before:O}");
            before = received;
            Assert.InRange(received, Start, Start.AddHours(Hours));
        }
    }

    [Fact]
    public void What_was_kept_before_a_window_opens_has_fixes_like_what_is_made_in_it()
    {
        // Trucks are met on their way: what they kept in a gap in coverage comes once the window is open.
        var before = Sample.Value.Records
            .Where(r => r.GetProperty("deviceTime").GetDateTimeOffset() < Start.AddMinutes(-5)).ToList();
        Assert.NotEmpty(before);
        Assert.InRange(before.Count(r => r.GetProperty("valid").GetBoolean()) / (double)before.Count, 0.9, 1);
    }

    [Fact]
    public void Every_kind_of_truth_happens_and_every_stratum_is_driven()
    {
        var told = Sample.Value.Items.Concat(Write(6, Trucks, Hours).Items).Concat(Write(7, Trucks, Hours).Items)
            .Select(i => i.GetProperty("kind").GetString()!).ToHashSet();
        Assert.Empty(Kinds.Except(told));
        foreach (var stratum in new[] { "mountain", "city", "poor-coverage", "yard", "open" })
            Assert.Contains($"stratum:{stratum}", told);
        foreach (var what in new[]
            {
                "benign:road-works", "benign:police-diversion", "benign:fuel", "benign:prayer", "benign:meal",
                "benign:queue", "benign:yard", "benign:parked", "permit:opening", "permit:stop", "permit:detach",
            })
            Assert.Contains(what, told);
        Assert.All(told, k => Assert.True(
            Kinds.Contains(k) || k.StartsWith("benign:", StringComparison.Ordinal)
            || k.StartsWith("permit:", StringComparison.Ordinal)
            || k.StartsWith("stratum:", StringComparison.Ordinal), k));
    }

    [Theory]
    [InlineData(53, "2026-03-02T06:58:07Z")]
    [InlineData(67, "2026-03-02T00:02:05Z")]
    public void A_jamming_that_the_window_cuts_off_is_true_where_a_device_tells_of_it(ulong seed, string told)
    {
        // With these seeds the window of seven hours closes, or opens, within five minutes of a jamming.
        var written = Write(seed, 60, 7);
        var records = written.Records
            .Where(r => r.GetProperty("events").EnumerateArray().Any(e => e.GetString() == "jamming"))
            .Select(r => (Unit: r.GetProperty("unit").GetString(), At: r.GetProperty("deviceTime").GetDateTimeOffset()))
            .ToList();
        Assert.Contains(records, r => r.At == DateTimeOffset.Parse(told, CultureInfo.InvariantCulture));
        var clocks = TimeSpan.FromMinutes(5);
        Assert.All(records, r => Assert.Contains(written.Items, i => i.GetProperty("kind").GetString() == "jamming"
            && i.GetProperty("unit").GetString() == r.Unit
            && i.GetProperty("from").GetDateTimeOffset() - clocks <= r.At
            && r.At <= i.GetProperty("to").GetDateTimeOffset() + clocks));
    }

    [Fact]
    public void Every_moment_of_a_unit_lies_in_one_stratum()
    {
        foreach (var unit in Sample.Value.Items.GroupBy(i => i.GetProperty("unit").GetString()))
        {
            var strata = unit.Where(i => i.GetProperty("kind").GetString()!.StartsWith("stratum:", default))
                .Select(i => (
                    From: i.GetProperty("from").GetDateTimeOffset(), To: i.GetProperty("to").GetDateTimeOffset()))
                .OrderBy(s => s.From).ToList();
            for (var i = 1; i < strata.Count; i++) Assert.Equal(strata[i - 1].To, strata[i].From);
        }
    }

    [Fact]
    public void What_a_gap_in_coverage_kept_comes_late_and_is_marked_and_nothing_else_is()
    {
        var stored = Sample.Value.Records.Where(r => r.GetProperty("record").GetString() == "stored").ToList();
        Assert.True(stored.Count > 1_000);
        // Clocks are up to four minutes wrong; what waited an hour can only have been kept.
        var late = Sample.Value.Records.Where(r =>
            r.GetProperty("receivedTime").GetDateTimeOffset() - r.GetProperty("deviceTime").GetDateTimeOffset()
            > TimeSpan.FromHours(1)).ToList();
        Assert.NotEmpty(late);
        Assert.All(late, r => Assert.NotEqual("live", r.GetProperty("record").GetString()));
    }

    [Fact]
    public void A_rope_cut_is_seen_in_the_records_of_its_unit()
    {
        foreach (var cut in Sample.Value.Items.Where(i => i.GetProperty("kind").GetString() == "rope-cut"))
        {
            var (from, to) = (cut.GetProperty("from").GetDateTimeOffset(), cut.GetProperty("to").GetDateTimeOffset());
            var unit = cut.GetProperty("unit").GetString();
            Assert.Contains(Sample.Value.Records, r => r.GetProperty("unit").GetString() == unit
                && r.GetProperty("seal").GetProperty("ropePresent").ValueKind == JsonValueKind.False
                && r.GetProperty("receivedTime").GetDateTimeOffset() >= from
                && r.GetProperty("deviceTime").GetDateTimeOffset() <= to.AddMinutes(10));
        }
    }

    [Fact]
    public void Parked_trucks_stand_in_a_yard_for_the_whole_window()
    {
        var items = Write(9, 1, 200, parked: 5).Items.ToList();
        var parked = items.Where(i => i.GetProperty("kind").GetString() == "benign:parked").ToList();
        Assert.Equal(5, parked.Count);
        Assert.All(parked, p => Assert.True(
            p.GetProperty("to").GetDateTimeOffset() - p.GetProperty("from").GetDateTimeOffset()
            > TimeSpan.FromHours(190)));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 0)]
    [InlineData(TrackOptions.MostTrucks + 1, 10)]
    public void Too_few_or_too_many_are_told(int trucks, int hours) =>
        Assert.Throws<ArgumentException>(() => Write(1, trucks, hours));
}
