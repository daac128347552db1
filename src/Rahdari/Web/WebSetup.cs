using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.ResponseCompression;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Parties;

namespace Rahdari.Web;

/// <summary>What every page shares: texts, shell, assets, headers.</summary>
public static class WebSetup
{
    public static IServiceCollection AddWeb(this IServiceCollection services)
    {
        services.AddSingleton(s => Catalogues.Load(s.GetRequiredService<CorridorPack>().Texts));
        services.AddSingleton(_ => new AssetFiles(AssetFiles.Folder));
        services.AddSingleton<LocalApi>();
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
            o.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/geo+json",
                "application/problem+json"];
        });
        return services;
    }

    /// <summary>Comes first: its headers go with every answer, refusals and faults included.</summary>
    public static IApplicationBuilder UseWeb(this IApplicationBuilder app) =>
        app.UseMiddleware<HeadersMiddleware>().UseResponseCompression().UseMiddleware<FaultsMiddleware>();

    public static void MapWeb(this IEndpointRouteBuilder routes)
    {
        MapFiles(routes);
        foreach (var page in PageTable.Rows)
            routes.MapGet(page.Route, (Delegate)((HttpContext context) => ShowAsync(context, page)));
        foreach (var form in PageTable.Forms) PageForms.Map(routes, form);
    }

    /// <summary>What pages need beside themselves.</summary>
    internal static void MapFiles(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{**path}", (HttpContext context, string path, AssetFiles assets) =>
            assets.Serve(context, path));
        routes.MapGet(
            "/language/{tag}",
            (HttpContext context, string tag, Catalogues catalogues) =>
                LanguageChoice.Choose(context, tag, catalogues));
    }

    /// <summary>A page as asked for; a form kept over a new sign-in stands in it as it was filled.</summary>
    static async Task<IResult> ShowAsync(HttpContext context, PageRow page)
    {
        if (QueryValue.FindRefused(context, page) is { } refused)
            return Pages.Refused(StatusCodes.Status400BadRequest, refused);
        if (context.Request.Query.ContainsKey("kept") && context.FindActor() is { } actor)
        {
            var services = context.RequestServices;
            var kept = await services.GetRequiredService<KeptForms>()
                .FindAsync(actor.Id, context.Request.Path, context.RequestAborted);
            if (kept is not null) services.GetRequiredService<PostedForm>().ShowKept(kept.Action, kept.Fields);
        }
        return Pages.Show(page.Component);
    }
}
