using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rahdari.Tests.EndToEnd;

/// <summary>The real program in a process of its own.</summary>
sealed class RahdariProcess : IAsyncDisposable
{
    readonly Process process;
    readonly StringBuilder errors = new();
    readonly Task<string> output;

    RahdariProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors) errors.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        output = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>What it said on standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (errors) return errors.ToString();
        }
    }

    public bool HasExited => process.HasExited;

    public static RahdariProcess Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "rahdari.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new(Process.Start(start)!);
    }

    /// <summary>The same under <c>strace</c>: what it writes, syncs and sends, with the bytes, into a file.</summary>
    public static RahdariProcess StartTraced(string traceFile, params IEnumerable<string> arguments)
    {
        string[] strace =
        [
            "-f", "-qq", "-yy", "-xx", "-s", "65536", "-e", "trace=pwrite64,write,fsync,fdatasync,sendto,sendmsg",
            "-e", "signal=none", "-o", traceFile, "dotnet", Path.Combine(AppContext.BaseDirectory, "rahdari.dll"),
        ];
        return new(Process.Start(new ProcessStartInfo("strace", [.. strace, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!);
    }

    /// <summary>SIGKILL: nothing of the process gets a chance to say or save anything.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>Sends a signal by its short name (STOP, CONT, TERM) and waits until it was sent.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Asks the traced program itself to end; its tracer ends with it, its file whole.</summary>
    public async Task TerminateTracedAsync()
    {
        var tracer = process.Id.ToString(CultureInfo.InvariantCulture);
        var traced = (await File.ReadAllTextAsync($"/proc/{tracer}/task/{tracer}/children")).Trim();
        using var kill = Process.Start("kill", ["-s", "TERM", traced]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its own end; fails the test when it takes too long, with what it said.</summary>
    public async Task<(int Code, string Output)> EndAsync(TimeSpan atMost)
    {
        using var limit = new CancellationTokenSource(atMost);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            Assert.Fail($"it did not end within {atMost}:\n{Errors}");
        }
        return (process.ExitCode, await output);
    }

    /// <summary>Polls until the answer is there; fails when the process ends first or it takes too long.</summary>
    public async Task<T> UntilAsync<T>(Func<Task<T?>> ask, TimeSpan atMost) where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await ask() is { } answer) return answer;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
            {
                // Not listening yet.
            }
            Assert.False(process.HasExited, $"it ended with {(process.HasExited ? process.ExitCode : 0)}:\n{Errors}");
            Assert.True(watch.Elapsed < atMost, $"no answer within {atMost}:\n{Errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Ports one test may use: pages and device ports of both nodes lie within 112 above the base.</summary>
    const int PortsPerTest = 200;

    static int handedOut;

    /// <summary>A base port with room above it that no other test of this run was given.</summary>
    public static int FreePorts()
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var slot = (Environment.ProcessId + Interlocked.Increment(ref handedOut)) % 50;
            var basis = 20_000 + (slot * PortsPerTest);
            int[] wanted = [basis, basis + 1, basis + 10, basis + 11, basis + 110, basis + 111];
            if (wanted.All(IsFree)) return basis;
        }
        throw new InvalidOperationException("no free ports found");
    }

    static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }
}
