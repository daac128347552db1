namespace Rahdari.Parties;

/// <summary>Stops the start-up of a node that has an endpoint without a row in the access table.</summary>
sealed class AccessCheck(EndpointDataSource endpoints) : IHostedService
{
    public Task StartAsync(CancellationToken cancel)
    {
        var without = Without(endpoints.Endpoints).Order(StringComparer.Ordinal).ToList();
        return without.Count == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException($"no row in the access table: {string.Join(", ", without)}");
    }

    public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Method and route of every endpoint nobody was given a right to.</summary>
    static IEnumerable<string> Without(IEnumerable<Endpoint> all)
    {
        foreach (var endpoint in all)
        {
            if (endpoint is not RouteEndpoint route)
            {
                yield return endpoint.DisplayName ?? "an endpoint without a route";
                continue;
            }
            var path = AccessMiddleware.RouteOf(route);
            var methods = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
            if (methods.Count == 0) yield return $"any method {path}";
            foreach (var method in methods.Where(m =>
                AccessTable.Find(m, path) is null)) yield return $"{method} {path}";
        }
    }
}
