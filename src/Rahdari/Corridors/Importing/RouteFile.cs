using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rahdari.Corridors.Importing;

/// <summary>What a route file needs besides its line.</summary>
/// <param name="Places">Slugs of places in driving order, from the first to the last.</param>
sealed record RouteOrder(
    string Id, IReadOnlyList<string> Places, IReadOnlyList<string> DepartureOffices, string Crossing,
    int AccuracyMetres, int HalfWidthMetres, string From, string Source);

/// <summary>Writes <c>routes/ID.yaml</c> from a line: cut into legs where it passes the places named.</summary>
static class RouteFile
{
    /// <summary>A simpler line stays this close to the one read.</summary>
    const double SimplerWithinMetres = 10;

    /// <exception cref="FormatException">The line does not fit the places; the message names the one.</exception>
    public static string Write(RouteOrder order, IReadOnlyList<(GeoCoordinate Place, int Accuracy)> places,
        string exitOffice, IReadOnlyList<GeoCoordinate> line)
    {
        var cuts = Cuts(order, places, line);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"id: {order.Id}\n")
            .Append("departureOffices: [").AppendJoin(", ", order.DepartureOffices.Select(Quoted)).Append("]\n")
            .Append(CultureInfo.InvariantCulture, $"crossing: {order.Crossing}\nexitOffice: {Quoted(exitOffice)}\n")
            .Append(CultureInfo.InvariantCulture, $"from: {order.From}\nsource: {Quoted(order.Source)}\n")
            .Append(CultureInfo.InvariantCulture, $"start: {order.Places[0]}\nlegs:\n");
        for (var leg = 1; leg < cuts.Count; leg++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  - to: {order.Places[leg]}\n    accuracyMetres: {order.AccuracyMetres}\n"
                + $"    halfWidthMetres: {order.HalfWidthMetres}\n    via:\n");
            foreach (var i in SimplerLine.Kept(line, cuts[leg - 1], cuts[leg], SimplerWithinMetres))
                text.Append(
                    CultureInfo.InvariantCulture, $"      - \"{line[i].Latitude:F6} {line[i].Longitude:F6}\"\n");
        }
        return text.ToString();
    }

    /// <summary>The point of the line nearest to each place, in order.</summary>
    static List<int> Cuts(
        RouteOrder order, IReadOnlyList<(GeoCoordinate Place, int Accuracy)> places, IReadOnlyList<GeoCoordinate> line)
    {
        var cuts = new List<int>();
        for (var p = 0; p < places.Count; p++)
        {
            var from = cuts.Count == 0 ? 0 : cuts[^1] + 1;
            var nearest = from;
            for (var i = from; i < line.Count; i++)
                if (Earth.MetresBetween(line[i], places[p].Place) < Earth.MetresBetween(line[nearest], places[p].Place))
                    nearest = i;
            var metres = nearest < line.Count
                ? Earth.MetresBetween(line[nearest], places[p].Place) : double.PositiveInfinity;
            if (metres > places[p].Accuracy + order.AccuracyMetres)
                throw new FormatException(cuts.Count > 0 && p > 0
                    ? $"after '{order.Places[p - 1]}' the line does not pass '{order.Places[p]}'; drawn backwards?"
                    : $"the line passes '{order.Places[p]}' at {metres / 1000:F1} km, farther than both accuracies");
            cuts.Add(nearest);
        }
        return cuts;
    }

    static string Quoted(string text) => JsonSerializer.Serialize(text);
}
