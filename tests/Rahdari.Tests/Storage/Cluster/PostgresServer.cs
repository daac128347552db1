using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Rahdari.Tests.Storage.Cluster;

/// <summary>
/// A private PostgreSQL server of one test run: on a socket in a temporary folder, run by an unprivileged user, gone
/// with the run. It starts with the first test that asks for an engine.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    readonly Lazy<(Process Process, string Folder)> running = new(Start);
    int schemas;

    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>; null where there is none. Debian keeps them off the
    /// path.</summary>
    public static string? Binaries { get; } = FindBinaries();

    internal Engine NewEngine()
    {
        var number = Interlocked.Increment(ref schemas);
        return new PostgresEngine(ConnectionString, string.Create(CultureInfo.InvariantCulture, $"test_{number}"));
    }

    internal string ConnectionString => $"Host={running.Value.Folder};Username=rahdari;Database=postgres";

    public void Dispose()
    {
        if (!running.IsValueCreated) return;
        NpgsqlConnection.ClearAllPools();
        var (process, folder) = running.Value;
        // The shell below waits for this; it also ends when this process does.
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    static (Process, string) Start()
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-pg-").FullName;
        // Nothing here is about the server's own durability, so it does not sync.
        const string Script =
            """
            set -e
            "$1/initdb" -D "$2/data" -U rahdari -A trust -E UTF8 --locale=C --no-sync >"$2/initdb.log" 2>&1
            "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c max_connections=300 \
                >"$2/postgres.log" 2>&1 &
            server=$!
            until grep -q "ready to accept connections" "$2/postgres.log"; do kill -0 $server; sleep 0.05; done
            echo ready
            read _ || true
            kill -QUIT $server
            wait $server || true
            """;
        string[] command = ["sh", "-c", Script, "sh", Binaries!, folder];
        if (Environment.UserName == "root")
        {
            // initdb refuses to run as root.
            var user = File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal))
                ? "postgres" : "nobody";
            Run("chown", user, folder);
            command = ["setpriv", "--reuid", user, "--regid", Run("id", "-g", user), "--clear-groups", .. command];
        }
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        if (process.StandardOutput.ReadLine() != "ready")
            throw new InvalidOperationException("PostgreSQL did not start: " + string.Join('\n',
                Directory.EnumerateFiles(folder, "*.log").SelectMany(File.ReadAllLines)));
        return (process, folder);
    }

    static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var answer = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? answer : throw new InvalidOperationException($"{program} failed");
    }

    static string? FindBinaries()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).ToList();
        if (Directory.Exists("/usr/lib/postgresql"))
            folders.AddRange(Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending()
                .Select(version => Path.Combine(version, "bin")));
        return folders.FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb"))
            && File.Exists(Path.Combine(f, "postgres")));
    }
}

[CollectionDefinition("PostgreSQL")]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>;
