namespace Rahdari.Measures;

/// <summary>What was promised, computed from what happened.</summary>
public static class MeasuresSetup
{
    public static IServiceCollection AddMeasures(this IServiceCollection services)
    {
        services.AddSingleton<IMeasure, FeeMeasure>();
        services.AddSingleton<IMeasure, GuaranteeMeasure>();
        services.AddSingleton<IMeasure, ScanningMeasure>();
        services.AddSingleton<IMeasure, TrackingMeasure>();
        services.AddSingleton<ILogHeads, PublishedHeads>();
        services.AddSingleton<MeasureBoard>();
        return services;
    }

    public static void MapMeasures(this IEndpointRouteBuilder routes) => MeasuresEndpoint.Map(routes);
}
