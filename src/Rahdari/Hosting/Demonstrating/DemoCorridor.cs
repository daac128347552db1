using System.Text.Json;
using Rahdari.Simulator;

namespace Rahdari.Hosting.Demonstrating;

/// <summary>Gives the simulator the corridor as any outsider reads it: over HTTP.</summary>
static class DemoCorridor
{
    sealed record Answer(
        string Id, IReadOnlyList<Office> Offices, IReadOnlyList<Crossing> Crossings, IReadOnlyList<Route> Routes);

    sealed record Office(
        string Id, string Name, double Latitude, double Longitude, string Zone, IReadOnlyList<string> Roles,
        int ZoneRadiusMetres);

    sealed record Crossing(
        string Code, string Name, string ExitOffice, string EntryOffice, double Latitude, double Longitude);

    sealed record Route(
        string Id, string Name, IReadOnlyList<string> DepartureOffices, string Crossing, string ExitOffice,
        IReadOnlyList<Leg> Legs, IReadOnlyList<Stop> Stops);

    sealed record Leg(string From, string To, int AccuracyMetres, int HalfWidthMetres, IReadOnlyList<double[]> Line);

    sealed record Stop(string Name, double Latitude, double Longitude, int RadiusMetres, int LimitMinutes);

    public static async Task<SimulatedCorridor> ReadAsync(DemoAccounts accounts, CancellationToken cancel)
    {
        var node = accounts.Nodes[0];
        using var http = new HttpClient { BaseAddress = new Uri(node.Url) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", accounts.Keys.First(k => k.Node == node.Node).Key);
        var answer = await http.GetFromJsonAsync<Answer>("/api/v1/corridor", JsonSerializerOptions.Web, cancel)
            ?? throw new InvalidDataException("the node answers no corridor");
        return new(
            answer.Id,
            [.. answer.Offices.Select(o => new SimulatedOffice(
                o.Id, o.Name, new(o.Latitude, o.Longitude), o.Zone, o.Roles, o.ZoneRadiusMetres))],
            [.. answer.Crossings.Select(c => new SimulatedCrossing(
                c.Code, c.Name, c.ExitOffice, c.EntryOffice, new(c.Latitude, c.Longitude)))],
            [.. answer.Routes.Select(Read)]);
    }

    static SimulatedRoute Read(Route route) => new(
        route.Id, route.Name, route.DepartureOffices, route.Crossing, route.ExitOffice,
        [.. route.Legs.Select(l => new SimulatedLeg(
            l.From, l.To, l.AccuracyMetres, l.HalfWidthMetres, [.. l.Line.Select(p =>
                new SimulatedPlace(p[0], p[1]))]))],
        [.. route.Stops.Select(s => new SimulatedStop(
            s.Name, new(s.Latitude, s.Longitude), s.RadiusMetres, s.LimitMinutes))]);
}
