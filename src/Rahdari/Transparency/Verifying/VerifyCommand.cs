using System.CommandLine;
using Rahdari.Hosting;
using Rahdari.Ledger;

namespace Rahdari.Transparency.Verifying;

/// <summary>
/// <c>rahdari verify FILE|DIR|URL</c>: verifies a log's folder, a log at an address, a checkpoint or a proof, with no
/// database and no configuration.
/// </summary>
static class VerifyCommand
{
    /// <summary>Larger than any checkpoint or proof (64 hashes, 100 signatures).</summary>
    const int MaxFileBytes = SignedNote.MaxBytes;

    public static Command Build()
    {
        var target = new Argument<string>("target")
        {
            Description = "A log's folder (DIR/<node>/log/<origin>) or address, a checkpoint, or a .tlog-proof file.",
        };
        var policy = new Option<FileInfo?>("--policy") { Description = "Whom you believe, a C2SP tlog-policy file." };
        var key = new Option<string?>("--key") { Description = "A verifier key that must have signed." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of words." };
        var command = new Command("verify", "Verifies a log, a checkpoint or a proof.") { target, policy, key, json };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(target), parsed.GetValue(policy)?.FullName, parsed.GetValue(key),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancel));
        return command;
    }

    internal static async Task<int> RunAsync(
        string target, string? policyFile, string? key, bool json, TextWriter output, TextWriter errors,
        CancellationToken cancel)
    {
        try
        {
            var trust = new LogTrust(
                policyFile is null ? null : TrustPolicy.Parse(await File.ReadAllBytesAsync(policyFile, cancel)),
                key is null ? null : NoteKey.Parse(key));
            if (await CheckAsync(target, trust, cancel) is not { } report)
                return Refuse(errors, CommandLine.Usage, $"there is no file, folder or address '{target}'");
            Tell(target, report, json, output);
            return report.IsGood ? CommandLine.Ok : CommandLine.Negative;
        }
        catch (Exception e) when (e is LedgerFormatException or IOException or UnauthorizedAccessException)
        {
            return Refuse(errors, CommandLine.Usage, e.Message);
        }
        catch (HttpRequestException e)
        {
            return Refuse(errors, CommandLine.Unreachable, $"{target}: {e.Message}");
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException)
        {
            return Refuse(errors, CommandLine.Unreachable, $"{target}: no answer in time");
        }
    }

    static async Task<LogReport?> CheckAsync(string target, LogTrust trust, CancellationToken cancel)
    {
        var options = new LogCheckOptions { EntryFault = RahdariEntries.Fault };
        if (Uri.TryCreate(target, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            using var client = HttpLogSource.NewClient();
            return await LogCheck.AddressAsync(new HttpLogSource(client, address), trust, options, cancel);
        }
        if (Directory.Exists(target))
            return await LiveFolder.CheckAsync(new LogDirectory(target), trust, options, TimeProvider.System, cancel);
        return File.Exists(target) ? CheckFile(target, trust) : null;
    }

    static LogReport CheckFile(string path, LogTrust trust)
    {
        var name = Path.GetFileName(path);
        if (new FileInfo(path).Length > MaxFileBytes)
            return Refused(new("file-too-large", name, $"a checkpoint or proof has at most {MaxFileBytes} bytes"));
        var bytes = File.ReadAllBytes(path);
        var report = bytes.AsSpan().StartsWith("c2sp.org/tlog-proof@"u8)
            ? ProofCheck.Check(bytes, trust)
            : LogCheck.Head(bytes, trust);
        return report with { Findings = [.. report.Findings.Select(f => f with { File = name })] };
    }

    static LogReport Refused(LogFinding finding) => new() { Findings = [finding] };

    static void Tell(string target, LogReport report, bool json, TextWriter output)
    {
        if (!json)
        {
            ReportText.Write(output, report);
            return;
        }
        var line = ReportText.ToJson(report);
        line.Insert(0, "target", target);
        output.WriteLine(line.ToJsonString(ReportText.Json));
    }

    static int Refuse(TextWriter errors, int code, string message)
    {
        errors.WriteLine($"rahdari: {message}");
        return code;
    }
}
