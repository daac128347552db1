using Rahdari.Transparency;

namespace Rahdari.Guarantees;

/// <summary>Guarantees and their books.</summary>
public static class GuaranteesSetup
{
    public static IServiceCollection AddGuarantees(this IServiceCollection services) =>
        services.AddSingleton<IProjection, GuaranteeTable>().AddSingleton<CodeGuesses>();

    public static void MapGuarantees(this IEndpointRouteBuilder routes) => GuaranteesEndpoint.Map(routes);
}
