using System.Globalization;
using Rahdari.Parties;

namespace Rahdari.Corridors.Loading;

/// <summary>Reads <c>routes/*.yaml</c>: one route a file.</summary>
sealed class RouteReading(
    Layers layers, PlaceReading places, IReadOnlyList<Office> offices, IReadOnlyList<Crossing> crossings)
{
    // Half of the width of a country is no corridor.
    const int WidestMetres = 100_000;

    // A route has as many legs as it passes towns, and as many stops as yards along them.
    const int MostLegs = 500;

    /// <summary>An id of a route is part of texts' keys and of files' names.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= 64
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-';

    public IReadOnlyList<CorridorRoute> Read()
    {
        var routes = new List<CorridorRoute>();
        foreach (var (name, _, map) in layers.Files("routes/"))
        {
            if (!name.EndsWith(".yaml", StringComparison.Ordinal)) continue;
            var route = ReadRoute(map);
            if (routes.Any(r => r.Id == route.Id)) map.Fault($"route '{route.Id}' is there twice", "id");
            routes.Add(route);
        }
        return routes;
    }

    CorridorRoute ReadRoute(YamlMap map)
    {
        var id = map.Text("id");
        if (id.Length > 0 && !IsId(id)) map.Fault($"'{id}' is not letters a to z, digits and hyphens", "id");
        var departures = map.ParseAll<OfficeId>("departureOffices", "offices like pk:KARACHI");
        if (departures.Count == 0) map.Fault("'departureOffices' must name at least one office", "departureOffices");
        foreach (var office in departures)
            PlaceReading.CheckRole(map, "departureOffices", office, offices, OfficeRole.Departure);
        var exit = PlaceReading.OfficeRef(map, "exitOffice", offices, OfficeRole.Exit);
        var crossing = map.Text("crossing");
        var found = crossings.FirstOrDefault(c => c.Code == crossing);
        if (crossing != "" && found is null)
            map.Fault($"'crossing' names the unknown crossing '{crossing}'", "crossing");
        else if (found is not null && found.ExitOffice != exit)
            map.Fault($"crossing '{crossing}' is left at {found.ExitOffice}, not {exit}", "exitOffice");
        var legs = ReadLegs(map);
        var route = new CorridorRoute(id, $"route.{id}", departures, crossing, exit, legs, [])
        {
            Validity = layers.Validity(map),
            RoadKilometres = map.OptionalInt("roadKilometres", 1, 50_000),
        };
        map.OptionalText("accuracyBasis");
        if (legs.Count == 0) return route;
        route = route with { Stops = ReadStops(map, route) };
        return route with { HotSpots = ReadHotSpots(map, route) };
    }

    List<RouteLeg> ReadLegs(YamlMap map)
    {
        var legs = new List<RouteLeg>();
        var from = places.Find(map, "start");
        var rows = map.Maps("legs");
        if (rows.Count is 0 or > MostLegs) map.Fault($"'legs' must hold 1 to {MostLegs} legs", "legs");
        foreach (var row in rows.Take(MostLegs))
        {
            var to = places.Find(row, "to");
            var accuracy = row.Int("accuracyMetres", 1, WidestMetres);
            var width = row.Int("halfWidthMetres", 1, WidestMetres);
            if (width < accuracy)
                row.Fault(
                    $"the corridor ({width} m) is narrower than the leg's accuracy ({accuracy} m)", "halfWidthMetres");
            if (accuracy < Math.Max(from.AccuracyMetres, to.AccuracyMetres))
                row.Fault("the leg claims to be more accurate than the places it joins", "accuracyMetres");
            legs.Add(new(from.NameKey, to.NameKey, [from.Position, .. Via(row), to.Position], accuracy, width));
            row.Done();
            from = to;
        }
        return legs;
    }

    static List<GeoCoordinate> Via(YamlMap row)
    {
        var points = new List<GeoCoordinate>();
        foreach (var text in row.Strings("via"))
        {
            var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 2
                && Degrees(parts[0], 90, out var latitude) && Degrees(parts[1], 180, out var longitude))
                points.Add(new(latitude, longitude));
            else row.Fault($"'via' must hold 'latitude longitude', not '{text}'", "via");
        }
        return points;
    }

    static bool Degrees(string text, double most, out double degrees) => double.TryParse(
        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out degrees)
        && Math.Abs(degrees) <= most;

    List<HotSpot> ReadHotSpots(YamlMap map, CorridorRoute route)
    {
        var spots = new List<HotSpot>();
        foreach (var row in map.Maps("hotSpots"))
        {
            var place = places.Find(row, "place");
            var validity = layers.Validity(row);
            var slug = row.Text("place");
            if (route.Stops.Any(s => s.NameKey == place.NameKey))
                row.Fault($"'{slug}' is an allowed stop of this route", "place");
            if (spots.Any(s => s.NameKey == place.NameKey))
                row.Fault($"the hot spot '{slug}' is there twice", "place");
            spots.Add(new(
                place.NameKey, place.Position, row.Int("radiusMetres", 100, WidestMetres),
                row.Int("limitMinutes", 1, 7 * 24 * 60)) { Validity = validity });
            row.Done();
        }
        return spots;
    }

    List<AllowedStop> ReadStops(YamlMap map, CorridorRoute route)
    {
        var geometry = new CorridorGeometry(route);
        var stops = new List<AllowedStop>();
        foreach (var row in map.Maps("stops"))
        {
            var place = places.Find(row, "place");
            var validity = layers.Validity(row);
            var slug = row.Text("place");
            if (places.Knows(slug) && !geometry.LocateByScan(place.Position).Inside)
                row.Fault($"the stop '{slug}' lies off the route", "place");
            if (stops.Any(s => s.NameKey == place.NameKey)) row.Fault($"the stop '{slug}' is there twice", "place");
            stops.Add(new(
                place.NameKey, place.Position, row.Int("radiusMetres", 100, WidestMetres),
                row.Int("limitMinutes", 1, 7 * 24 * 60)) { Validity = validity });
            row.Done();
        }
        return stops;
    }
}
