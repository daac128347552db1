using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>The journal, one caller at a time. Runs on every engine.</summary>
public abstract class JournalTests : StoreTests
{
    private protected JournalTests(Func<Engine> engine) : base(engine) { }

    [StoreFact]
    public async Task An_entry_reads_back_as_it_was_sent()
    {
        var first = Samples.Entry("one", fix: Samples.FirstDay - 5);
        var second = Samples.Entry("two") with { Raw = [], Body = [] };
        Assert.Equal([new(1, false), new(2, false)], await AppendAsync(first, second));
        await ReopenAsync();
        Assert.Equivalent(new JournalRow[] { new(1, first), new(2, second) }, await RowsAsync(), strict: true);
    }

    [StoreFact]
    public async Task Numbers_are_dense_in_each_stream_across_days_and_restarts()
    {
        for (var day = 0; day < 4; day++)
        {
            await AppendAsync(At(day, $"a{day}"), At(day, $"b{day}"), At(day, $"c{day}") with { Stream = "pk/late" });
            await ReopenAsync();
        }
        await AppendAsync(At(0, "a late one keeps its time and takes the next number"));
        Assert.Equal(Enumerable.Range(1, 9).Select(n => (long)n), (await RowsAsync()).Select(r => r.Number));
        Assert.Equal([1, 2, 3, 4], (await RowsAsync("pk/late")).Select(r => r.Number));
        Assert.Equal((9, 4, 0), (Journal.Head("pk/live"), Journal.Head("pk/late"), Journal.Head("pk/none")));
        Assert.Equal([5, 6, 7], (await Journal.ReadAsync("pk/live", 4, 3, None)).Select(r => r.Number));
        Assert.Empty(await Journal.ReadAsync("pk/live", 9, 3, None));
        Assert.Empty(await Journal.ReadAsync("pk/none", 0, 3, None));
    }

    [StoreFact]
    public async Task The_same_bytes_of_the_same_device_are_the_same_record_for_two_days()
    {
        await AppendAsync(At(0, "x"), At(0, "y"));
        Assert.Equal([new(3, false), new(1, true), new(3, true)],
            await AppendAsync(At(0, "z"), At(0, "x"), At(0, "z")));
        await ReopenAsync();
        // The next day, the day after, and on another lane: still known under its number.
        Assert.Equal([new(4, false), new(2, true)], await AppendAsync(At(1, "w"), At(1, "y")));
        await ReopenAsync();
        Assert.Equal([new(1, true)], await AppendAsync(At(1.9, "x") with { Stream = "pk/late" }));
        Assert.Equal(0, Journal.Head("pk/late"));
        Assert.Equal(4, (await RowsAsync()).Count);
    }

    [StoreFact]
    public async Task The_same_digest_of_another_device_is_another_record()
    {
        var mine = Samples.Entry("x", device: "jt600:1");
        Assert.Equal([new(1, false), new(2, false)], await AppendAsync(mine, mine with { Device = "jt600:2" }));
    }

    [StoreFact]
    public async Task Old_days_are_dropped_whole_and_numbers_go_on()
    {
        for (var day = 0; day < 4; day++) await AppendAsync(At(day, $"a{day}"), At(day, $"b{day}"));
        DateOnly[] days = [.. Enumerable.Range(0, 4).Select(d => new DateOnly(2026, 3, 1).AddDays(d))];
        Assert.Empty(await Journal.DropBeforeAsync(Samples.FirstDay, 9, None));
        Assert.Equal(days, (await Journal.DaysAsync(None)).Select(d => d.Day));
        // The oldest first, and no more than one is ready to wait for.
        Assert.Equal(days[..1], await Journal.DropBeforeAsync(Micros(2), 1, None));
        Assert.Equal(days[1..2], await Journal.DropBeforeAsync(Micros(2), 9, None));
        Assert.Equal([new(days[2], Micros(2)), new(days[3], Micros(3))], await Journal.DaysAsync(None));
        Assert.Equal([5, 6, 7, 8], (await RowsAsync()).Select(r => r.Number));
        await ReopenAsync();
        Assert.Equal([5, 6, 7, 8], (await RowsAsync()).Select(r => r.Number));
        // The newest day stays however old it is: it knows the numbers.
        Assert.Equal(days[2..3], await Journal.DropBeforeAsync(long.MaxValue, 9, None));
        await ReopenAsync();
        Assert.Equal([new(9, false)], await AppendAsync(At(9, "c")));
    }

