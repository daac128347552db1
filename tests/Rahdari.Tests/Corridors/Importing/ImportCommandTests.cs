using System.Globalization;
using System.Text;
using Rahdari.Corridors;
using Rahdari.Hosting;

namespace Rahdari.Tests.Corridors.Importing;

/// <summary>The command as <c>docs/adding-a-corridor.md</c> shows it, and what it refuses.</summary>
public sealed class ImportCommandTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rahdari-import-");

    string PathOf(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>The guide's command line, with files of this test's folder.</summary>
    string[] Documented()
    {
        var guide = File.ReadAllLines(Path.Combine(Checkout.Root, "docs", "adding-a-corridor.md"));
        var line = guide.Single(l => l.StartsWith("rahdari corridor import ", StringComparison.Ordinal));
        var args = new List<string>();
        foreach (var (part, i) in line.Split('"').Select((p, i) => (p, i)))
        {
            if (i % 2 == 1) args.Add(part);
            else args.AddRange(part.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        return
        [
            .. args.Skip(1).Select(a => a switch
            {
                "road.gpx" or "quetta-chaman.yaml" => PathOf(a),
                "corridors/pk-af" => Path.Combine(Checkout.Root, "corridors", "pk-af"),
                _ => a,
            }),
        ];
    }

    void WriteRoad(params ReadOnlySpan<(double Latitude, double Longitude)> towns)
    {
        var text = new StringBuilder("<gpx xmlns=\"http://www.topografix.com/GPX/1/1\"><trk><trkseg>");
        for (var i = 0; i + 1 < towns.Length; i++)
            for (var n = 0; n < 200; n++)
                text.Append(CultureInfo.InvariantCulture,
                    $"<trkpt lat=\"{towns[i].Latitude + (towns[i + 1].Latitude - towns[i].Latitude) * n / 199}\" ")
                    .Append(CultureInfo.InvariantCulture,
                    $"lon=\"{towns[i].Longitude + (towns[i + 1].Longitude - towns[i].Longitude) * n / 199
                        + 0.01 * Math.Sin(n / 15.0)}\"/>");
        File.WriteAllText(PathOf("road.gpx"), text.Append("</trkseg></trk></gpx>").ToString());
    }

    [Fact]
    public async Task The_documented_command_writes_a_route_the_pack_loads()
    {
        WriteRoad((30.19, 67.0), (30.73, 66.66), (30.92, 66.45));
        Assert.Equal(CommandLine.Ok, await CommandLine.RunAsync(Documented()));
        using var copy = new PackCopy();
        copy.Write("routes/quetta-chaman.yaml", File.ReadAllText(PathOf("quetta-chaman.yaml")));
        foreach (var language in new[] { "en", "ur" })
            copy.Replace(
                $"texts/{language}.json", "{\n",
                "{\n  \"route.quetta-chaman\": {\"text\": \"from a file\", \"reviewed\": false},\n");
        var route = copy.Load().OrThrow().FindRoute("quetta-chaman")!;
        Assert.Equal(2, route.Legs.Count);
        // Bends of a kilometre are kept, four hundred points are not.
        Assert.InRange(route.Line.Count, 30, 250);
        Assert.InRange(new CorridorGeometry(route).LengthMetres, 90_000, 140_000);
        Assert.True(new CorridorGeometry(route).Locate(new(30.46, 66.83)).DistanceMetres < 2_000);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused()
    {
        WriteRoad((30.92, 66.45), (30.73, 66.66), (30.19, 67.0));
        Assert.Equal(CommandLine.Usage, await CommandLine.RunAsync(Documented()));
        Assert.False(File.Exists(PathOf("quetta-chaman.yaml")));
        foreach (var (old, by) in new[]
            {
                ("5000", "100"), ("6000", "4000"), ("CHAMAN", "NOWHERE"), ("pk:KARACHI", "pk:CHAMAN"),
                ("quetta,qila-abdullah,chaman-crossing", "quetta,atlantis"), ("2026-01-01", "soon"),
                ("quetta,qila-abdullah,chaman-crossing", "quetta"),
            })
            Assert.Equal(
                CommandLine.Usage,
                await CommandLine.RunAsync([.. Documented().Select(a => a == old ? by : a)]));
        File.Delete(PathOf("road.gpx"));
        Assert.Equal(CommandLine.Usage, await CommandLine.RunAsync(Documented()));
    }
}
