using Rahdari.Corridors;

namespace Rahdari.Tests.Corridors;

/// <summary>Whatever is wrong with a pack is told with its file and line, all of it at once.</summary>
public sealed class PackProblemTests
{
    [Theory]
    [InlineData("fee.yaml", "ratePerMillion: 100000", "ratePerMillion: 1000001", "whole number from 0 to 1000000")]
    [InlineData("fee.yaml", "ratePerMillion: 100000", "ratePerMilion: 100000", "unknown key 'ratePerMilion'")]
    [InlineData("fee.yaml", "ratePerMillion: 100000", "ratePerMilion: 100000", "'ratePerMillion' is missing")]
    [InlineData("fee.yaml", "until: 2025-05-17", "until: 2025-05-18", "overlaps the row from line")]
    [InlineData("fee.yaml", "until: 2025-05-17", "until: 2023-10-03", "'until' must be after 'from'")]
    [InlineData("fee.yaml", "until: 2025-05-17", "until: 17.5.2025", "must be a date")]
    [InlineData("fee.yaml", "id: sro-816-2025", "id: sro-1380-2023", "is there twice")]
    [InlineData("fee.yaml", "currency: PKR", "currency: rupees", "ISO 4217")]
    [InlineData("fee.yaml", "\"1704\"", "\"1704x\"", "no HS prefix")]
    [InlineData("transit.yaml", "source: \"customnews.pk 2020-03-20", "source: \"\" # \"",
        "'source' is missing or empty")]
    [InlineData("transit.yaml", "timeLimitDays: 14", "timeLimitDays: soon", "not 'soon'")]
    [InlineData("transit.yaml", "from: 2020-03-20", "assumed: yes", "unknown key 'assumed'")]
    [InlineData("discharge.yaml", "E3: 0", "E5: 0", "unknown key 'E5'")]
    [InlineData("discharge.yaml", "nodeAfterHours: 24", "nodeAfterHours: 0", "whole number from 1 to 8784")]
    [InlineData("discharge.yaml", "nodeAfterHours: 24", "nodeAfterDays: 1", "says nothing without 'nodeAfterHours'")]
    [InlineData("guarantee.yaml", "[\"1\", \"2\"]", "[\"1\", \"7\"]", "CL251")]
    [InlineData("guarantee.yaml", "acceptsInsurers: true", "acceptsInsurers: perhaps", "true or false")]
    [InlineData("selectivity.yaml", "scanPerMillion: 250000", "scanPerMillion: 950000", "exceed a million")]
    [InlineData("selectivity.yaml", "reason: selection.random-share", "reason: selection.none",
        "'selection.none' is missing")]
    [InlineData("judging.yaml", "offCorridorLeaveMetresBeyond: 100", "offCorridorLeaveMetresBeyond: 600",
        "farther out")]
    [InlineData("places.yaml", "latitude: 24.84", "latitude: 124.84", "degrees from -90 to 90")]
    [InlineData("offices.yaml", "place: karachi-port", "place: karachi-prot", "unknown place 'karachi-prot'")]
    [InlineData("offices.yaml", "zone: Asia/Karachi", "zone: Asia/Karachee", "IANA zone")]
    [InlineData("offices.yaml", "roles: [departure]", "roles: [departed]", "'departed' is no role")]
    [InlineData("offices.yaml", "id: \"pk:KARACHI\"", "id: \"in:KARACHI\"", "none of the pack's administrations")]
    [InlineData("offices.yaml", "id: \"pk:KARACHI\"", "id: karachi", "must be an office")]
    [InlineData("offices.yaml", "zoneRadiusMetres: 6000", "zoneRadiusMetres: 600",
        "narrower than the place's accuracy")]
    [InlineData("offices.yaml", "roles: [destination, control-room]", "roles: [destination]", "'af' has no office")]
    [InlineData("offices.yaml", "opens: \"07:00\"", "opens: \"25:00\"", "a time like 08:00")]
    [InlineData("offices.yaml", "days: [1, 2, 3, 4, 5, 6, 7]", "days: [0, 1]", "ISO days")]
    [InlineData("crossings.yaml", "exitOffice: \"pk:TORKHAM\"", "exitOffice: \"pk:TORKAM\"",
        "unknown office 'pk:TORKAM'")]
    [InlineData("crossings.yaml", "entryOffice: \"af:TORKHAM\"", "entryOffice: \"af:KABUL\"",
        "has not the role 'entry'")]
    [InlineData("crossings.yaml", "entryOffice: \"af:TORKHAM\"", "entryOffice: \"pk:CHAMAN\"",
        "different administrations")]
    [InlineData("routes/karachi-chaman.yaml", "halfWidthMetres: 6000", "halfWidthMetres: 4999",
        "narrower than the leg's accuracy")]
    [InlineData("routes/karachi-chaman.yaml", "accuracyMetres: 5000", "accuracyMetres: 50",
        "more accurate than the places")]
    [InlineData("routes/karachi-chaman.yaml", "- place: bela", "- place: larkana", "lies off the route")]
    [InlineData("routes/karachi-chaman.yaml", "- place: khuzdar", "- place: bela", "'bela' is there twice")]
    [InlineData("routes/karachi-chaman.yaml", "crossing: CHAMAN", "crossing: WAGAH", "unknown crossing 'WAGAH'")]
    [InlineData("routes/karachi-chaman.yaml", "crossing: CHAMAN", "crossing: TORKHAM", "is left at pk:TORKHAM")]
    [InlineData("routes/karachi-chaman.yaml", "[\"pk:KARACHI\"]", "[\"pk:CHAMAN\"]", "has not the role 'departure'")]
    [InlineData("routes/karachi-chaman.yaml", "id: karachi-chaman", "id: karachi-torkham", "is there twice")]
    [InlineData("routes/karachi-chaman.yaml", "{to: hub,", "{to: hub, via: [\"25.0\"],", "'latitude longitude'")]
    [InlineData("pack.yaml", "format: 1", "format: 2", "whole number from 1 to 1")]
    [InlineData("pack.yaml", "[pk, af]", "[pk]", "at least two")]
    [InlineData("pack.yaml", "zone: Asia/Karachi", "zone: Karachi", "IANA zone")]
    [InlineData("pack.yaml", "id: pk-af", "id: pk-af\nid: again", "no YAML")]
    [InlineData("texts/ur.json", "place.torkham\"", "place.turkham\"", "'place.torkham' is missing")]
    [InlineData("texts/ur.json", "\"reviewed\": false", "\"reviewed\": maybe", "no list of texts")]
    public void What_is_wrong_is_named_with_its_file_and_line(string file, string old, string by, string message)
    {
        using var copy = new PackCopy();
        copy.Replace(file, old, by);
        var load = copy.Load();
        Assert.Null(load.Pack);
        Assert.Contains(load.Problems, p => p.Message.Contains(message, StringComparison.Ordinal));
        Assert.All(
            load.Problems.Where(p => !p.File.EndsWith(".json", StringComparison.Ordinal)),
            p => Assert.True(p.Line > 0));
    }

