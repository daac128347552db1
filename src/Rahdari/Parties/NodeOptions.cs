using System.CommandLine;
using Rahdari.Hosting;
using Rahdari.Storage;

namespace Rahdari.Parties;

/// <summary>
/// What commands about people and keys have in common: which node they mean, its tables, and how a refusal is told.
/// They work beside a running server and on a node that has never been started.
/// </summary>
sealed class NodeOptions
{
    readonly Option<string?> config = new("--config")
    {
        Description = "The node's settings, a YAML file; needed unless RAHDARI_CONFIG names it.",
    };
    readonly Option<string?> data = new("--data") { Description = "The data folder; goes before the file's." };

    readonly StoreOptions store = new();

    public Option<bool> Json { get; } = new("--json") { Description = "Answers in JSON." };

    /// <summary>Adds the options, and the action with the node's tables opened.</summary>
    public Command Wire(
        Command command, Func<ParseResult, PartyTables, NodeSettings, CancellationToken, Task<int>> run)
    {
        command.Options.Add(config);
        command.Options.Add(data);
        store.AddTo(command);
        command.Options.Add(Json);
        command.SetAction((parsed, cancel) => RunAsync(parsed, run, cancel));
        return command;
    }

    /// <summary>Writes a refusal for people and answers the exit code for it.</summary>
    public static async Task<int> RefuseAsync(Transparency.Refusal why)
    {
        await Console.Error.WriteLineAsync($"rahdari: {Web.Catalogues.Load().Default.Plain(
            $"refusal.{why.Code}", why.Args.ToDictionary(a => a.Key, a => (object)a.Value))}");
        return CommandLine.Negative;
    }

    async Task<int> RunAsync(
        ParseResult parsed, Func<ParseResult, PartyTables, NodeSettings, CancellationToken, Task<int>> run,
        CancellationToken cancel)
    {
        var path = parsed.GetValue(config) ?? Environment.GetEnvironmentVariable("RAHDARI_CONFIG");
        if (path is null) return await UsageAsync(["--config is missing"]);
        var (file, problems) = NodeFile.Read(path);
        if (file is null) return await UsageAsync(problems);
        file.Data = parsed.GetValue(data) ?? Environment.GetEnvironmentVariable("RAHDARI_DATA") ?? file.Data;
        store.Overlay(parsed, file);
        (var node, problems) = file.ToSettings();
        if (node is null) return await UsageAsync(problems);
        try
        {
            var settings = new StoreSettings { Time = TimeProvider.System, OnFatal = _ => { } };
            await using var record = await NodeStore.OpenRecordAsync(node, settings, cancel);
            return await run(parsed, new PartyTables(record), node, cancel);
        }
        catch (Exception e) when (e is StoreRefusedException or StorageOutageException or IOException)
        {
            await Console.Error.WriteLineAsync($"rahdari: {e.Message}");
            return CommandLine.Unreachable;
        }
    }

    static async Task<int> UsageAsync(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems) await Console.Error.WriteLineAsync($"rahdari: {problem}");
        return CommandLine.Usage;
    }
}
