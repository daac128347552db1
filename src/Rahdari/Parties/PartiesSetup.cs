using Microsoft.AspNetCore.Authentication;

namespace Rahdari.Parties;

/// <summary>Who may come in: keys, people, sessions, and the table of who may do what.</summary>
public static class PartiesSetup
{
    public static IServiceCollection AddParties(this IServiceCollection services)
    {
        services.AddSingleton<PartyTables>();
        services.AddSingleton<KeyRegister>();
        services.AddAuthentication(KeyAuthentication.Name)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, null);
        return services;
    }

    /// <summary>Reads who is asking. Comes after routing and before any endpoint.</summary>
    public static IApplicationBuilder UseParties(this IApplicationBuilder app) => app.UseAuthentication();

    public static void MapParties(this IEndpointRouteBuilder routes)
    {
    }
}
