using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Storage;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;
using Rahdari.Tests.Storage.Embedded;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

/// <summary>What judging keeps, from build to build. Runs on every engine.</summary>
public abstract class JudgingTablesTests : StoreTests
{
    /// <summary>What a later build may come to need.</summary>
    internal const string Added =
        """
        alter table judging_watermark add column judged_micros bigint;
        alter table judging_state add column records integer not null default 0;
        create index judging_watermark_received on judging_watermark (received_micros);
        """;

    static readonly Watermark Judged = new("pk/live", 7, Start);

    private protected JudgingTablesTests(Func<Engine> engine) : base(engine) { }

    /// <summary>The tables of a build that has one script more.</summary>
    internal static NodeTables Later =>
        new(JudgingTables.Tables.Name, [.. JudgingTables.Tables.Scripts, Added]);

    [StoreFact]
    public async Task A_store_of_the_released_build_is_upgraded_by_an_added_script_and_keeps_its_watermarks()
    {
        await PrepareAsync();
        await KeepAsync();

        foreach (var tables in new[] { JudgingTables.Tables, Later, Later })
        {
            await ReopenAsync();
            await PrepareAsync(tables);
            Assert.Equal(Judged, await MarkAsync());
            Assert.Equal([1L], await CountAsync("judging_state"));
            Assert.Equal([1L], await CountAsync("unit_coverage"));
        }
        Assert.Equal([0], await ReadAsync(r => r.QueryAsync<int>("select records from judging_state", null, None)));
        await WriteAsync(t => JudgingTables.MoveWatermarkAsync(t, 7, Judged with { Number = 8 }, None));
        Assert.Equal(8, (await MarkAsync())!.Number);
    }

    [StoreFact]
    public async Task A_new_store_has_what_every_script_makes()
    {
        await PrepareAsync(Later);
        await KeepAsync();

        Assert.Equal(Judged, await MarkAsync());
        Assert.Equal([0], await ReadAsync(r => r.QueryAsync<int>("select records from judging_state", null, None)));
    }

    [StoreFact]
    public async Task Tables_older_than_the_released_script_are_made_again_and_have_what_every_script_makes()
    {
        await WriteAsync(t => t.EnsureSchemaAsync(
            nameof(JudgingTables.Making), "create table if not exists judging_watermark (stream text primary key)",
            None));
        await WriteAsync(t => t.ExecuteAsync("insert into judging_watermark values ('pk/live')", null, None));

        await PrepareAsync(Later);

        Assert.Null(await MarkAsync());
        await KeepAsync();
        Assert.Equal([0], await ReadAsync(r => r.QueryAsync<int>("select records from judging_state", null, None)));
    }

    [StoreFact]
    public async Task A_build_that_knows_fewer_scripts_refuses_the_store()
    {
        await PrepareAsync(Later);
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => PrepareAsync(JudgingTables.Tables));
        Assert.Equal("record-schema-newer", refused.Code);
    }

    /// <summary>As a node does when it starts, without events.</summary>
    Task PrepareAsync(params IReadOnlyList<NodeTables> tables) =>
        new Projections([new JudgingTables.Making()], null!, tables).PrepareAsync(Record, None);

    Task KeepAsync() => WriteAsync(async t =>
    {
        await JudgingTables.MoveWatermarkAsync(t, 0, Judged, None);
        await t.ExecuteAsync(
            "insert into judging_state (mrn, unit, touched_micros, body) values ('m', 1, 5, @Body)",
            new { Body = new byte[] { 1 } }, None);
        await t.ExecuteAsync(
            "insert into unit_coverage (mrn, unit, state, silent) values ('m', 1, 'full', '')", null, None);
    });

    Task<Watermark?> MarkAsync() => ReadAsync(r => JudgingTables.WatermarkAsync(r, "pk/live", None));

    Task<IReadOnlyList<long>> CountAsync(string table) =>
        ReadAsync(r => r.QueryAsync<long>($"select count(*) from {table}", null, None));
}

public sealed class SqliteJudgingTablesTests() : JudgingTablesTests(() => new SqliteEngine());

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresJudgingTablesTests(PostgresServer server) : JudgingTablesTests(server.NewEngine);

public sealed class JudgingScriptsTests
{
    /// <summary>Of each script that was ever released, in order; a new one is one more line.</summary>
    static readonly string[] Released =
    [
        "28fba0f4f5ad68ad51b60faacb36154aee7d20a6f07f4b82669c845889e77012",
    ];

    [Fact]
    public void Scripts_that_were_released_never_change() => Assert.Equal(
        Released,
        JudgingTables.Tables.Scripts.Select(s => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(s)))));

    [Fact]
    public void What_a_node_makes_is_what_it_upgrades()
    {
        Assert.Equal(JudgingTables.Tables.Scripts[0], new JudgingTables.Making().Schema);
        Assert.Contains(
            new ServiceCollection().AddRaising(), s => ReferenceEquals(s.ImplementationInstance, JudgingTables.Tables));
    }

    [Fact]
    public async Task A_build_with_one_more_script_goes_on_where_the_last_one_stopped()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, 50), Fix(1, 51, events: [Rahdari.Devices.DeviceEvent.RopeCut]));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        var before = Assert.Single(await fixture.AlertsAsync()).Id;

        await new Projections([new JudgingTables.Making()], fixture.Recorder, [JudgingTablesTests.Later])
            .PrepareAsync(fixture.Record, default);
        run = fixture.NewRun();
        await run.ResumeAsync(default);

        Assert.Equal(2, run.JudgedIn("pk/live"));
        await fixture.AppendAsync(Fix(2, 52));
        await fixture.JudgeAllAsync(run);
        Assert.Equal(3, run.JudgedIn("pk/live"));
        Assert.Equal(before, Assert.Single(await fixture.AlertsAsync()).Id);
    }

    [Fact]
    public async Task A_state_of_another_form_lets_its_unit_be_judged_anew_and_tells_nothing_twice()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, 50), Fix(1, 51, events: [Rahdari.Devices.DeviceEvent.RopeCut]));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        var before = Assert.Single(await fixture.AlertsAsync()).Id;
        var last = (await HeadAsync(fixture))!.Last;

        await fixture.Record.WriteAsync(
            t => t.ExecuteAsync("update judging_state set body = @body", new { body = """{"Format":1}"""u8.ToArray() },
                default), default);
        Assert.Null(await HeadAsync(fixture));
        run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);

        Assert.Equal(before, Assert.Single(await fixture.AlertsAsync()).Id);
        Assert.NotNull(last);
        Assert.Equal(last, (await HeadAsync(fixture))?.Last);
    }

    /// <summary>As far as the unit is judged; null where its state is of another form.</summary>
    static async Task<Fold?> HeadAsync(JudgingFixture fixture)
    {
        var states = await fixture.Record.ReadAsync(r => JudgingTables.StatesAsync(r, [Unit], default), default);
        return WatchForm.Read(Followed(), Assert.Single(states).Value)?.Head;
    }
}
