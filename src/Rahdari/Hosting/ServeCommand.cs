using System.CommandLine;
using System.Globalization;
using Rahdari.Corridors;
using Rahdari.Storage;

namespace Rahdari.Hosting;

/// <summary><c>rahdari serve</c>: runs one node until it is told to stop.</summary>
static class ServeCommand
{
    public static Command Build()
    {
        var config = new Option<string?>("--config") { Description = "The node's settings, a YAML file." };
        var data = new Option<string?>("--data") { Description = "The data folder." };
        var urls = new Option<string?>("--urls") { Description = "Where pages and API listen." };
        var ports = new Option<int?>("--device-ports") { Description = "The first device port." };
        var command = new Command("serve", "Runs one node.") { config, data, urls, ports };
        var store = new StoreOptions();
        store.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetValue(config) ?? Variable("CONFIG"), parsed.GetValue(data) ?? Variable("DATA"),
            parsed.GetValue(urls) ?? Variable("URLS"), parsed.GetValue(ports) ?? Number(Variable("DEVICE_PORTS")),
            file => store.Overlay(parsed, file), cancel));
        return command;
    }

    /// <summary>An empty variable is one that is not set.</summary>
    static string? Variable(string name) =>
        Environment.GetEnvironmentVariable($"RAHDARI_{name}") is { Length: > 0 } text ? text : null;

    static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static async Task<int> RunAsync(
        string? config, string? data, string? urls, int? ports, Action<NodeFile> overlay, CancellationToken cancel)
    {
        var (file, problems) = config is null ? (new NodeFile(), []) : NodeFile.Read(config);
        if (file is null) return await RefuseAsync(problems);
        file.Data = data ?? file.Data;
        file.Urls = urls ?? file.Urls;
        file.DevicePorts = ports ?? file.DevicePorts;
        overlay(file);
        (var settings, problems) = file.ToSettings();
        if (settings is null) return await RefuseAsync(problems);
        var load = CorridorPackLoader.Load(
            file.Corridor ?? Path.Combine(AppContext.BaseDirectory, "corridors", "pk-af"), [.. file.Overlays]);
        if (load.Pack is not { } pack) return await RefuseAsync([.. load.Problems.Select(p => p.ToString())]);
        var output = new NodeOutput(Console.Error);
        try
        {
            await using var node = await NodeHost.StartAsync(
                settings, pack, new OperatingClock(TimeProvider.System), TimeProvider.System, output, cancel);
            output.Say($"{settings.Node}: {settings.Url}");
            await node.WaitForShutdownAsync(cancel);
            return output.HasFailed ? CommandLine.Negative : CommandLine.Ok;
        }
        catch (StoreRefusedException e)
        {
            return await RefuseAsync([$"{e.Code}: {e.Message}"]);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return await RefuseAsync([e.Message]);
        }
        catch (StorageOutageException e)
        {
            output.Say($"rahdari: {e.Message}");
            return CommandLine.Unreachable;
        }
        catch (StorageFatalException) when (output.HasFailed)
        {
            return CommandLine.Negative;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return CommandLine.Ok;
        }
    }

    static async Task<int> RefuseAsync(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems) await Console.Error.WriteLineAsync($"rahdari: {problem}");
        return CommandLine.Usage;
    }
}
