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
        foreach (var command in Commands())
        {
            RefuseWhatNamesNothing(command);
            root.Subcommands.Add(command);
        }
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0) return await InvokeAsync(parsed);
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"rahdari: {error.Message}");
        return Usage;
    }

    /// <summary>What the disk refuses and a command did not say itself is said here, in one sentence. Any other
    /// exception is a fault of the program, and ends it as one.</summary>
    static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"rahdari: {e.Message}");
            return Usage;
        }
        catch (OperationCanceledException)
        {
            return Negative;
        }
    }

    /// <summary>
    /// Every text a command takes names something: a file, a folder, a person. An empty one names nothing, and a word
    /// with a hyphen before it is an option misspelt, not a file.
    /// </summary>
    static void RefuseWhatNamesNothing(Command command)
    {
        foreach (var option in command.Options.Where(o => IsText(o.ValueType)))
            option.Validators.Add(result =>
            {
                if (result.Tokens.Any(t => NamesNothing(t.Value))) result.AddError($"{option.Name} is empty");
            });
        foreach (var argument in command.Arguments.Where(a => IsText(a.ValueType)))
            argument.Validators.Add(result =>
            {
                foreach (var token in result.Tokens)
                {
                    if (NamesNothing(token.Value)) result.AddError($"{argument.Name} is empty");
                    else if (token.Value is ['-', _, ..]) result.AddError($"there is no option {token.Value}");
                }
            });
        foreach (var under in command.Subcommands) RefuseWhatNamesNothing(under);
    }

    static bool IsText(Type type) => type == typeof(string) || type == typeof(string[]);

    static bool NamesNothing(string text) =>
        string.IsNullOrWhiteSpace(text) || text.Contains('\0', StringComparison.Ordinal);

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
