using Rahdari.Hosting;
using Rahdari.Ledger;

namespace Rahdari.Transparency.Sequencing;

/// <summary>The own log: its files, the service that writes and signs them, and where they are served.</summary>
public static class SequencingSetup
{
    public static IServiceCollection AddSequencing(this IServiceCollection services)
    {
        services.AddSingleton<ILogStore>(s =>
        {
            var settings = s.GetRequiredService<NodeSettings>();
            return new LogDirectory(settings.LogDirectory, Path.Combine(settings.DataDirectory, "log-drafts"));
        });
        services.AddSingleton<SequencerService>();
        services.AddHostedService(s => s.GetRequiredService<SequencerService>());
        return services;
    }

    public static void MapLog(this IEndpointRouteBuilder routes) => LogEndpoint.Map(routes);
}
