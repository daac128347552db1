using Rahdari.Hosting;
using Rahdari.Ledger;

namespace Rahdari.Transparency.Sequencing;

/// <summary><c>GET /log/ORIGIN/...</c>: the log's folder as C2SP tlog-tiles serves it.</summary>
static class LogEndpoint
{
    const string Text = "text/plain; charset=utf-8", Binary = "application/octet-stream";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/log/{**path}",
            async (string path, HttpContext context, NodeSettings settings, ILogStore files) =>
        {
            var slash = path.IndexOf('/');
            if (slash < 0 || path[..slash] != settings.Origin) return Results.NotFound();
            var name = path[(slash + 1)..];
            // Only the one spelling of a path that the log has; nothing else is looked for on the disk.
            var tile = TilePath.Parse(name);
            if (tile is null && name is not ("checkpoint" or "keys")) return Results.NotFound();
            if (await files.ReadAsync(name, context.RequestAborted) is not { } bytes) return Results.NotFound();
            context.Response.Headers.CacheControl = tile switch
            {
                null => "no-cache",
                { IsFull: true } => "public, max-age=31536000, immutable",
                // It is never another one's bytes, but goes when the tile is full.
                _ => "public, max-age=60",
            };
            return Results.Bytes(bytes, tile is null ? Text : Binary);
        })
        .WithName("readLog").WithSummary("A file of the transparency log: checkpoint, keys, tiles, entry bundles")
        .ExcludeFromDescription();
}
