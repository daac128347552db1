using System.CommandLine;
using System.Globalization;
using Rahdari.Corridors.Loading;
using Rahdari.Hosting;
using Rahdari.Parties;

namespace Rahdari.Corridors.Importing;

/// <summary>
/// <c>rahdari corridor import</c>: writes a route file from a line of a GPX or GeoJSON file, for a pack's <c>routes</c>
/// folder.
/// </summary>
static class ImportCommand
{
    /// <summary>A track of 200,000 points in GPX, with times and heights.</summary>
    const long MostBytes = 64L << 20;

    sealed record Wanted(string File, string? Line, string Corridor, string? Out, RouteOrder Order);

    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "A .gpx, .geojson or .json file." };
        var line = new Option<string?>("--line") { Description = "The line's name where the file has several." };
        var corridor = Needed("--corridor", "The pack's folder.");
        var route = Needed("--route", "The route's id; an existing one is written anew.");
        var places = Needed("--places", "Slugs of the pack's places in driving order, with commas.");
        var offices = Needed("--departure-offices", "Departure offices, with commas.");
        var crossing = Needed("--crossing", "The crossing it leads to.");
        var accuracy = new Option<int>("--accuracy") { Description = "Metres the line may lie from the road." };
        var width = new Option<int>("--half-width") { Description = "Half of the corridor's width, metres." };
        var from = Needed("--from", "The day from which the route holds, 2026-01-31.");
        var source = Needed("--source", "Where the line comes from, and under which licence.");
        var into = new Option<string?>("--out") { Description = "The file to write; else standard output." };
        (accuracy.Required, width.Required) = (true, true);
        var command = new Command("import", "Writes a route file from a line of a GPX or GeoJSON file.")
        {
            file, line, corridor, route, places, offices, crossing, accuracy, width, from, source, into,
        };
        command.SetAction(parsed => Run(new(
            parsed.GetRequiredValue(file), parsed.GetValue(line), parsed.GetRequiredValue(corridor),
            parsed.GetValue(into),
            new(
                parsed.GetRequiredValue(route), Listed(parsed.GetRequiredValue(places)),
                Listed(parsed.GetRequiredValue(offices)), parsed.GetRequiredValue(crossing), parsed.GetValue(accuracy),
                parsed.GetValue(width), parsed.GetRequiredValue(from), parsed.GetRequiredValue(source)))));
        return command;
    }

    static int Run(Wanted wanted)
    {
        var problems = new ProblemList();
        var load = CorridorPackLoader.Load(wanted.Corridor);
        if (load.Pack is not { } pack) return Refuse([.. load.Problems.Select(p => p.ToString())]);
        if (Fault(wanted.Order, pack) is { } fault) return Refuse(fault);
        var found = new List<(GeoCoordinate, int)>();
        var known = PlacesOf(wanted.Corridor, pack, problems);
        foreach (var slug in wanted.Order.Places)
        {
            if (!known.TryGetValue(slug, out var place)) return Refuse($"--places: the pack has no place '{slug}'");
            if (place.AccuracyMetres > wanted.Order.AccuracyMetres)
                return Refuse(string.Create(
                    CultureInfo.InvariantCulture,
                    $"--accuracy {wanted.Order.AccuracyMetres}: '{slug}' itself is only {place.AccuracyMetres} m "
                    + $"accurate; state the better place in places.yaml first"));
            found.Add((place.Position, place.AccuracyMetres));
        }
        try
        {
            var line = ImportedLine.Choose(Read(wanted.File), wanted.Line);
            var text = RouteFile.Write(
                wanted.Order, found, pack.FindCrossing(wanted.Order.Crossing)!.ExitOffice.ToString(), line.Points);
            if (wanted.Out is null) Console.Write(text);
            else File.WriteAllText(wanted.Out, text);
            return CommandLine.Ok;
        }
        catch (FormatException e)
        {
            return Refuse($"{wanted.File}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(e.Message);
        }
    }

    static string? Fault(RouteOrder order, CorridorPack pack)
    {
        if (!RouteReading.IsId(order.Id)) return $"--route '{order.Id}' is not letters a to z, digits and hyphens";
        if (order.Places.Count < 2) return "--places must name two at least";
        if (pack.FindCrossing(order.Crossing) is null) return $"--crossing: the pack has no '{order.Crossing}'";
        foreach (var text in order.DepartureOffices)
            if (!OfficeId.TryParse(text, null, out var id) || pack.FindOffice(id) is not { } office
                || !office.Roles.Contains(OfficeRole.Departure))
                return $"--departure-offices: '{text}' is no departure office of the pack";
        if (order.DepartureOffices.Count == 0) return "--departure-offices must name one at least";
        if (order.HalfWidthMetres < order.AccuracyMetres) return "--half-width must not be less than --accuracy";
        if (order.AccuracyMetres < 1) return "--accuracy must be 1 at least";
        return PackTime.TryParse(order.From, TimeZoneInfo.Utc, out _) ? null : $"--from '{order.From}' is no date";
    }

    static Dictionary<string, Place> PlacesOf(string corridor, CorridorPack pack, ProblemList problems)
    {
        var folder = new PackFolder(corridor, problems);
        var places = new PlaceReading(new([folder], problems), pack.Administrations);
        places.ReadPlaces();
        return places.All();
    }

    static IReadOnlyList<ImportedLine> Read(string file)
    {
        using var stream = File.OpenRead(file);
        if (stream.Length > MostBytes) throw new FormatException($"longer than {MostBytes} bytes");
        return Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".gpx" => GpxReading.Read(stream),
            ".geojson" or ".json" => GeoJsonReading.Read(stream),
            var other => throw new FormatException($"'{other}' is none of .gpx, .geojson and .json"),
        };
    }

    static Option<string> Needed(string name, string description) =>
        new(name) { Description = description, Required = true };

    static string[] Listed(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static int Refuse(params string[] messages)
    {
        foreach (var message in messages) Console.Error.WriteLine($"rahdari corridor import: {message}");
        return CommandLine.Usage;
    }
}
