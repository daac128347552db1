using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Commanding;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;

namespace Rahdari.Tests.Telemetry.Commanding;

public sealed class CommandWatchTests
{
    [Fact]
    public async Task A_store_that_is_away_at_the_start_is_asked_again_and_the_node_goes_on()
    {
        var (desk, node) = (new AwayAtFirst(), new NodeSettings
        {
            Node = "pk-test", Administration = Scene.Pk, DataDirectory = "", Url = "http://127.0.0.1:0",
            Origin = "pk-2026.demo.example", MasterKeyFile = "",
        });
        var sender = new CommandSender(
            desk, node, TestPack.Make(), new SettableClock(Scene.Start), null!,
            NullLogger<CommandSender>.Instance);
        using var watch = new CommandWatch(sender, new RecordedFeed(), node, TimeProvider.System);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await watch.StartAsync(limit.Token);
        while (!sender.HasAny(Journey.Lock)) await Task.Delay(5, limit.Token);
        Assert.Equal(2, desk.Asked);
        await watch.StopAsync(limit.Token);
    }

    [Fact]
    public void A_device_beyond_those_that_can_wait_is_told_of_and_a_waiting_one_is_told_again()
    {
        var log = new Lines();
        var sender = new CommandSender(
            new AwayAtFirst(), null!, TestPack.Make(), new SettableClock(Scene.Start), null!, log, most: 3);
        for (var i = 0; i < 3; i++) sender.Expect(new("jt600", $"{i}"));
        sender.Expect(new("jt600", "0"));
        Assert.Empty(log.Written);
        sender.Expect(Journey.Lock);
        Assert.Contains(Journey.Lock.ToString(), Assert.Single(log.Written));
        Assert.False(sender.HasAny(Journey.Lock));
    }

    sealed class Lines : ILogger<CommandSender>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Written.Add(formatter(state, exception));
    }

    sealed class AwayAtFirst : IDesk
    {
        public int Asked { get; private set; }

        public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel)
        {
            if (++Asked == 1) throw new StorageOutageException("away", outcomeUnknown: false);
            return Task.FromResult((IReadOnlyList<T>)(object)new[] { Journey.Lock.ToString() });
        }

        public Task<Outcome> DecideAsync(
            Actor actor, Func<IDeskReader, Task<Decision>> decide, CancellationToken cancel, long? ifMatch = null,
            string? ifMatchSubject = null) => throw new InvalidOperationException("nothing is decided here");

        public Task<T> FoldAsync<T>(string subject, CancellationToken cancel) where T : IFold<T> =>
            throw new InvalidOperationException("nothing is folded here");

        public Task<IReadOnlyList<Recorded>> HistoryAsync(string subject, CancellationToken cancel) =>
            throw new InvalidOperationException("nothing is read here");
    }
}
