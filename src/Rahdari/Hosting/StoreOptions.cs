using System.CommandLine;

namespace Rahdari.Hosting;

/// <summary>Where record and journal are, as options of a command: they go before <c>RAHDARI_*</c>, those before the
/// file.</summary>
sealed class StoreOptions
{
    readonly Option<string?> store = new("--store") { Description = "sqlite (default) or postgresql." };
    readonly Option<string?> connection = new("--store-connection")
    {
        Description = "Host=...;Database=...;Username=... of PostgreSQL; others on this machine can read it.",
    };
    readonly Option<string?> schema = new("--store-schema") { Description = "The node's schema in that database." };

    public void AddTo(Command command)
    {
        command.Options.Add(store);
        command.Options.Add(connection);
        command.Options.Add(schema);
    }

    public void Overlay(ParseResult parsed, NodeFile file)
    {
        file.Store = parsed.GetValue(store) ?? Variable("STORE") ?? file.Store;
        file.StoreConnection = parsed.GetValue(connection) ?? Variable("STORE_CONNECTION") ?? file.StoreConnection;
        file.StoreSchema = parsed.GetValue(schema) ?? Variable("STORE_SCHEMA") ?? file.StoreSchema;
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable($"RAHDARI_{name}");
}
