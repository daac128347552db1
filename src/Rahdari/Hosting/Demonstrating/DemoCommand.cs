using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Rahdari.Devices;

namespace Rahdari.Hosting.Demonstrating;

/// <summary><c>rahdari demo</c>: two nodes, simulated trucks and officers, in one process.</summary>
static class DemoCommand
{
    public static Command Build()
    {
        var trucks = new Option<int>("--trucks")
        { Description = "How many trucks drive.", DefaultValueFactory = _ => DemoSettings.DefaultTrucks };
        var speed = new Option<double>("--speed")
        { Description = "Corridor seconds a second, at most.", DefaultValueFactory = _ => DemoSettings.DefaultSpeed };
        var seed = new Option<ulong>("--seed") { Description = "What chance draws from.",
            DefaultValueFactory = _ => 1 };
        var scenario = new Option<string>("--scenario")
        { Description = "default, or fee (the processing fee in force).", DefaultValueFactory = _ => "default" };
        var data = new Option<string?>("--data") { Description = "The data folder; a new temporary one otherwise." };
        var urls = new Option<string>("--urls")
        { Description = "Where the first node listens.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
        var ports = new Option<int>("--device-ports")
        { Description = "The first device port.", DefaultValueFactory = _ => DemoSettings.DefaultDevicePorts };
        var untilDone = new Option<bool>("--until-done") { Description = "End once every unit has ended." };
        var json = new Option<bool>("--json") { Description = "Print the result as one line of JSON." };
        var command = new Command("demo", "Starts two simulated administrations and lets trucks drive between them.")
        { trucks, speed, seed, scenario, data, urls, ports, untilDone, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var started = TimeProvider.System.GetTimestamp();
            var settings = new DemoSettings(
                parsed.GetValue(trucks), parsed.GetValue(speed), parsed.GetValue(seed), parsed.GetValue(scenario)!,
                parsed.GetValue(data) ?? Directory.CreateTempSubdirectory("rahdari-demo-").FullName,
                Uri.TryCreate(parsed.GetValue(urls), UriKind.Absolute, out var url) ? url : new Uri("about:blank"),
                parsed.GetValue(ports), parsed.GetValue(untilDone), parsed.GetValue(json));
            if (Fault(settings) is { } fault) return await RefuseAsync(fault);
            return await new DemoRun(settings, TimeProvider.System, started).RunAsync(cancel);
        });
        return command;
    }

    static async Task<int> RefuseAsync(string fault)
    {
        await Console.Error.WriteLineAsync($"rahdari: {fault}");
        return CommandLine.Usage;
    }

    static string? Fault(DemoSettings settings)
    {
        if (settings.Trucks is < 1 or > DemoSettings.MaxTrucks) return $"--trucks is 1 to {DemoSettings.MaxTrucks}";
        if (!(settings.Speed is > 0 and <= DemoSettings.MaxSpeed))
            return $"--speed is above 0 and at most {DemoSettings.MaxSpeed}";
        if (!DemoSettings.Scenarios.ContainsKey(settings.Scenario))
            return $"--scenario is one of {string.Join(", ", DemoSettings.Scenarios.Keys)}";
        if (settings.Url.Scheme != Uri.UriSchemeHttp || settings.Url.AbsolutePath != "/" || !IsOwnAddress(settings.Url))
            return "--urls is like http://127.0.0.1:5080";
        if (settings.Url.Port is < 1 or > LastPort - 1) return $"--urls: the port is 1 to {LastPort - 1}";
        if (settings.DevicePorts < 1 || settings.DevicePorts > MostDevicePorts)
            return $"--device-ports is 1 to {MostDevicePorts}";
        if (FolderFault(settings.Data) is { } fault) return $"--data {settings.Data}: {fault}";
        return TakenPort(settings) is { } port ? $"port {port} is taken" : null;
    }

    const int LastPort = ushort.MaxValue;

    /// <summary>The second node's last protocol listens on the last port.</summary>
    static int MostDevicePorts => LastPort - DemoSettings.SecondNodePorts - (Registry.Order.Count - 1);

    static string? FolderFault(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    static bool IsOwnAddress(Uri url) => url.Host == "localhost" || IPAddress.TryParse(url.Host, out _);

    /// <summary>The first port the demo needs that somebody else has.</summary>
    static int? TakenPort(DemoSettings settings)
    {
        var device = Registry.Protocols.Select(p => settings.DevicePorts + Registry.PortIndex(p)).ToList();
        var wanted = device.Concat(device.Select(p => p + DemoSettings.SecondNodePorts))
            .Prepend(settings.Url.Port + 1).Prepend(settings.Url.Port);
        foreach (var port in wanted)
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
            }
            catch (SocketException)
            {
                return port;
            }
        }
        return null;
    }
}
