namespace Rahdari.Telemetry.Retaining;

/// <summary>How long the journal is kept.</summary>
public static class RetainingSetup
{
    public static IServiceCollection AddRetaining(this IServiceCollection services)
    {
        services.AddSingleton<RetentionMetrics>();
        services.AddSingleton<JournalRetention>();
        services.AddHostedService<RetentionService>();
        return services;
    }

    public static void MapRetaining(this IEndpointRouteBuilder routes) => JournalHeldEndpoint.Map(routes);
}
