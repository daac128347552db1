using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Corridors;

/// <summary>
/// <c>GET /api/v1/corridor</c>: the drawn corridor as an outsider may read it. The answer changes with the pack only,
/// so its ETag is the pack's hash. <c>?language=ur</c> names places in another language of the pack.
/// </summary>
static class CorridorEndpoint
{
    const string Default = "en";

    public static void MapCorridor(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/corridor", (HttpContext context, CorridorPack pack, string? language) =>
        {
            if (language is not (null or Default) && !pack.Texts.ContainsKey(language))
                return Problem.Malformed(new Refusal("input-not-a-choice", "language").With("value", language));
            language ??= Default;
            var tag = language == Default ? pack.Hash : $"{pack.Hash}.{language}";
            context.Response.Headers.ETag = $"\"{tag}\"";
            return Results.Json(Answer(pack, language));
        })
        .WithName("readCorridor").WithSummary("Offices, crossings and routes as drawn, with their accuracy")
        .Produces<CorridorAnswer>();

    internal static CorridorAnswer Answer(CorridorPack pack, string language) => new(
        pack.Id, pack.Hash,
        [.. pack.Offices.Select(o => new OfficeAnswer(
            o.Id.ToString(), pack.NameOf(o.NameKey, language), o.Place.Latitude, o.Place.Longitude, o.AccuracyMetres,
            o.Zone, [.. o.Roles.Select(r => r.Slug())], o.ZoneRadiusMetres))],
        [.. pack.Crossings.Select(c => new CrossingAnswer(
            c.Code, pack.NameOf(c.NameKey, language), c.ExitOffice.ToString(), c.EntryOffice.ToString(),
            c.Place.Latitude, c.Place.Longitude, c.AccuracyMetres))],
        [.. pack.Routes.Select(r => Route(pack, r, language))], pack.Assumptions);

    static RouteAnswer Route(CorridorPack pack, CorridorRoute route, string language) => new(
        route.Id, pack.NameOf(route.NameKey, language), [.. route.DepartureOffices.Select(o => o.ToString())],
        route.CrossingCode, route.ExitOffice.ToString(),
        [.. route.Legs.Select(l => new LegAnswer(
            pack.NameOf(l.From, language), pack.NameOf(l.To, language), l.AccuracyMetres, l.HalfWidthMetres,
            [.. l.Line.Select(p => new[] { p.Latitude, p.Longitude })]))],
        [.. route.Stops.Select(s => new StopAnswer(
            pack.NameOf(s.NameKey, language), s.Place.Latitude, s.Place.Longitude, s.RadiusMetres, s.LimitMinutes))],
        route.Learned is { } learned
            ? new(
                learned.Source.Trips, learned.Source.At,
                [.. learned.Lines.Select(l => new LearnedLineAnswer(
                    l.From?.ToString(),
                    [.. l.Points.Select(p => new[] { p.Place.Latitude, p.Place.Longitude, p.HalfWidthMetres })]))])
            : null);

    internal sealed record CorridorAnswer(
        string Id, string Hash, IReadOnlyList<OfficeAnswer> Offices, IReadOnlyList<CrossingAnswer> Crossings,
        IReadOnlyList<RouteAnswer> Routes, IReadOnlyList<string> Assumptions);

    internal sealed record OfficeAnswer(
        string Id, string Name, double Latitude, double Longitude, int AccuracyMetres, string Zone,
        IReadOnlyList<string> Roles, int ZoneRadiusMetres);

    internal sealed record CrossingAnswer(
        string Code, string Name, string ExitOffice, string EntryOffice, double Latitude, double Longitude,
        int AccuracyMetres);

    internal sealed record RouteAnswer(
        string Id, string Name, IReadOnlyList<string> DepartureOffices, string Crossing, string ExitOffice,
        IReadOnlyList<LegAnswer> Legs, IReadOnlyList<StopAnswer> Stops, LearnedAnswer? Learned);

    /// <summary>What stands in place of the drawn legs where alarms are judged; null where the route is only drawn.
    /// </summary>
    internal sealed record LearnedAnswer(int Trips, DateTimeOffset At, IReadOnlyList<LearnedLineAnswer> Lines);

    /// <param name="From">The departure office a way leads from; null for the road itself.</param>
    /// <param name="Points">Latitude, longitude, half of the width in metres.</param>
    internal sealed record LearnedLineAnswer(string? From, IReadOnlyList<double[]> Points);

    internal sealed record LegAnswer(
        string From, string To, int AccuracyMetres, int HalfWidthMetres, IReadOnlyList<double[]> Line);

    internal sealed record StopAnswer(
        string Name, double Latitude, double Longitude, int RadiusMetres, int LimitMinutes);
}
