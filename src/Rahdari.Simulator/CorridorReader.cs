using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Rahdari.Simulator;

/// <summary>Reads the corridor as a node answers it at <c>GET /api/v1/corridor</c>.</summary>
public static class CorridorReader
{
    /// <exception cref="HttpRequestException">The node does not answer, or not with the corridor.</exception>
    /// <exception cref="FormatException">The answer lacks something; the message names it.</exception>
    public static async Task<SimulatedCorridor> ReadAsync(
        HttpClient http, Uri node, string key, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node, "/api/v1/corridor"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request, cancel).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return Read(await response.Content.ReadFromJsonAsync<JsonElement>(cancel).ConfigureAwait(false));
    }

    /// <exception cref="FormatException">Something is missing or of another kind; the message names it.</exception>
    public static SimulatedCorridor Read(JsonElement corridor) => new(
        Text(corridor, "id"),
        [.. Items(corridor, "offices").Select(o => new SimulatedOffice(
            Text(o, "id"), Text(o, "name"), Place(o), Text(o, "zone"), Texts(o, "roles"),
            Whole(o, "zoneRadiusMetres")))],
        [.. Items(corridor, "crossings").Select(c => new SimulatedCrossing(
            Text(c, "code"), Text(c, "name"), Text(c, "exitOffice"), Text(c, "entryOffice"), Place(c)))],
        [.. Items(corridor, "routes").Select(Route)]);

    static SimulatedRoute Route(JsonElement route) => new(
        Text(route, "id"), Text(route, "name"), Texts(route, "departureOffices"), Text(route, "crossing"),
        Text(route, "exitOffice"),
        [.. Items(route, "legs").Select(l => new SimulatedLeg(
            Text(l, "from"), Text(l, "to"), Whole(l, "accuracyMetres"), Whole(l, "halfWidthMetres"), Line(l)))],
        [.. Items(route, "stops").Select(s => new SimulatedStop(
            Text(s, "name"), Place(s), Whole(s, "radiusMetres"), Whole(s, "limitMinutes")))]);

    static SimulatedPlace Place(JsonElement at) => new(Number(at, "latitude"), Number(at, "longitude"));

    static SimulatedPlace[] Line(JsonElement leg) =>
    [
        .. Items(leg, "line").Select(p =>
            p.ValueKind == JsonValueKind.Array && p.GetArrayLength() == 2
            && p[0].TryGetDouble(out var latitude) && p[1].TryGetDouble(out var longitude)
                ? new SimulatedPlace(latitude, longitude)
                : throw new FormatException("line: a point is two numbers, latitude and longitude")),
    ];

    static string[] Texts(JsonElement of, string name) =>
        [.. Items(of, name).Select(i => i.GetString() ?? throw Wrong(name, "texts"))];

    static JsonElement.ArrayEnumerator Items(JsonElement of, string name) =>
        Find(of, name) is { ValueKind: JsonValueKind.Array } found
            ? found.EnumerateArray()
            : throw Wrong(name, "a list");

    static string Text(JsonElement of, string name) =>
        Find(of, name) is { ValueKind: JsonValueKind.String } found ? found.GetString()! : throw Wrong(name, "a text");

    static double Number(JsonElement of, string name) =>
        Find(of, name) is { ValueKind: JsonValueKind.Number } found ? found.GetDouble() : throw Wrong(name, "a number");

    static int Whole(JsonElement of, string name) =>
        Find(of, name) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out var whole)
            ? whole
            : throw Wrong(name, "a whole number");

    static JsonElement? Find(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var found) ? found : null;

    static FormatException Wrong(string name, string wanted) => new($"{name}: {wanted} is wanted here");
}
