using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Rahdari.Storage;

namespace Rahdari.Telemetry.Journaling;

/// <summary>
/// Reads rows of the journal for those who go on where one cannot be read: it was written by a newer build, or its body
/// is damaged. Such a row is counted and said once a process, whoever comes to it, and stays where it is.
/// </summary>
sealed partial class UnreadRows : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Meter = "Rahdari.Telemetry.Journal";

    /// <summary>Rows told apart, a megabyte of names; further ones are counted each time and said no more.</summary>
    const int MostNamed = 10_000;

    readonly ConcurrentDictionary<(string Stream, long Number), bool> named = new();
    readonly Meter meter;
    readonly Counter<long> unread;
    readonly ILogger<UnreadRows> log;

    public UnreadRows(IMeterFactory factory, ILogger<UnreadRows> log)
    {
        this.log = log;
        meter = factory.Create(Meter);
        unread = meter.CreateCounter<long>(
            "rahdari.journal.rows.unread", "{row}", "Rows of the journal that this build cannot read");
    }

    public void Dispose() => meter.Dispose();

    /// <summary>Null where it cannot be read.</summary>
    public JournaledFix? Read(JournalRow row)
    {
        if (JournaledFix.TryRead(row.Entry, out var fix, out var why)) return fix;
        var isFull = named.Count >= MostNamed;
        if (!isFull && !named.TryAdd((row.Entry.Stream, row.Number), true)) return null;
        unread.Add(1);
        if (!isFull) Unread(log, row.Entry.Stream, row.Number, row.Entry.Device, why);
        return null;
    }

    [LoggerMessage(3700, LogLevel.Error,
        "{Stream} {Number} of {Device}: the record cannot be read, is kept and passed over: {Why}")]
    static partial void Unread(ILogger log, string stream, long number, string device, string why);
}
