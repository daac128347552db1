using System.Collections.Concurrent;
using Rahdari.Hosting;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>Two processes for one node: one serves, the other waits. Runs on every engine.</summary>
public abstract class StandbyTests : IAsyncLifetime
{
    const int Devices = 2, CutEvery = 40;

    /// <summary>A takeover is a matter of seconds; a busy machine stretches it, and the start of a program before it.
    /// </summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    readonly Func<ClusterSettings?> cluster;
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-standby-").FullName;
    readonly int port = RahdariProcess.FreePorts();

    private protected StandbyTests(Func<ClusterSettings?> cluster) => this.cluster = cluster;

    private protected ServedNode First { get; private set; } = null!;

    private protected ServedNode Second { get; private set; } = null!;

    private protected string FirstConfig { get; private set; } = "";

    private protected string SecondConfig { get; private set; } = "";

    private protected ConcurrentQueue<string> Acknowledged { get; } = [];

    [StoreFact]
    public async Task A_second_serve_waits_and_follows_a_killed_first_and_nothing_acknowledged_is_lost()
    {
        await using var first = await First.StartAsync(FirstConfig);
        await First.SendOffAsync(Devices);
        await using var second = RahdariProcess.Start("serve", "--config", SecondConfig);
        await SaysItWaitsAsync(second);
        Assert.Equal("ready", await First.Http.GetStringAsync("/readyz"));
        await Assert.ThrowsAsync<HttpRequestException>(() => Second.Http.GetAsync("/healthz"));

        using var stop = new CancellationTokenSource();
        var traffic = Traffic(First, stop.Token);
        await MoreAsync(first, 50);
        await first.KillAsync();
        await ServesAsync(second);
        Assert.Equal("ready", await Second.Http.GetStringAsync("/readyz"));
        await stop.CancelAsync();
        await traffic;

        // The devices find the second where it listens, and go on.
        using var again = new CancellationTokenSource();
        var followed = Traffic(Second, again.Token);
        await MoreAsync(second, 100);
        await second.UntilAsync(async () => await Second.RopeCutsAsync(Devices), Patience);
        await again.CancelAsync();
        await followed;
        Assert.True(await Second.BooksBalanceAsync() > 0);

        // The first comes back, waits in its turn, and follows a second that stops in order.
        await using var back = RahdariProcess.Start("serve", "--config", FirstConfig);
        await SaysItWaitsAsync(back);
        await second.SignalAsync("TERM");
        var (code, _) = await second.EndAsync(Patience);
        Assert.True(code == 0, $"exit code {code}:\n{second.Errors}");
        await back.UntilAsync(async () =>
            (await First.Http.GetAsync("/readyz")).IsSuccessStatusCode ? "up" : null, Patience);
        await ServedNode.FsckAsync(FirstConfig);
        await back.KillAsync();
        await ServedNode.FsckAsync(FirstConfig);
        await First.JournalHoldsAsync(Acknowledged);
    }

    public async Task InitializeAsync()
    {
        First = await ServedNode.CreateAsync(folder, "pk", port, cluster());
        FirstConfig = await First.ConfigureAsync("first.yaml");
        var settings = First.Settings with
        {
            Url = $"http://127.0.0.1:{port + 1}", DevicePorts = First.Settings.DevicePorts + 100,
        };
        if (settings.Cluster is not null)
        {
            // Another machine: a folder of its own, with copies of the keys.
            settings = settings with { DataDirectory = Path.Combine(folder, "second", "pk") };
            Directory.CreateDirectory(settings.KeysDirectory);
            foreach (var key in Directory.EnumerateFiles(First.Settings.KeysDirectory))
                File.Copy(key, Path.Combine(settings.KeysDirectory, Path.GetFileName(key)));
            File.Copy(Path.Combine(First.Settings.DataDirectory, "format"),
                Path.Combine(settings.DataDirectory, "format"));
        }
        Second = First.At(settings);
        SecondConfig = await First.ConfigureAsync("second.yaml", settings);
    }

