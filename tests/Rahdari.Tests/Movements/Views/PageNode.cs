using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Retaining;
using Rahdari.Telemetry.Segmenting;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.Movements.Views;

/// <summary>A node whose pages are read with keys; boards of the road are filled by hand.</summary>
static class PageNode
{
    public static Task<ApiNode> StartAsync(
        AdministrationId? administration = null, CorridorPack? pack = null) => ApiNode.StartAsync(
        administration, pack,
        more: services => services.AddSingleton<IProjection, AlertBoard>().AddSingleton<IProjection, OpeningBoard>()
            .AddSingleton<IProjection, JudgingTables.Making>().AddSingleton<IProjection, SegmentTables>()
            .AddSingleton<RouteGeometries>().AddSingleton<UnitsOnRoutes>(),
        map: app =>
        {
            app.MapWeb();
            app.MapRetaining();
        });

    public static async Task<IHtmlDocument> PageAsync(
        this ApiNode node, string path, OfficeId office, Role role = Role.Officer, string language = "en")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Language", language);
        var answer = await (await node.ClientAsync(office, role)).SendAsync(request);
        return new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
    }

    public static Task RunAsync(this ApiNode node, string sql, object? args = null) =>
        node.Get<IRecordStore>().WriteAsync(t => t.ExecuteAsync(sql, args, default), default);

    /// <summary>The last fix of a unit, as judging leaves it.</summary>
    public static Task HearAsync(this ApiNode node, string mrn, int unit, DateTimeOffset at, long along) =>
        node.RunAsync(
            """
            insert into unit_position (mrn, unit, device, at_micros, latitude_e7, longitude_e7, along_metres)
            values (@mrn, @unit, 'jt600:8000620011', @at, 340000000, 710000000, @along)
            """,
            new { mrn, unit, at = (at - DateTimeOffset.UnixEpoch).Ticks / 10, along });

    public static Task AlertAsync(
        this ApiNode node, string id, string mrn, int unit, string kind, string severity, string status) =>
        node.RunAsync(
            """
            insert into alert_board (alert_id, administration, mrn, unit, kind, severity, from_micros, until_micros,
                late, device, sentence_key, sentence_args, status, raised_micros)
            values (@id, 'pk', @mrn, @unit, @kind, @severity, 1, 1, 0, null, @key,
                '["device","jt600:8000620011","minutes","45"]', @status, 1)
            """,
            new { id, mrn, unit, kind, severity, status, key = $"alert.{kind}" });

    public static IReadOnlyList<string> Texts(this IHtmlDocument page, string selector) =>
        [.. page.QuerySelectorAll(selector).Select(e => string.Join(' ', e.TextContent.Split(
            (char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("\u2068", "").Replace("\u2069", ""))];
}
