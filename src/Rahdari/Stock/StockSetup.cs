using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Devices in the offices' stores, and how vendors' devices do.</summary>
public static class StockSetup
{
    public static IServiceCollection AddStock(this IServiceCollection services)
    {
        services.AddSingleton<IProjection, StockTable>();
        services.AddSingleton<SimCards>();
        services.AddSingleton<ISimCards>(s => s.GetRequiredService<SimCards>());
        services.AddHostedService(s => s.GetRequiredService<SimCards>());
        services.AddSingleton(DeviceDayTable.Tables);
        services.AddSingleton<HeardDays>();
        services.AddHostedService<HeardDaysService>();
        services.AddSingleton<StockQuery>();
        services.AddSingleton<VendorQuery>();
        return services;
    }

    public static void MapStock(this IEndpointRouteBuilder routes) => StockEndpoint.Map(routes);
}
