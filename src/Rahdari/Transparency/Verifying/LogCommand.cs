using System.CommandLine;
using System.Text.Json.Nodes;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;

namespace Rahdari.Transparency.Verifying;

/// <summary>
/// <c>rahdari log fsck --data DIR</c>: checks the logs of the nodes in a data folder, running or not. A node whose
/// record is in PostgreSQL is named by its settings instead: <c>--config FILE</c>.
/// </summary>
static class LogCommand
{
    const string RecordFile = "record.db";

    public static Command Build()
    {
        var data = new Option<string?>("--data") { Description = "A node's folder, or the folder of several." };
        var config = new Option<string?>("--config") { Description = "The node's settings, instead of --data." };
        var store = new StoreOptions();
        var master = new Option<FileInfo?>("--master-key")
        {
            Description = "The file that opens salts; by default <node>-master.seed beside the node's folder.",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of words." };
        var fsck = new Command("fsck", "Checks logs against their record: files, signatures, every leaf.")
        {
            data, config, master, json,
        };
        store.AddTo(fsck);
        fsck.SetAction(async (parsed, cancel) =>
        {
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var (key, asJson) = (parsed.GetValue(master)?.FullName, parsed.GetValue(json));
            if (parsed.GetValue(config) is not { } path)
                return parsed.GetValue(data) is { } folder
                    ? await RunAsync(folder, key, asJson, output, errors, cancel)
                    : Refuse(errors, CommandLine.Usage, "--data or --config is missing");
            var (file, problems) = NodeFile.Read(path);
            if (file is not null) store.Overlay(parsed, file);
            (var node, problems) = file?.ToSettings() ?? (null, problems);
            return node is null
                ? Refuse(errors, CommandLine.Usage, string.Join('\n', problems))
                : await RunAsync(() => CheckNodeAsync(node, key, cancel), path, asJson, output, errors);
        });
        return new Command("log", "What concerns the node's own log.") { fsck };
    }

    internal static Task<int> RunAsync(
        string data, string? masterKey, bool json, TextWriter output, TextWriter errors, CancellationToken cancel) =>
        RunAsync(async () =>
        {
            var reports = new List<FsckReport>();
            foreach (var folder in NodeFolders(data)) reports.AddRange(await CheckNodeAsync(folder, masterKey, cancel));
            return reports;
        }, data, json, output, errors);

    static async Task<int> RunAsync(
        Func<Task<IReadOnlyList<FsckReport>>> check, string what, bool json, TextWriter output, TextWriter errors)
    {
        try
        {
            var reports = await check();
            if (reports.Count == 0)
                return Refuse(errors, CommandLine.Usage, $"{what} is no node's folder and holds none that has a log");
            if (json) output.WriteLine(ToJson(reports).ToJsonString(ReportText.Json));
            else foreach (var report in reports) Write(output, report);
            return reports.All(r => r.IsConsistent) ? CommandLine.Ok : CommandLine.Negative;
        }
        catch (Exception e) when (
            e is StoreRefusedException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return Refuse(errors, CommandLine.Usage, e.Message);
        }
        catch (StorageOutageException e)
        {
            return Refuse(errors, CommandLine.Unreachable, e.Message);
        }
    }

    static IEnumerable<string> NodeFolders(string data)
    {
        if (!Directory.Exists(data)) return [];
        return File.Exists(Path.Combine(data, RecordFile))
            ? [data]
            : Directory.EnumerateDirectories(data).Where(d => File.Exists(Path.Combine(d, RecordFile)))
                .Order(StringComparer.Ordinal);
    }

    static async Task<IReadOnlyList<FsckReport>> CheckNodeAsync(
        string folder, string? masterKey, CancellationToken cancel)
    {
        var logs = Path.Combine(folder, "log");
        if (!Directory.Exists(logs)) return [];
        var node = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar));
        var beside = Path.Combine(Path.GetFullPath(folder), "..", $"{node}-master.seed");
        var salts = Salts(masterKey ?? beside, demanded: masterKey is not null);
        await using var record = await EmbeddedStore.OpenRecordAsync(folder, Reading, cancel);
        return await CheckLogsAsync(node, logs, record, () => EmbeddedStore.OpenJournal(folder), salts, cancel);
    }

    /// <summary>A node by its settings, whichever engine holds its record.</summary>
    static async Task<IReadOnlyList<FsckReport>> CheckNodeAsync(
        NodeSettings node, string? masterKey, CancellationToken cancel)
    {
        var logs = Path.Combine(node.DataDirectory, "log");
        if (!Directory.Exists(logs)) return [];
        await using var record = await NodeStore.OpenRecordAsync(node, Reading, cancel);
        return await CheckLogsAsync(
            node.Node, logs, record, () => NodeStore.OpenJournal(node, record),
            Salts(masterKey ?? node.MasterKeyFile, demanded: true), cancel);
    }

    static StoreSettings Reading => new() { Time = TimeProvider.System, OnFatal = _ => { } };

    static async Task<IReadOnlyList<FsckReport>> CheckLogsAsync(
        string node, string logs, IRecordStore record, Func<JournalReading> journal, LeafSalts salts,
        CancellationToken cancel)
    {
        var reports = new List<FsckReport>();
        foreach (var log in Directory.EnumerateDirectories(logs).Order(StringComparer.Ordinal))
            reports.Add(await LogFsck.CheckAsync(
                node, Path.GetFileName(log), new LogDirectory(log), record, salts, journal, TimeProvider.System,
                cancel));
        return reports;
    }

    static LeafSalts Salts(string file, bool demanded)
    {
        if (File.Exists(file))
            return LogFsck.SaltsOf(new SubjectKeys(KeyRing.ReadOrMake(file, SystemEntropy.Fill), SystemEntropy.Fill));
        return demanded ? throw new FileNotFoundException($"there is no file {file}") : LogFsck.NoSalts;
    }

    static JsonObject ToJson(IReadOnlyList<FsckReport> reports) => new()
    {
        ["consistent"] = reports.All(r => r.IsConsistent),
        ["logs"] = new JsonArray([.. reports.Select(r =>
        {
            var log = ReportText.ToJson(r.Log);
            log.Insert(0, "node", r.Node);
            log["origin"] = r.Origin;
            log["simulated"] = ReportText.IsSimulated(r.Origin);
            log["recomputed"] = r.Recomputed;
            log["unopened"] = r.Unopened;
            log["segments"] = r.Segments?.Verified;
            log["segmentsNotRetained"] = r.Segments?.Dropped;
            return (JsonNode)log;
        })]),
    };

    static void Write(TextWriter output, FsckReport report)
    {
        output.Write($"{report.Node} ");
        ReportText.Write(output, report.Log);
        output.WriteLine($"{report.Recomputed} leaves computed again from salt and event"
            + (report.Unopened > 0 ? $", {report.Unopened} compared with the record only (no salt)" : "")
            + (report.Segments is { } s ? $", {s.Verified} track segments computed again from the journal" : "")
            + (report.Segments is { Dropped: > 0 } gone ? $" ({gone.Dropped} more are not retained there)" : "")
            + (report.Log.Ahead > 0 ? $", {report.Log.Ahead} entries written and not signed yet" : ""));
    }

    static int Refuse(TextWriter errors, int code, string message)
    {
        errors.WriteLine($"rahdari: {message}");
        return code;
    }
}
