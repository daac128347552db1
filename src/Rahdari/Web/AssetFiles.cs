using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;

namespace Rahdari.Web;

/// <summary>
/// Style sheet, scripts, icon and the map's vendor files, served from the folder beside the program. A link carries
/// the hash of the file, so that a browser keeps what it has for ever.
/// </summary>
sealed class AssetFiles
{
    /// <summary>SHA-256 cut to 64 bits: it only tells two builds of one file apart.</summary>
    const int VersionBytes = 8;

    readonly string root;
    readonly FileExtensionContentTypeProvider types = new();
    readonly Dictionary<string, string> versions;

    public AssetFiles(string root)
    {
        this.root = root;
        types.Mappings[".mjs"] = "text/javascript";
        versions = !Directory.Exists(root) ? [] : Directory
            .EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(root, f).Replace('\\', '/'), VersionOf, StringComparer.Ordinal);
    }

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "wwwroot");

    public const string MapLibrary = "vendor/maplibre-gl/maplibre-gl.mjs";
    public const string MapWorker = "vendor/maplibre-gl/maplibre-gl-worker.mjs";

    /// <summary>Whether the map's library was restored when this was built.</summary>
    public bool HasMap => versions.ContainsKey(MapLibrary) && versions.ContainsKey(MapWorker);

    /// <summary>The link to a file, with its version.</summary>
    public string this[string path] => $"/assets/{path}?v={versions.GetValueOrDefault(path, "0")}";

    /// <summary>Answers a file; only what lay there at the start is ever looked for.</summary>
    public IResult Serve(HttpContext context, string path)
    {
        if (!versions.TryGetValue(path, out var version) || !types.TryGetContentType(path, out var type))
            return Results.NotFound();
        context.Response.Headers.CacheControl =
            context.Request.Query["v"] == version ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.File(Path.Combine(root, path), type, entityTag: new($"\"{version}\""));
    }

    static string VersionOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream).AsSpan(0, VersionBytes));
    }
}
