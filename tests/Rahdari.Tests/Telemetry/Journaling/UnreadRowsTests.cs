using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Tests.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Journaling;

public sealed class UnreadRowsTests
{
    [Fact]
    public void A_row_is_counted_and_said_once_whoever_reads_it_again()
    {
        var log = new Lines();
        using var unread = Make(log);
        var counted = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (i, l) => { if (i.Meter.Name == UnreadRows.Meter) l.EnableMeasurementEvents(i); },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => counted += value);
        listener.Start();
        var good = Entry(Fix(1, 10));
        var rows = new[] { new JournalRow(1, good), new(2, Newer(good)), new(3, good with { Body = [] }) };
        for (var again = 0; again < 3; again++)
            Assert.Equal([true, false, false], rows.Select(r => unread.Read(r) is not null));
        Assert.Equal((2, 2), (counted, log.Count));
        Assert.Contains("format 200", log[0], StringComparison.Ordinal);
        Assert.Contains("pk/live 2 of jt600:8000620011", log[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judging_passes_a_row_over_and_raises_what_the_next_one_shows()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, 50));
        await fixture.Journal.AppendAsync([Damaged(Entry(Fix(1, 51)))], default);
        await fixture.AppendAsync(Fix(2, 52, events: [Rahdari.Devices.DeviceEvent.RopeCut]));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        Assert.Equal("rope-cut", Assert.Single(await fixture.AlertsAsync()).Kind);
        Assert.Equal(3, run.JudgedIn("pk/live"));
    }

    [Fact]
    public async Task A_mark_that_this_build_does_not_know_keeps_its_row_from_being_taken_for_evidence()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        var marked = Entry(Fix(0, 50, events: [Rahdari.Devices.DeviceEvent.RopeCut]));
        marked.Body[1] |= 128;
        await fixture.Journal.AppendAsync([marked], default);
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        Assert.Empty(await fixture.AlertsAsync());
        Assert.Equal(1, run.JudgedIn("pk/live"));
        var log = new Lines();
        using var unread = Make(log);
        Assert.Null(unread.Read(new(1, marked)));
        Assert.Contains("flags 0x80", Assert.Single(log), StringComparison.Ordinal);
    }

    internal static UnreadRows Make(ILogger<UnreadRows>? log = null) => new(
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>(),
        log ?? Microsoft.Extensions.Logging.Abstractions.NullLogger<UnreadRows>.Instance);

    internal static JournalEntry Entry(JournaledFix fix, string stream = "pk/live") => new(
        stream, fix.Device.ToString(), fix.ReceivedAt.ToMicros(), fix.Message.Time?.ToMicros(),
        System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(fix.ReceivedAt.UtcTicks)), [7],
        JournalBody.Write(fix));

    /// <summary>As a node wrote it that knows more formats than this build.</summary>
    internal static JournalEntry Newer(JournalEntry entry) => entry with { Body = [200, .. entry.Body[1..]] };

    /// <summary>Its end is gone, and what stands there is no time and no unit.</summary>
    internal static JournalEntry Damaged(JournalEntry entry)
    {
        var body = entry.Body[..^2];
        body.AsSpan(14).Fill(0xff);
        return entry with { Body = body };
    }

    sealed class Lines : List<string>, ILogger<UnreadRows>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Add(formatter(state, exception));
    }
}