    [Fact]
    public void The_line_is_the_one_at_fault()
    {
        using var copy = new PackCopy();
        copy.Replace("transit.yaml", "timeLimitDays: 14", "timeLimitDays: 0");
        var lines = File.ReadAllLines(copy.PathOf("transit.yaml"));
        var line = Array.FindIndex(lines, l => l.Contains("timeLimitDays", StringComparison.Ordinal)) + 1;
        var problem = Assert.Single(copy.Load().Problems);
        Assert.Equal((copy.PathOf("transit.yaml"), line), (problem.File, problem.Line));
    }

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        using var copy = new PackCopy();
        copy.Replace("transit.yaml", "timeLimitDays: 14", "timeLimitDays: 0");
        copy.Replace("offices.yaml", "zone: Asia/Kabul", "zone: Kabul");
        copy.Replace("routes/karachi-chaman.yaml", "- place: bela", "- place: larkana");
        copy.Write("fees.yaml", "rows: []");
        Assert.Equal(
            ["fees.yaml", "offices.yaml", "routes/karachi-chaman.yaml", "transit.yaml"],
            copy.Load().Problems.Select(p => Path.GetRelativePath(copy.PathOf("."), p.File)).Order());
    }

    [Theory]
    [InlineData("fee.yaml")]
    [InlineData("places.yaml")]
    [InlineData("pack.yaml")]
    [InlineData("texts/en.json")]
    public void A_missing_file_is_named(string name)
    {
        using var copy = new PackCopy();
        copy.Delete(name);
        Assert.Contains(copy.Load().Problems,
            p => p.File == copy.PathOf(name) && p.Message == "this file is missing");
    }

    [Theory]
    [InlineData("routes/karachi-chaman.yaml", "fifo")]
    [InlineData("routes/another.yaml", "fifo")]
    [InlineData("notes.md", "fifo")]
    [InlineData("fee.yaml", "/dev/zero")]
    [InlineData("fee.yaml", "nowhere.yaml")]
    public void What_is_no_regular_file_is_named_and_never_opened(string name, string what)
    {
        using var copy = new PackCopy();
        copy.Delete(name);
        if (what == "fifo")
        {
            using var made = System.Diagnostics.Process.Start("mkfifo", [copy.PathOf(name)]);
            made.WaitForExit();
            Assert.Equal(0, made.ExitCode);
        }
        else File.CreateSymbolicLink(copy.PathOf(name), what);
        PackLoad? load = null;
        // Opened, it would wait for ever.
        var reader = new Thread(() => load = copy.Load()) { IsBackground = true };
        reader.Start();
        Assert.True(reader.Join(TimeSpan.FromMinutes(2)));
        Assert.Contains(load!.Problems, p => p.File == copy.PathOf(name) && p.Message == "is no regular file");
    }

    [Fact]
    public void An_overlay_must_say_why_it_may_set_a_value()
    {
        using var copy = new PackCopy();
        using var overlay = new TemporaryOverlay("fee.yaml", "rows:\n  - id: sro-816-2025\n");
        Assert.Contains(
            copy.Load(overlay.Folder).Problems, p => p.Message.StartsWith("'assumed' is", StringComparison.Ordinal));
    }

    sealed class TemporaryOverlay : IDisposable
    {
        readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rahdari-overlay-");

        public TemporaryOverlay(string name, string text)
        {
            File.WriteAllText(Path.Combine(folder.FullName, "pack.yaml"), "format: 1\nid: other\nover: pk-af\n");
            File.WriteAllText(Path.Combine(folder.FullName, name), text);
        }

        public string Folder => folder.FullName;

        public void Dispose() => folder.Delete(recursive: true);
    }
}
