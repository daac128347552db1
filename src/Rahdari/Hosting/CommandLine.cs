using System.CommandLine;
using Rahdari.Corridors;
using Rahdari.Corridors.Simulating;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Parties;
using Rahdari.Telemetry.Decoding;
using Rahdari.Telemetry.Scoring;
using Rahdari.Transparency.Verifying;

namespace Rahdari.Hosting;

/// <summary>The <c>rahdari</c> command: one line a command, each built beside the code it runs.</summary>
static class CommandLine
{
    /// <summary>Exit codes of every command.</summary>
    public const int Ok = 0, Negative = 1, Usage = 2, Unreachable = 3;

    public static async Task<int> RunAsync(string[] args)
    {
        var root =
            new RootCommand(
                "Customs transit and cargo track and trace that two administrations can both rely on. "
                + "Exit codes: 0 done, 1 a negative result, 2 wrong use, 3 not to be reached.");
        foreach (var command in Commands()) root.Subcommands.Add(command);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync();
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"rahdari: {error.Message}");
        return Usage;
    }

    static IEnumerable<Command> Commands() =>
    [
        DemoCommand.Build(),
        ServeCommand.Build(),
        DecodeCommand.Build(),
        JudgeCommand.Build(),
        SimulateCommand.Build(),
        CorridorCommand.Build(),
        LogCommand.Build(),
        VerifyCommand.Build(),
        InitCommand.Build(),
        KeyCommand.Build(),
        UserCommand.Build(),
    ];
}
