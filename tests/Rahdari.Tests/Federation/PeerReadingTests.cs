using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Federation;
using Rahdari.Hosting;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Transparency;
using Rahdari.Transparency;

namespace Rahdari.Tests.Federation;

/// <summary>The loop that reads the other side's log, over a real line and machine time that a test moves.</summary>
public sealed class PeerReadingTests : IAsyncLifetime
{
    /// <summary>What <c>PeerReading</c> says that it waits between two rounds.</summary>
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    static readonly CorridorPack Pack =
        CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();

    readonly ManualTime machine = new();
    readonly ToldOf told = new();
    readonly RecordedFeed feed = new();
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-reading-").FullName;
    FarSide far = null!;
    FarNode line = null!;
    DeskFixture node = null!;
    PeerReading reading = null!;

    string KeyFile => Path.Combine(folder, "api-key");

    public async Task InitializeAsync()
    {
        far = await FarSide.StartAsync();
        line = await FarNode.StartAsync(far);
        await File.WriteAllTextAsync(KeyFile, "key");
        node = await DeskFixture.OpenAsync([], null, "af", line.Settings(KeyFile));
        reading = Reading(line.Settings(KeyFile));
        await PublishAsync(1);
    }

    public async Task DisposeAsync()
    {
        await reading.StopAsync(default);
        reading.Dispose();
        await line.DisposeAsync();
        await node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public static TheoryData<string> Failures => ["refused", "cut", "no-list", "no-key", "key-unreadable", "too-long"];

    [Theory, MemberData(nameof(Failures))]
    public async Task After_a_failing_round_it_reads_on(string failure)
    {
        if (failure is "no-key" or "key-unreadable") File.Delete(KeyFile);
        if (failure is "key-unreadable") Directory.CreateDirectory(KeyFile);
        line.Instead = failure switch
        {
            "refused" => Refuse,
            "cut" => CutAsync,
            "no-list" => context => context.Response.WriteAsync("<html>a portal that wants a password</html>"),
            "too-long" => TooLongAsync,
            _ => null,
        };
        await reading.StartAsync(default);
        await told.NextAsync();
        machine.Advance(Beat);
        await told.NextAsync();
        Assert.Empty(await NoticesAsync());

        line.Instead = null;
        if (failure is "key-unreadable") Directory.Delete(KeyFile);
        await File.WriteAllTextAsync(KeyFile, "key");
        await ReadToAsync(1);
        Assert.False(reading.ExecuteTask!.IsCompleted);
    }

    [Fact]
    public async Task A_round_reads_to_the_end_of_what_is_there()
    {
        await PublishAsync(600);
        await reading.StartAsync(default);
        await ImportedAsync(600);
        Assert.Equal(600, (await NoticesAsync()).Count);
    }

    [Fact]
    public async Task Between_two_rounds_it_waits_a_beat_whether_they_fail_or_not()
    {
        line.Instead = Refuse;
        await reading.StartAsync(default);
        await line.HeadAskedAsync();
        await told.NextAsync();
        for (var round = 2; round <= 12; round++)
        {
            // From the seventh on the line is good again.
            if (round == 7) line.Instead = null;
            machine.Advance(Beat - TimeSpan.FromMilliseconds(1));
            Assert.Equal(round - 1, line.Heads);
            machine.Advance(TimeSpan.FromMilliseconds(1));
            await line.HeadAskedAsync();
            if (round < 7) await told.NextAsync();
            else if (round == 7) await ImportedAsync(1);
        }
        await reading.StopAsync(default);
        Assert.Equal(12, line.Heads);
    }

    [Fact]
    public async Task It_stops_in_order_in_a_pause_and_asks_nothing_more()
    {
        await reading.StartAsync(default);
        await ImportedAsync(1);
        await reading.StopAsync(default);
        Assert.True(reading.ExecuteTask!.IsCompletedSuccessfully);
        var before = line.Heads;
        machine.Advance(10 * Beat);
        Assert.Equal((before, 0), (line.Heads, machine.Waiting));
    }

    [Fact]
    public async Task It_stops_in_order_while_the_other_side_holds_its_answer_and_the_next_one_goes_on_from_there()
    {
        await reading.StartAsync(default);
        await ImportedAsync(1);
        line.Instead = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await PublishAsync(3);
        await line.HeadAskedAsync();
        machine.Advance(Beat);
        await line.HeadAskedAsync();
        await reading.StopAsync(default);
        Assert.True(reading.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Single(await NoticesAsync());

        line.Instead = null;
        reading.Dispose();
        reading = Reading(line.Settings(KeyFile));
        await reading.StartAsync(default);
        await ImportedAsync(3);
        Assert.Equal(["N-1", "N-2", "N-3"], await NoticesAsync());
    }

    [Fact]
    public async Task A_peer_that_cannot_be_reached_keeps_none_of_the_others_waiting()
    {
        using var both = Reading(
            line.Settings(KeyFile) with { Url = "http://127.0.0.1:1", Origin = "zz-2026.demo.example" },
            line.Settings(KeyFile));
        await both.StartAsync(default);
        await ImportedAsync(1);
        await both.StopAsync(default);
        Assert.True(both.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_bug_in_following_one_peer_ends_the_reading_with_its_exception()
    {
        using var both = Reading(line.Settings(KeyFile), line.Settings(KeyFile) with { Url = "no address" });
        await both.StartAsync(default);
        await Assert.ThrowsAsync<UriFormatException>(() => both.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    PeerReading Reading(params IReadOnlyList<PeerSettings> peers) => new(
        new NodeSettings
        {
            Node = "af",
            Administration = new("af"),
            DataDirectory = folder,
            Url = "http://127.0.0.1:0",
            Origin = "af-2026.demo.example",
            MasterKeyFile = Path.Combine(folder, "master.seed"),
            Peers = peers,
        },
        node.Store.Record, node.Recorder, feed, node.Clock, Pack, machine, told);

    /// <summary>So many notices in the far side's log.</summary>
    async Task PublishAsync(int notices)
    {
        for (var n = far.Entries.Count; n <= notices; n++)
            far.Add("crossing:TORKHAM",
                new CrossingClosed($"N-{n}", "TORKHAM", FarSide.Office, DeskFixture.Start, null, "road works"));
        await far.PublishAsync();
    }

    async Task<IReadOnlyList<string>> NoticesAsync() =>
        [.. (await node.Desk.HistoryAsync("crossing:TORKHAM", default)).Select(h => ((CrossingClosed)h.Body).NoticeId)];

    /// <summary>Lets beats pass until so many notices are here.</summary>
    async Task ReadToAsync(int notices)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while ((await NoticesAsync()).Count < notices)
        {
            machine.Advance(Beat);
            await look.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Lets no time pass.</summary>
    async Task ImportedAsync(int notices)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while ((await NoticesAsync()).Count < notices)
        {
            Assert.False(reading.ExecuteTask is { IsFaulted: true }, reading.ExecuteTask?.Exception?.ToString());
            await look.WaitForNextTickAsync(patience.Token);
        }
    }

    static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.CompletedTask;
    }

    static async Task CutAsync(HttpContext context)
    {
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("a beginning");
        context.Abort();
    }

    static async Task TooLongAsync(HttpContext context)
    {
        context.Response.ContentLength = HttpPeerLink.MaxAnswerBytes + 1;
        await context.Response.WriteAsync("a beginning");
    }

    /// <summary>Each round that failed says so once.</summary>
    sealed class ToldOf : ILogger<PeerReading>
    {
        readonly Channel<string> told = Channel.CreateUnbounded<string>();

        public async Task<string> NextAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return await told.Reader.ReadAsync(patience.Token);
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => told.Writer.TryWrite(formatter(state, exception));
    }
}
