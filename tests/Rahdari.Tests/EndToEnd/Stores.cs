using Rahdari.Hosting;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>The server these tests share; the storage tests have their own, and run beside them.</summary>
[CollectionDefinition("Served on PostgreSQL")]
public sealed class ServedOnPostgres : ICollectionFixture<PostgresServer>;

static class Stores
{
    /// <summary>A schema of its own, which no other test has.</summary>
    public static ClusterSettings NewSchema(this PostgresServer server)
    {
        var engine = (PostgresEngine)server.NewEngine();
        return new(engine.ConnectionString, engine.Schema);
    }
}
