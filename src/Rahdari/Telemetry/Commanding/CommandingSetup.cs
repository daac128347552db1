using Rahdari.Telemetry.Connecting;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>Commands to devices, each with the officers who answer for it.</summary>
public static class CommandingSetup
{
    public static IServiceCollection AddCommanding(this IServiceCollection services)
    {
        services.AddSingleton<IProjection, CommandTable>();
        services.AddSingleton<CommandSender>();
        services.AddSingleton<IWaitingCommands>(s => s.GetRequiredService<CommandSender>());
        services.AddSingleton<DeviceFixes>();
        services.AddHostedService<CommandWatch>();
        return services;
    }
}
