using Rahdari.Corridors;

namespace Rahdari.Web;

/// <summary>What every page shares: texts, shell, assets.</summary>
public static class WebSetup
{
    public static IServiceCollection AddWeb(this IServiceCollection services)
    {
        services.AddSingleton(s => Catalogues.Load(PackTexts(s.GetRequiredService<CorridorPack>())));
        return services;
    }

    /// <summary>Where a corridor pack's own texts lie beside the program.</summary>
    static string PackTexts(CorridorPack pack) =>
        Path.Combine(AppContext.BaseDirectory, "corridors", pack.Id, "texts");
}
