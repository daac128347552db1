using Rahdari.Storage;
using Rahdari.Storage.Embedded;

namespace Rahdari.Tests.Storage.Embedded;

/// <summary>Rows that wait for the index tables, those on their way there and those that are there are one journal.
/// </summary>
public sealed class DayTailTests : IDisposable
{
    /// <summary>So many that two gatherings have gone to the tables and a third has begun.</summary>
    const int Records = 180_000, Devices = 300, AtOnce = 2_000;

    static readonly StoreSettings Settings = new() { Time = TimeProvider.System, OnFatal = e => throw e };

    readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Doubles_are_found_and_devices_read_wherever_their_rows_are()
    {
        await using (var store = await OpenAsync())
        {
            for (var from = 0; from < Records; from += AtOnce)
                await store.Journal.AppendAsync([.. Enumerable.Range(from, AtOnce).Select(Entry)], default);
            await CheckAsync(store.Journal);
        }
        Assert.InRange(Written(), 1, Records - 1);
        await using (var store = await OpenAsync()) await CheckAsync(store.Journal);
    }

    [Fact]
    public async Task A_day_that_is_over_has_every_row_in_its_tables()
    {
        await using var store = await OpenAsync();
        await store.Journal.AppendAsync([.. Enumerable.Range(0, 10).Select(Entry)], default);
        Assert.Equal(0, Written());
        await store.Journal.AppendAsync([Samples.Entry("next day", at: Samples.FirstDay + Samples.Day)], default);
        Assert.Equal(10, Written());
        Assert.Equal([new(4, true)], await store.Journal.AppendAsync([Entry(3)], default));
    }

    static async Task CheckAsync(IJournal journal)
    {
        // The first, some between, the last.
        foreach (var i in Enumerable.Range(0, 60).Select(n => n * 3_001).Append(Records - 1))
            Assert.Equal([new(i + 1, true)], await journal.AppendAsync([Entry(i)], default));
        foreach (var device in new[] { 0, 17, Devices - 1 })
        {
            var mine = Enumerable.Range(0, Records / Devices).Select(n => 1L + device + (n * Devices)).ToList();
            Assert.Equal(mine, await NumbersAsync(0, long.MaxValue, Records));
            // From and to are in the middle of it, and only the first are wanted.
            Assert.Equal(mine[100..150], await NumbersAsync(At(mine[100] - 1), long.MaxValue, 50));
            Assert.Equal(mine[^3..^1], await NumbersAsync(At(mine[^3] - 1), At(mine[^1] - 1), 50));

            async Task<List<long>> NumbersAsync(long from, long to, int limit) =>
            [
                .. (await journal.ReadDeviceAsync($"jt600:{device}", from, to, limit, default)).Select(r => r.Number),
            ];
        }
    }

    static long At(long i) => Samples.FirstDay + i;

    /// <summary>Every third one has no time of its own.</summary>
    static JournalEntry Entry(int i) => Samples.Entry(
        $"{i}", device: $"jt600:{i % Devices}", at: At(i), fix: i % 3 == 0 ? null : Samples.FirstDay + (i / Devices));

    Task<Store> OpenAsync() => EmbeddedStore.OpenAsync(folder["data"], Settings, default);

    /// <summary>Rows of the first day the tables hold.</summary>
    long Written()
    {
        using var connection = SqliteFile.OpenReader(Path.Combine(folder["data"], "journal", "2026-03-01.db"));
        using var command = connection.CreateCommand();
        command.CommandText = "select min((select count(*) from heard), (select count(*) from known))";
        return (long)command.ExecuteScalar()!;
    }
}
