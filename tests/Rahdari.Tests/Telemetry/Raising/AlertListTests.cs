using Rahdari.Hosting;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;

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
            var whole = await InOrderAsync(open);
            Assert.Equal(whole, await PagesAsync(open, AlertList.MaxLimit));
            Assert.Equal(whole, await PagesAsync(open, dice.Next(1, 9)));
            if (open) Assert.Equal(await AlertList.CountOpenAsync(fixture.Desk, default), whole.Count);
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
    public async Task Escalations_at_the_same_time_are_numbered_each_for_itself()
    {
        var ids = Enumerable.Range(1, 6).Select(i => $"a-{i}").ToList();
        foreach (var id in ids) await RaiseAsync(id, fixture.Clock.Now, "raised");
        await Task.WhenAll(ids.Select(id => EscalateAsync(id, fixture.Clock.Now)));
        Assert.Equal([1, 2, 3, 4, 5, 6], await fixture.Desk.QueryAsync<long>(
            "select escalated_order from alert_board order by escalated_order", null, default));
    }

    [Fact]
    public async Task A_page_that_is_just_full_is_the_last()
    {
        await FillAsync(new Random(1), 6);
        var page = await AlertList.ListAsync(fixture.Desk, open: false, null, 6, default);
        Assert.Equal((6, null), (page!.Items.Count, page.Next));
    }

    [Theory]
    [InlineData("garbage!")]
    [InlineData("MQ")]
    [InlineData("MToyOjM6")]
    [InlineData("LTE6MjozOmEtMQ")]
    public async Task A_cursor_of_somebody_else_is_none(string cursor) =>
        Assert.Null(await AlertList.ListAsync(fixture.Desk, open: false, cursor, 6, default));

    /// <summary>Ids, page after page.</summary>
    async Task<IReadOnlyList<string>> PagesAsync(bool open, int limit, Func<Task>? between = null)
    {
        var (all, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await AlertList.ListAsync(fixture.Desk, open, cursor, limit, default);
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
            var id = $"a-{dice.Next():x8}";
            await RaiseAsync(id, at, status);
            for (var level = dice.Next(4); level > 0; level--) await EscalateAsync(id, ClockReadBefore(dice));
        }
    }

    /// <summary>Of an escalation: now, or some minutes ago where its commit was slow or another node made it.</summary>
    DateTimeOffset ClockReadBefore(Random dice) => fixture.Clock.Now.AddMinutes(-dice.Next(3) * dice.Next(5));

    /// <summary>A minute passes; one comes, and one of the others is escalated, acknowledged or resolved.</summary>
    async Task ChangeAsync(Random dice)
    {
        fixture.At(fixture.Clock.Now.AddMinutes(1));
        await RaiseAsync($"n-{dice.Next():x8}", fixture.Clock.Now, "raised");
        var pivot = $"a-{dice.Next():x8}";
        if (await fixture.Desk.QueryAsync<string?>(
                "select max(alert_id) from alert_board where alert_id < @pivot and status <> 'resolved'",
                new { pivot }, default) is not [{ } id])
            return;
        var change = dice.Next(3);
        if (change == 0) await EscalateAsync(id, ClockReadBefore(dice));
        else if (change == 1)
            await RunAsync(
                "update alert_board set status = 'acknowledged' where alert_id = @id and status = 'raised'",
                new { id });
        else await RunAsync("update alert_board set status = 'resolved' where alert_id = @id", new { id });
    }

    Task RaiseAsync(string id, DateTimeOffset at, string status) => RunAsync(
        """
        insert into alert_board (alert_id, administration, mrn, unit, kind, severity, from_micros, until_micros, late,
            sentence_key, sentence_args, status, raised_micros)
        values (@id, 'pk', '26PKKHI000000123M9', 1, 'silence', 'warning', 1, 1, 0, 'alert.silence', '[]', @status, @at)
        """, new { id, status, at = at.ToMicros() });

    /// <summary>By one level, as the record has it.</summary>
    async Task EscalateAsync(string id, DateTimeOffset at)
    {
        var before = await AlertList.FindAsync(fixture.Desk, id, default);
        var header = new EventHeader(
            $"e-{id}", new(new("pk"), AlertState.Subject(id)), 2, at, Scene.Karachi, new("o-1"), "");
        var escalated = new Recorded(header, new AlertEscalated(id, before!.Escalation + 1));
        await fixture.Record.WriteAsync(async t =>
        {
            await new AlertBoard().ApplyAsync(t, escalated, default);
            return 0;
        }, default);
    }

    sealed record Told(string AlertId, string Status, long RaisedMicros, int Escalation);

    /// <summary>Ids as the board is to be told: what waits escalated, then the newest.</summary>
    async Task<IReadOnlyList<string>> InOrderAsync(bool open) =>
    [
        .. (await fixture.Desk.QueryAsync<Told>(
                "select alert_id, status, raised_micros, escalation from alert_board", null, default))
            .Where(a => !open || a.Status is "raised" or "acknowledged")
            .OrderByDescending(a => a.Status == "raised" ? a.Escalation : 0).ThenByDescending(a => a.RaisedMicros)
            .ThenBy(a => a.AlertId, StringComparer.Ordinal).Select(a => a.AlertId),
    ];

    Task RunAsync(string sql, object args) =>
        fixture.Record.WriteAsync(t => t.ExecuteAsync(sql, args, default), default);
}
