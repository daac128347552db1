using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Telemetry.Journaling;

namespace Rahdari.Tests.Telemetry.Enriching;

public sealed class DeviceMemoriesTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly DeviceId Device = new("jt600", "8000620011");

    readonly PastJournal journal = new();

    [Fact]
    public async Task The_memory_of_a_device_is_as_if_it_had_never_been_lost()
    {
        Past(TimeSpan.FromHours(1), At(60));
        Past(TimeSpan.FromMinutes(50), At(30) with { Record = RecordClass.Stored });
        using var held = await Memories().TakeAsync(Device, default);

        Assert.Equal(Now.AddSeconds(60), held.Memory.Newest);
        Assert.Equal((true, true), held.Memory.Take(At(30) with { DeviceSerial = 4 }, false));
    }

    [Fact]
    public async Task A_flushed_backlog_does_not_hide_the_newest_record_before_it()
    {
        Past(TimeSpan.FromHours(30), At(5000));
        for (var i = 0; i < 20; i++) Past(TimeSpan.FromMinutes(60 - i), At(i) with { Record = RecordClass.Stored });
        using var held = await Memories().TakeAsync(Device, default);

        Assert.Equal(Now.AddSeconds(5000), held.Memory.Newest);
    }

    [Fact]
    public async Task More_rows_than_a_page_holds_are_all_read()
    {
        for (var i = 0; i < 10_000; i++) Past(TimeSpan.FromMilliseconds(6_000_000 - i / 3000 * 1000), At(i));
        using var held = await Memories().TakeAsync(Device, default);

        Assert.Equal(Now.AddSeconds(9_999), held.Memory.Newest);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_passed_over_and_the_others_are_remembered()
    {
        Past(TimeSpan.FromHours(1), At(60));
        Past(TimeSpan.FromMinutes(50), At(90));
        Past(TimeSpan.FromMinutes(40), At(70));
        journal.Rows[1] = journal.Rows[1] with { Entry = UnreadRowsTests.Newer(journal.Rows[1].Entry) };
        using var held = await Memories().TakeAsync(Device, default);

        Assert.Equal(Now.AddSeconds(70), held.Memory.Newest);
    }

    [Fact]
    public async Task One_caller_at_a_time_holds_a_device()
    {
        var memories = Memories();
        var first = await memories.TakeAsync(Device, default);
        var second = memories.TakeAsync(Device, default).AsTask();
        using var other = await memories.TakeAsync(new("jt600", "8000620012"), default);

        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task A_caller_that_gives_up_waiting_leaves_nothing_behind()
    {
        var memories = Memories();
        var first = await memories.TakeAsync(Device, default);
        using var impatient = new CancellationTokenSource();
        var second = memories.TakeAsync(Device, impatient.Token).AsTask();
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();
        (await memories.TakeAsync(Device, default)).Dispose();
        Assert.Equal(1, memories.Count);
    }

    [Fact]
    public async Task The_devices_that_spoke_longest_ago_are_pushed_out_and_those_in_use_are_not()
    {
        var memories = Memories(most: 3);
        using var inUse = await memories.TakeAsync(Device, default);
        for (var i = 0; i < 10; i++)
            (await memories.TakeAsync(new("jt600", $"90000000{i:D2}"), default)).Dispose();

        Assert.Equal(3, memories.Count);
        Assert.Null(inUse.Memory.Newest);
    }

    [Fact]
    public async Task What_was_forgotten_is_read_again()
    {
        var memories = Memories();
        using (var held = await memories.TakeAsync(Device, default))
        {
            held.Memory.Take(At(100), false);
            held.Forget();
        }
        Past(TimeSpan.FromMinutes(1), At(7));
        using var again = await memories.TakeAsync(Device, default);

        Assert.Equal(Now.AddSeconds(7), again.Memory.Newest);
    }

    DeviceMemories Memories(int most = 100) => new(journal, new SettableClock(Now), UnreadRowsTests.Make(), most);

    void Past(TimeSpan ago, DeviceMessage message)
    {
        var received = Now - ago;
        var fix = new JournaledFix
        {
            Device = Device,
            ReceivedAt = received,
            Message = message,
            Late = message.Record == RecordClass.Stored,
            DecoderVersion = 1,
        };
        journal.Rows.Add(new(journal.Rows.Count + 1, new(
            "pk/live", Device.ToString(), received.ToMicros(), message.Time?.ToMicros(), [], [],
                JournalBody.Write(fix))));
    }

    static DeviceMessage At(int second) => new()
    {
        Kind = MessageKind.Position, Time = Now.AddSeconds(second), Position = new(248_607_000, 0),
    };

    /// <summary>A journal that can only be looked back in.</summary>
    sealed class PastJournal : IJournal
    {
        public List<JournalRow> Rows { get; } = [];

        public long? NewestReceivedMicros => null;

        public Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
            string device, long fromMicros, long toMicros, int limit, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<JournalRow>>([.. Rows
                .Where(r => r.Entry.Device == device
                    && r.Entry.ReceivedMicros >= fromMicros && r.Entry.ReceivedMicros < toMicros)
                .OrderBy(r => r.Entry.ReceivedMicros).Take(limit)]);

        public ValueTask<IReadOnlyList<Journaled>> AppendAsync(
            IReadOnlyList<JournalEntry> entries, CancellationToken cancel) => throw new NotSupportedException();

        public Task<IReadOnlyList<JournalRow>> ReadAsync(
            string stream, long after, int limit, CancellationToken cancel) => throw new NotSupportedException();

        public long Head(string stream) => throw new NotSupportedException();

        public Task WaitAsync(string stream, long after, TimeSpan atMost, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<JournalDay>> DaysAsync(CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<DateOnly>> DropBeforeAsync(
            long beforeMicros, int most, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
