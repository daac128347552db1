using Rahdari.Hosting;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class AlertListTests : IAsyncLifetime
{
    /// <summary>Few, so that many alerts share one.</summary>
    const int Moments = 7;

    JudgingFixture fixture = null!;

    public async Task InitializeAsync() => fixture = await JudgingFixture.OpenAsync();

    public async Task DisposeAsync() => await fixture.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_together_are_the_whole_list_in_its_order(bool open)
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            var dice = new Random(seed);
            await FillAsync(dice, dice.Next(0, 40));
            var whole = await PagesAsync(open, AlertList.MaxLimit);
            Assert.Equal(whole, await PagesAsync(open, dice.Next(1, 9)));
            Assert.Equal(whole.Count, whole.Distinct().Count());
            Assert.Equal(
                open ? await AlertList.CountOpenAsync(fixture.Desk, default) : await CountAsync(), whole.Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_passed_over_while_alerts_come_are_escalated_acknowledged_and_resolved(bool open)
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            var dice = new Random(seed);
            await FillAsync(dice, 30);
            var before = await PagesAsync(open, AlertList.MaxLimit);
            var told = await PagesAsync(open, dice.Next(1, 6), () => ChangeAsync(dice));
            var after = await PagesAsync(open, AlertList.MaxLimit);
            Assert.Empty(before.Intersect(after).Except(told));
        }
    }

    [Fact]
    public async Task A_page_that_is_just_full_is_the_last()
    {
        await FillAsync(new Random(1), 6);
        var page = await AlertList.ListAsync(fixture.Desk, open: false, null, 6, fixture.Clock.Now, default);
        Assert.Equal((6, null), (page!.Items.Count, page.Next));
    }

    [Theory]
    [InlineData("garbage!")]
    [InlineData("MQ")]
    [InlineData("MToyOjM6")]
    [InlineData("LTE6MjozOmEtMQ")]
    public async Task A_cursor_of_somebody_else_is_none(string cursor) =>
        Assert.Null(await AlertList.ListAsync(fixture.Desk, open: false, cursor, 6, fixture.Clock.Now, default));

    /// <summary>Ids, page after page.</summary>
    async Task<IReadOnlyList<string>> PagesAsync(bool open, int limit, Func<Task>? between = null)
    {
        var (all, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await AlertList.ListAsync(fixture.Desk, open, cursor, limit, fixture.Clock.Now, default);
            Assert.True(page!.Items.Count == limit || page.Next is null);
            all.AddRange(page.Items.Select(a => a.Id));
            cursor = page.Next;
            if (between is not null) await between();
        }
        while (cursor is not null);
        return all;
    }

    async Task FillAsync(Random dice, int alerts)
    {
        await RunAsync("delete from alert_board", new { });
        fixture.At(fixture.Clock.Now.AddHours(1));
        for (var i = 0; i < alerts; i++)
        {
            var at = fixture.Clock.Now.AddMinutes(-20 - dice.Next(Moments));
            var status = new[] { "raised", "raised", "acknowledged", "resolved", "refuted" }[dice.Next(5)];
            await RaiseAsync($"a-{dice.Next():x8}", at, status, dice.Next(4), at.AddMinutes(dice.Next(10)));
        }
    }

    /// <summary>A minute passes; one comes, and one of the others is escalated, acknowledged or resolved.</summary>
    async Task ChangeAsync(Random dice)
    {
        fixture.At(fixture.Clock.Now.AddMinutes(1));
        await RaiseAsync($"n-{dice.Next():x8}", fixture.Clock.Now, "raised", 0, fixture.Clock.Now);
        var change = dice.Next(3) switch
        {
            0 => "escalation = escalation + 1, escalated_micros = @now",
            1 => "status = case when status = 'raised' then 'acknowledged' else status end",
            _ => "status = 'resolved'",
        };
        await RunAsync(
            $"""
            update alert_board set {change} where alert_id =
                (select max(alert_id) from alert_board where alert_id < @pivot and status <> 'resolved')
            """, new { now = fixture.Clock.Now.ToMicros(), pivot = $"a-{dice.Next():x8}" });
    }

    Task RaiseAsync(string id, DateTimeOffset at, string status, int level, DateTimeOffset escalated) => RunAsync(
        """
        insert into alert_board (alert_id, administration, mrn, unit, kind, severity, from_micros, until_micros, late,
            sentence_key, sentence_args, status, raised_micros, escalation, escalated_micros)
        values (@id, 'pk', '26PKKHI000000123M9', 1, 'silence', 'warning', 1, 1, 0, 'alert.silence', '[]', @status, @at,
            @level, @escalated)
        """,
        new
        {
            id, status, at = at.ToMicros(), level, escalated = level == 0 ? (long?)null : escalated.ToMicros(),
        });

    async Task<long> CountAsync() =>
        (await fixture.Desk.QueryAsync<long>("select count(*) from alert_board", null, default))[0];

    Task RunAsync(string sql, object args) =>
        fixture.Record.WriteAsync(t => t.ExecuteAsync(sql, args, default), default);
}
