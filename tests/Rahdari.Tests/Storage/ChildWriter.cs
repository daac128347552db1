using Rahdari.Storage;
using Rahdari.Storage.Cluster;
using Rahdari.Storage.Embedded;

namespace Rahdari.Tests.Storage;

/// <summary>The process that is killed: writes without end and prints a line after each acknowledgement.</summary>
static class ChildWriter
{
    public const string Command = "storage-writer";
    public const string Stream = "pk/live";

    const int Senders = 8;

    public static async Task RunAsync(string round, string[] database)
    {
        var settings = new StoreSettings { Time = TimeProvider.System, OnFatal = e => Environment.FailFast(e.Message) };
        await using var store = database is ["sqlite", var directory]
            ? await EmbeddedStore.OpenAsync(directory, settings, CancellationToken.None)
            : await ClusterStore.OpenAsync(database[1], database[2], settings, CancellationToken.None);
        await Task.WhenAll([
            .. Enumerable.Range(0, Senders).Select(sender => JournalAsync(store.Journal, $"{round}-{sender}")),
            RecordAsync(store.Record, round),
        ]);
    }

    static async Task JournalAsync(IJournal journal, string sender)
    {
        for (var i = 0; ; i++)
        {
            var text = $"{sender}-{i}";
            // Each goes a minute on, so that days are crossed while it runs.
            var at = Samples.FirstDay + (journal.Head(Stream) * 60 * Samples.Second);
            var entry = Samples.Entry(text, Stream, at: at);
            var done = await journal.AppendAsync([entry], CancellationToken.None);
            Say($"journal {text} {done[0].Number}");
        }
    }

    static async Task RecordAsync(IRecordStore record, string round)
    {
        for (var i = 0; ; i++)
        {
            var id = $"{round}-{i}";
            await record.WriteAsync(async t =>
            {
                var version = await t.StreamVersionAsync(Stream, CancellationToken.None);
                await t.AppendAsync([Samples.Event(Stream, version + 1, id)], CancellationToken.None);
                return 0;
            }, CancellationToken.None);
            Say($"record {id}");
        }
    }

    static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
