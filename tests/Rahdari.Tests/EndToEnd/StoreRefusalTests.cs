using Npgsql;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>What an operator reads when the database is not as the settings say.</summary>
[Collection("Served on PostgreSQL")]
public sealed class StoreRefusalTests(PostgresServer server) : IDisposable
{
    const string Secret = "correct-horse-battery";

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-refusal-").FullName;

    [PostgresFact]
    public async Task Each_fault_of_the_database_is_a_sentence_and_an_exit_code_without_the_password()
    {
        var (connection, schema) = (server.NewSchema().Connection, server.NewSchema().Schema);
        await ServeAsync(Change(connection, c => c.Host = "/nonexistent"), schema, 3, "cannot be reached");
        await ServeAsync(Change(connection, c => c.Username = "nobody"), schema, 2, "store-access-denied");
        await ServeAsync(Change(connection, c => c.Database = "nowhere"), schema, 2, "store-database-missing");
        await ServeAsync($"Database=rahdari;Password={Secret}", schema, 2, "storeConnection: it names no Host");
        await ServeAsync($"Port=many;Password={Secret}", schema, 2, "storeConnection: it is like");
        await ServeAsync(connection, "Pk; drop schema public", 2, "storeSchema: a schema's name has");

        await using (await ((PostgresEngine)server.NewEngine()).OpenAsync())
        {
            // Only so that the server is up.
        }
        var newer = (PostgresEngine)server.NewEngine();
        await (await newer.OpenAsync()).DisposeAsync();
        await using (var source = NpgsqlDataSource.Create(newer.ConnectionString))
        await using (var command = source.CreateCommand(
            $"insert into {newer.Schema}.schema_version (version) values (999)"))
            await command.ExecuteNonQueryAsync();
        await ServeAsync(newer.ConnectionString, newer.Schema, 2, "record-schema-newer");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    async Task ServeAsync(string connection, string schema, int expected, string says)
    {
        var port = RahdariProcess.FreePorts();
        var config = Path.Combine(folder, "node.yaml");
        await File.WriteAllTextAsync(config,
            $"""
            node: pk
            administration: pk
            data: {folder}
            urls: http://127.0.0.1:{port}
            origin: pk-2026.example.org
            masterKey: {folder}/master.seed
            store: postgresql
            storeConnection: "{connection}"
            storeSchema: "{schema}"
            """);
        await using var serve = RahdariProcess.Start("serve", "--config", config);
        var (code, output) = await serve.EndAsync(TimeSpan.FromSeconds(90));
        Assert.True(code == expected, $"exit code {code}, not {expected}:\n{serve.Errors}");
        Assert.Contains(says, serve.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", serve.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, serve.Errors + output, StringComparison.Ordinal);
    }

    static string Change(string connection, Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection) { Password = Secret };
        change(builder);
        return builder.ConnectionString;
    }
}
