using Rahdari.Transparency;

namespace Rahdari.Web.Live;

/// <summary>What happens, told at once to whoever watches.</summary>
public static class LiveSetup
{
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<LiveLimits>();
        services.AddSingleton(s => new LiveFeed(s.GetRequiredService<LiveLimits>(), s.GetRequiredService<Entropy>()));
        services.AddHostedService<LivePublishing>();
        return services;
    }

    public static void MapLive(this IEndpointRouteBuilder routes) => LiveEndpoint.Map(routes);
}
