using System.Security.Cryptography;
using System.Text;
using Rahdari.Storage;
using Rahdari.Storage.Cluster;
using Rahdari.Storage.Embedded;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.Storage;

/// <summary>
/// The store of a test that is about something else. SQLite in the test's folder; with
/// <c>RAHDARI_TEST_STORE=postgresql</c> a schema of its own in a private PostgreSQL, so that the same tests run every
/// statement of the product on both engines.
/// </summary>
static class TestStore
{
    static readonly bool OnPostgres = Environment.GetEnvironmentVariable("RAHDARI_TEST_STORE") == "postgresql";
    static readonly Lazy<PostgresServer> Server = new(Start);

    public static Task<Store> OpenAsync(string folder, Action<StorageFatalException> onFatal)
    {
        var settings = new StoreSettings { Time = TimeProvider.System, OnFatal = onFatal };
        return OnPostgres
            ? ClusterStore.OpenAsync(Server.Value.ConnectionString, SchemaOf(folder), settings, default)
            : EmbeddedStore.OpenAsync(folder, settings, default);
    }

    /// <summary>The same folder means the same store, as with SQLite.</summary>
    static string SchemaOf(string folder) =>
        $"t_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 8))}";

    static PostgresServer Start()
    {
        var server = new PostgresServer();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    }
}
