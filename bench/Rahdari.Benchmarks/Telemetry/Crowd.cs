using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Rahdari.Hosting;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>Locks in a process of their own (<see cref="CrowdProcess"/>), told from here what to do.</summary>
sealed class Crowd : IDisposable
{
    readonly Process process;

    Crowd(Process process) => this.process = process;

    public static Crowd Start()
    {
        var self = Environment.ProcessPath!;
        var start = new ProcessStartInfo(self) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet") start.ArgumentList.Add(typeof(Crowd).Assembly.Location);
        start.ArgumentList.Add(CrowdProcess.Name);
        // Thousands of sockets are answered on the threads that hear of them: it leaves more of the machine to the
        // side that is measured.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        start.Environment["DOTNET_gcServer"] = "0";
        return new(Process.Start(start)!);
    }

    /// <summary>Processor time of this process and of the crowd's.</summary>
    public (TimeSpan Here, TimeSpan Crowd) Spent()
    {
        process.Refresh();
        return (Environment.CpuUsage.TotalTime, process.TotalProcessorTime);
    }

    public Task<CrowdSlice> OpenAsync(string name, int port, int count, int first) =>
        DoAsync(string.Create(CultureInfo.InvariantCulture, $"open {name} {port} {count} {first}"));

    public Task<CrowdSlice> SendAsync(string name, double seconds, int window) =>
        DoAsync(string.Create(CultureInfo.InvariantCulture, $"send {name} {seconds} {window}"));

    public Task<CrowdSlice> OnceAsync(string name) => DoAsync($"once {name}");

    public Task<CrowdSlice> PourAsync(string name, double seconds, int framesASecond) =>
        DoAsync(string.Create(CultureInfo.InvariantCulture, $"pour {name} {seconds} {framesASecond}"));

    public Task<CrowdSlice> FlushAsync(
        string name, int count, int window, DateTimeOffset start, int stepSeconds) =>
        DoAsync(string.Create(CultureInfo.InvariantCulture,
            $"flush {name} {count} {window} {start.ToMicros()} {stepSeconds}"));

    public Task<CrowdSlice> CloseAsync(string name) => DoAsync($"close {name}");

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    async Task<CrowdSlice> DoAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        var answer = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("the crowd's process has ended");
        return JsonSerializer.Deserialize<CrowdSlice>(answer)!;
    }
}
