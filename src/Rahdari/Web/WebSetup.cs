using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.ResponseCompression;
using Rahdari.Corridors;
using Rahdari.Hosting;

namespace Rahdari.Web;

/// <summary>What every page shares: texts, shell, assets, headers.</summary>
public static class WebSetup
{
    public static IServiceCollection AddWeb(this IServiceCollection services)
    {
        services.AddSingleton(s => Catalogues.Load(PackTexts(s.GetRequiredService<CorridorPack>())));
        services.AddSingleton(_ => new AssetFiles(AssetFiles.Folder));
        services.AddScoped<PostedForm>();
        services.AddRazorComponents();
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<NodeSettings>((o, node) =>
        {
            o.Cookie.Name = $"rahdari-{node.Node}-form";
            o.FormFieldName = FormReading.TokenField;
            o.SuppressXFrameOptionsHeader = true;
        });
        // The token in a form is masked anew each time it is written, so that compressing pages tells nothing of it.
        services.AddResponseCompression(o =>
        {
            o.EnableForHttps = true;
            o.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/geo+json", "application/problem+json"];
        });
        return services;
    }

    /// <summary>Comes first: its headers go with every answer, refusals and faults included.</summary>
    public static IApplicationBuilder UseWeb(this IApplicationBuilder app) =>
        app.UseMiddleware<HeadersMiddleware>().UseResponseCompression();

    public static void MapWeb(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{**path}", (HttpContext context, string path, AssetFiles assets) => assets.Serve(context, path));
        routes.MapGet(
            "/language/{tag}",
            (HttpContext context, string tag, string? back, Catalogues catalogues) =>
                LanguageChoice.Choose(context, tag, back, catalogues));
    }

    /// <summary>Where a corridor pack's own texts lie beside the program.</summary>
    static string PackTexts(CorridorPack pack) =>
        Path.Combine(AppContext.BaseDirectory, "corridors", pack.Id, "texts");
}
