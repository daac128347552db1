using Rahdari.Transparency;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>The journal's rows of each unit, sealed into the log.</summary>
public static class SegmentingSetup
{
    public static IServiceCollection AddSegmenting(this IServiceCollection services)
    {
        services.AddSingleton<IProjection, SegmentTables>();
        services.AddSingleton<IProjection, SegmentCalls>();
        services.AddUnreadRows();
        services.AddSingleton<Segmenter>();
        services.AddSingleton<SegmentReading>();
        services.AddHostedService<SegmentService>();
        return services;
    }

    public static void MapSegmenting(this IEndpointRouteBuilder routes) => routes.MapSegments();
}