    [StoreFact]
    public async Task A_device_is_read_by_time_of_receipt_over_streams_and_days()
    {
        await AppendAsync(At(0, "1"), At(0.5, "2") with { Stream = "pk/late" }, At(0, "other", "jt600:2"));
        await AppendAsync(At(1, "3"), At(2, "5"));
        await AppendAsync(At(1.5, "4"));
        Assert.Equal("12345", await TextsAsync(0, 99, 100));
        Assert.Equal("234", await TextsAsync(0.5, 2, 100));
        Assert.Equal("23", await TextsAsync(0.5, 2, 2));
        Assert.Equal("", await TextsAsync(5, 6, 100));

        async Task<string> TextsAsync(double from, double to, int limit) => string.Concat(
            (await Journal.ReadDeviceAsync("jt600:1", Micros(from), Micros(to), limit, None))
                .Select(r => System.Text.Encoding.UTF8.GetString(r.Entry.Raw)));
    }

    [StoreFact]
    public async Task The_newest_receive_time_survives_a_restart()
    {
        Assert.Null(Journal.NewestReceivedMicros);
        await AppendAsync(At(1, "a"));
        await AppendAsync(At(0, "b"));
        Assert.Equal(Micros(1), Journal.NewestReceivedMicros);
        await ReopenAsync();
        Assert.Equal(Micros(1), Journal.NewestReceivedMicros);
    }

    [StoreFact]
    public async Task Who_waits_is_woken_by_the_commit()
    {
        await AppendAsync(At(0, "a"));
        await Journal.WaitAsync("pk/live", 0, TimeSpan.FromDays(1), None).WaitAsync(Patience);
        var waiting = Journal.WaitAsync("pk/live", 1, TimeSpan.FromDays(1), None);
        await AppendAsync(At(0, "other") with { Stream = "pk/late" });
        Assert.False(waiting.IsCompleted);
        await AppendAsync(At(0, "b"));
        await waiting.WaitAsync(Patience);
    }

    [StoreFact]
    public async Task A_wait_ends_with_its_time_or_its_cancellation()
    {
        var waiting = Journal.WaitAsync("pk/live", 0, TimeSpan.FromMilliseconds(50), None);
        await Engine.PassAsync(TimeSpan.FromMilliseconds(50), waiting);
        await waiting.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Journal.WaitAsync("pk/live", 0, TimeSpan.FromDays(1), new(canceled: true)));
    }

    [StoreFact]
    public async Task An_entry_out_of_shape_is_refused_and_nothing_of_its_append_is_kept()
    {
        var good = At(0, "good");
        JournalEntry[] bad =
        [
            good with { Digest = [1] }, good with { Stream = "" }, good with { Device = new('x', 201) },
            good with { Raw = new byte[64 * 1024] },
        ];
        foreach (var entry in bad)
            await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(good, entry));
        Assert.Empty(await RowsAsync());
        Assert.Empty(await AppendAsync());
    }

    static long Micros(double days) => Samples.FirstDay + (long)(days * Samples.Day);

    static JournalEntry At(double days, string text, string device = "jt600:1") =>
        Samples.Entry(text, device: device, at: Micros(days));

    async Task<IReadOnlyList<Journaled>> AppendAsync(params JournalEntry[] entries) =>
        await Journal.AppendAsync(entries, None);

    Task<IReadOnlyList<JournalRow>> RowsAsync(string stream = "pk/live") =>
        Journal.ReadAsync(stream, 0, 1000, None);
}