    public Task DisposeAsync()
    {
        First.Dispose();
        Second.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    private protected Task Traffic(ServedNode node, CancellationToken stop) => Task.WhenAll(
        Enumerable.Range(1, Devices).Select(n => node.Device(n, Acknowledged).RunAsync(CutEvery, stop)));

    private protected async Task MoreAsync(RahdariProcess server, int frames)
    {
        var seen = Acknowledged.Count;
        await server.UntilAsync<object>(
            () => Task.FromResult<object?>(Acknowledged.Count > seen + frames ? "traffic" : null), Patience);
    }

    private protected static Task SaysItWaitsAsync(RahdariProcess standby) => standby.UntilAsync<object>(
        () => Task.FromResult<object?>(
            standby.Errors.Contains("waiting as standby", StringComparison.Ordinal) ? "waits" : null), Patience);

    private protected Task ServesAsync(RahdariProcess standby) => standby.UntilAsync(async () =>
        (await Second.Http.GetAsync("/readyz")).IsSuccessStatusCode ? "up" : null, Patience);
}

public sealed class SqliteStandbyTests() : StandbyTests(() => null)
{
    [Fact]
    public async Task A_paused_first_keeps_its_folder()
    {
        await using var first = await First.StartAsync(FirstConfig);
        await using var second = RahdariProcess.Start("serve", "--config", SecondConfig);
        await SaysItWaitsAsync(second);
        await first.SignalAsync("STOP");
        // Longer than any lease of the other engine: only the end of the first lets go of the lock.
        await Task.Delay(TimeSpan.FromSeconds(4));
        await Assert.ThrowsAsync<HttpRequestException>(() => Second.Http.GetAsync("/healthz"));
        await first.SignalAsync("CONT");
        Assert.Equal("ready", await First.Http.GetStringAsync("/readyz"));
        await first.KillAsync();
        await ServesAsync(second);
    }
}

[NeedsPostgres, Collection("Served on PostgreSQL")]
public sealed class PostgresStandbyTests(PostgresServer server) : StandbyTests(server.NewSchema)
{
    [PostgresFact]
    public async Task A_first_that_was_paused_and_followed_writes_nothing_more_and_ends_itself()
    {
        await using var first = await First.StartAsync(FirstConfig);
        await First.SendOffAsync(2);
        await using var second = RahdariProcess.Start("serve", "--config", SecondConfig);
        await SaysItWaitsAsync(second);
        using var stop = new CancellationTokenSource();
        var traffic = Traffic(First, stop.Token);
        await MoreAsync(first, 50);
        // In the middle of traffic: requests, groups of the journal and leases are under way.
        await first.SignalAsync("STOP");
        await ServesAsync(second);
        using var again = new CancellationTokenSource();
        var followed = Traffic(Second, again.Token);
        await MoreAsync(second, 100);
        await first.SignalAsync("CONT");
        var (code, _) = await first.EndAsync(Patience);
        Assert.Equal(1, code);
        Assert.Contains("this process serves no more", first.Errors, StringComparison.Ordinal);
        await stop.CancelAsync();
        await traffic;
        await MoreAsync(second, 50);
        await again.CancelAsync();
        await followed;
        Assert.True(await Second.BooksBalanceAsync() > 0);
        await second.KillAsync();
        await ServedNode.FsckAsync(SecondConfig);
        // Dense numbers, each written by whoever served: nothing of the first is among or after the second's.
        await First.JournalHoldsAsync(Acknowledged);
    }

    [PostgresFact]
    public async Task A_standby_with_other_keys_is_told_before_it_waits()
    {
        await using var first = await First.StartAsync(FirstConfig);
        var seed = Path.Combine(Path.GetDirectoryName(SecondConfig)!, "second", "pk", "keys", "log.seed");
        File.Delete(seed);
        await RefusedAsync("keys-missing");
        await File.WriteAllTextAsync(seed, $"rahdari-seed 1 {Convert.ToBase64String(new byte[32])}\n");
        await RefusedAsync("keys-differ");

        async Task RefusedAsync(string code)
        {
            await using var second = RahdariProcess.Start("serve", "--config", SecondConfig);
            Assert.Equal(2, (await second.EndAsync(Patience)).Code);
            Assert.Contains(code, second.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("waiting", second.Errors, StringComparison.Ordinal);
        }
    }
}
