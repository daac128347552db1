using Npgsql;
using Rahdari.Storage;
using Rahdari.Storage.Cluster;

namespace Rahdari.Tests.Storage.Cluster;

[Collection("PostgreSQL")]
public sealed class ClusterStoreTests(PostgresServer server)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [PostgresFact]
    public async Task A_newer_schema_or_journal_is_refused()
    {
        foreach (var (table, code) in new[]
            { ("schema_version", "record-schema-newer"), ("journal_version", "journal-format-newer") })
        {
            var engine = (PostgresEngine)server.NewEngine();
            await (await engine.OpenAsync()).DisposeAsync();
            await ExecuteAsync(engine, $"insert into {engine.Schema}.{table} (version) values (999)");
            Assert.Equal(code, (await Assert.ThrowsAsync<StoreRefusedException>(() => engine.OpenAsync())).Code);
        }
    }

    [PostgresFact]
    public async Task A_schema_name_that_could_be_a_statement_is_refused()
    {
        var settings = server.NewEngine().Settings;
        foreach (var name in new[] { "", "Pk", "1pk", "pk; drop schema public", new string('x', 41) })
            await Assert.ThrowsAsync<ArgumentException>(() =>
                ClusterStore.OpenRecordAsync(server.ConnectionString, name, settings, default));
    }

    [PostgresFact]
    public async Task A_server_that_is_not_there_is_an_outage_with_nothing_committed()
    {
        var settings = server.NewEngine().Settings;
        var outage = await Assert.ThrowsAsync<StorageOutageException>(() =>
            ClusterStore.OpenAsync("Host=/nonexistent;Username=x;Database=x", "pk", settings, default));
        Assert.False(outage.OutcomeUnknown);
    }

    [PostgresFact]
    public async Task A_second_one_waits_and_takes_over_and_the_first_can_write_no_more_to_the_journal()
    {
        var engine = (PostgresEngine)server.NewEngine();
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = await engine.OpenAsync(engine.Settings with { OnFatal = _ => lost.TrySetResult() });
        await first.Journal.AppendAsync([Samples.Entry("a")], default);
        var opening = engine.OpenAsync(engine.Settings with { OnStandby = () => waiting.TrySetResult() }, default);
        await waiting.Task.WaitAsync(Patience);
        Assert.False(opening.IsCompleted);
        // As if the first had been stopped for longer than its lease, and somebody had it meanwhile and died.
        await ExecuteAsync(engine, $"update {engine.Schema}.lease set until_micros = 0, epoch = epoch + 1");
        await using var second = await opening.WaitAsync(Patience);
        Assert.Equal([new(2, false)], await second.Journal.AppendAsync([Samples.Entry("b")], default));
        await lost.Task.WaitAsync(Patience);
        await Assert.ThrowsAsync<StorageFatalException>(() =>
            first.Journal.AppendAsync([Samples.Entry("c")], default).AsTask());
        Assert.Equal(2, second.Journal.Head("pk/live"));
    }

    [PostgresFact]
    public async Task Whoever_lost_the_right_to_serve_writes_nothing_even_before_it_is_told()
    {
        var engine = (PostgresEngine)server.NewEngine();
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = await engine.OpenAsync(engine.Settings with { OnFatal = _ => lost.TrySetResult() });
        await using var other = await engine.OpenRecordAsync();
        await AppendAsync(first.Record, 1);
        // A takeover that the first has not noticed: its own lease still stands in its memory and in the row.
        await ExecuteAsync(engine, $"update {engine.Schema}.serving set epoch = epoch + 1");
        await Assert.ThrowsAsync<StorageFatalException>(() => AppendAsync(first.Record, 2));
        await lost.Task.WaitAsync(Patience);
        await Assert.ThrowsAsync<StorageFatalException>(() =>
            first.Journal.AppendAsync([Samples.Entry("a")], default).AsTask());
        await Assert.ThrowsAsync<StorageFatalException>(() =>
            first.Leases.TryAcquireAsync("log/a", "first", TimeSpan.FromMinutes(1), default));
        // A command beside the server is no server: it writes.
        await AppendAsync(other, 2);
        Assert.Equal(2, await other.ReadAsync(r => r.StreamVersionAsync("pk/a", default), default));

        static Task<int> AppendAsync(IRecordStore record, long version) => record.WriteAsync(async t =>
        {
            await t.AppendAsync([Samples.Event("pk/a", version)], default);
            return 0;
        }, default);
    }

    [PostgresFact]
    public async Task The_journal_alone_finds_out_too_that_another_process_serves()
    {
        var engine = (PostgresEngine)server.NewEngine();
        await using var first = await engine.OpenAsync();
        await first.Journal.AppendAsync([Samples.Entry("a")], default);
        await ExecuteAsync(engine, $"update {engine.Schema}.serving set epoch = epoch + 1");
        var fatal = await Assert.ThrowsAsync<StorageFatalException>(() =>
            first.Journal.AppendAsync([Samples.Entry("b")], default).AsTask());
        Assert.Contains("serve", fatal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_transaction_the_first_left_open_is_ended_by_the_takeover()
    {
        var engine = (PostgresEngine)server.NewEngine();
        var (inside, go) = (NewSignal(), NewSignal());
        await using var first = await engine.OpenAsync(engine.Settings with { OnFatal = _ => { } });
        var open = first.Record.WriteAsync(async t =>
        {
            await t.AppendAsync([Samples.Event("pk/a", 1)], default);
            inside.TrySetResult();
            await go.Task;
            return 0;
        }, default);
        await inside.Task.WaitAsync(Patience);
        await ExecuteAsync(engine, $"update {engine.Schema}.lease set until_micros = 0, epoch = epoch + 1");
        // Without the takeover's help the second append would wait for the first one's end.
        await using var second = await engine.OpenAsync().WaitAsync(Patience);
        await second.Record.WriteAsync(async t =>
        {
            await t.AppendAsync([Samples.Event("pk/a", 1, "of the second")], default);
            return 0;
        }, default).WaitAsync(Patience);
        go.TrySetResult();
        await Assert.ThrowsAnyAsync<Exception>(() => open);
        Assert.Equal(1, await second.Record.ReadAsync(r => r.StreamVersionAsync("pk/a", default), default));

        static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [PostgresFact]
    public async Task What_the_server_will_not_allow_is_refused_with_a_sentence()
    {
        var settings = server.NewEngine().Settings;
        var missing = await Assert.ThrowsAsync<StoreRefusedException>(() => ClusterStore.OpenAsync(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "nobody" }.ConnectionString,
            "pk", settings, default));
        var stranger = await Assert.ThrowsAsync<StoreRefusedException>(() => ClusterStore.OpenAsync(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = "nobody" }.ConnectionString,
            "pk", settings, default));
        Assert.Equal(("store-database-missing", "store-access-denied"), (missing.Code, stranger.Code));
    }

    [PostgresFact]
    public async Task Two_writers_of_one_journal_stream_cannot_both_commit()
    {
        // Past the gate, which may be wrong about time: the numbers themselves decide.
        var engine = (PostgresEngine)server.NewEngine();
        await using var store = await engine.OpenAsync();
        await store.Journal.AppendAsync([Samples.Entry("a")], default);
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(engine.ConnectionString)
        {
            SearchPath = engine.Schema,
        }.ConnectionString);
        await using (var other = PostgresJournal.Open(source, engine.Settings))
            Assert.Equal([new(2, false)], other.Append([Samples.Entry("b")]));
        await Assert.ThrowsAsync<StorageFatalException>(() =>
            store.Journal.AppendAsync([Samples.Entry("c")], default).AsTask());
        Assert.Single(engine.Fatal);
    }

    [PostgresFact]
    public async Task Connections_that_the_server_drops_are_an_outage_and_then_things_go_on()
    {
        var engine = (PostgresEngine)server.NewEngine();
        await using var store = await engine.OpenAsync();
        await store.Journal.AppendAsync([Samples.Entry("a")], default);
        var dropped = await Assert.ThrowsAsync<StorageOutageException>(() => store.Record.WriteAsync(async t =>
        {
            await t.AppendAsync([Samples.Event("pk/a", 1)], default);
            await ExecuteAsync(engine, "select pg_terminate_backend(pid) from pg_stat_activity "
                + $"where application_name like 'rahdari {engine.Schema} %'");
            await t.AppendAsync([Samples.Event("pk/a", 2)], default);
            return 0;
        }, default));
        Assert.False(dropped.OutcomeUnknown);
        Assert.Equal(0, await EventuallyAsync(() =>
            store.Record.ReadAsync(r => r.StreamVersionAsync("pk/a", default), default)));
        Assert.Equal([new(2, false)], await EventuallyAsync(() =>
            store.Journal.AppendAsync([Samples.Entry("b")], default).AsTask()));
    }

    // A dropped connection is noticed by the call that uses it, and not used again: no more calls fail than there were
    // connections.
    static async Task<T> EventuallyAsync<T>(Func<Task<T>> attempt)
    {
        for (var left = PostgresRecordStore.MaxWriters + PostgresRecordStore.MaxReaders; ; left--)
        {
            try
            {
                return await attempt();
            }
            catch (StorageOutageException) when (left > 0)
            {
                // One broken connection less.
            }
        }
    }

    static async Task ExecuteAsync(PostgresEngine engine, string sql)
    {
        await using var source = NpgsqlDataSource.Create(engine.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
