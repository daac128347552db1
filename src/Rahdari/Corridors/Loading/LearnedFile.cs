using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rahdari.Corridors.Loading;

/// <summary>
/// The form of <c>learned/ROUTE.json</c>:
/// <c>{"format":1,"route","learned":{"at","trips","fixes","tracks":[]},
/// "lines":[{"from":null,"points":[[lat,lon,halfWidth]]}],"coverage":{"container":[98,null],"primeMover":[]}}</c>.
/// Degrees with six decimals, metres, per cent a kilometre.
/// </summary>
static class LearnedFile
{
    /// <summary>Raised when files of an older form would be misread.</summary>
    public const int Format = 1;

    public const string Folder = "learned/", Ending = ".json";

    public static string NameOf(string routeId) => Folder + routeId + Ending;

    public static byte[] Write(string routeId, LearnedRoute learned)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{\n\"format\": {Format},\n\"route\": {Quoted(routeId)},\n");
        text.Append(CultureInfo.InvariantCulture,
            $"\"learned\": {{\"at\": \"{learned.Source.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\", "
            + $"\"trips\": {learned.Source.Trips}, \"fixes\": {learned.Source.Fixes}, ");
        text.Append("\"tracks\": [").AppendJoin(", ", learned.Source.Tracks.Select(Quoted)).Append("]},\n");
        text.Append("\"lines\": [\n");
        for (var i = 0; i < learned.Lines.Count; i++)
        {
            var line = learned.Lines[i];
            text.Append("{\"from\": ").Append(line.From is { } from ? Quoted(from.ToString()) : "null")
                .Append(", \"points\": [\n");
            text.AppendJoin(",\n", line.Points.Select(p => string.Create(
                CultureInfo.InvariantCulture,
                $"[{p.Place.Latitude:F6},{p.Place.Longitude:F6},{p.HalfWidthMetres}]")));
            text.Append(i + 1 < learned.Lines.Count ? "\n]},\n" : "\n]}\n");
        }
        text.Append("],\n\"coverage\": {\"container\": ").Append(Shares(learned.Coverage.ContainerPerCent))
            .Append(",\n\"primeMover\": ").Append(Shares(learned.Coverage.PrimeMoverPerCent)).Append("}\n}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static string Shares(IReadOnlyList<int?> shares) => "[" + string.Join(
        ",", shares.Select(s => s?.ToString(CultureInfo.InvariantCulture) ?? "null")) + "]";

    static string Quoted(string text) => JsonSerializer.Serialize(text);
}
