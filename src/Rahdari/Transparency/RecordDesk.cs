using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>The desk over the record store.</summary>
sealed class RecordDesk(
    NodeSettings settings, IRecordStore store, Recorder recorder, RecordedFeed feed, CorridorClock clock,
    CorridorPack pack) : IDesk
{
    /// <summary>
    /// Decisions are made again when another writer was quicker. Each round lets at least one writer through, so more
    /// than this many means that over 20 writers fight for one stream.
    /// </summary>
    const int MaxRounds = 20;

    CorridorPack Pack => pack;
    AdministrationId Own => settings.Administration;

    public async Task<Outcome> DecideAsync(
        Actor actor, Func<IDeskReader, Task<Decision>> decide, CancellationToken cancel, long? ifMatch = null,
        string? ifMatchSubject = null)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                var outcome = await store.WriteAsync(
                    t => DecideOnceAsync(t, actor, decide, ifMatch, ifMatchSubject, cancel), cancel);
                if (outcome is Outcome.Done done) feed.Publish(done.Events);
                return outcome;
            }
            catch (StreamConflictException) when (round < MaxRounds)
            {
                // Another writer was quicker: decide again on what it left.
            }
        }
    }

    public Task<T> FoldAsync<T>(string subject, CancellationToken cancel) where T : IFold<T> =>
        store.ReadAsync(r => FoldAsync<T>(r, subject, cancel), cancel);

    public Task<IReadOnlyList<Recorded>> HistoryAsync(string subject, CancellationToken cancel) =>
        store.ReadAsync(r => HistoryAsync(r, subject, cancel), cancel);

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel) =>
        store.ReadAsync(r => r.QueryAsync<T>(sql, args, cancel), cancel);

    async Task<Outcome> DecideOnceAsync(
        IRecordTransaction transaction, Actor actor, Func<IDeskReader, Task<Decision>> decide, long? ifMatch,
        string? ifMatchSubject, CancellationToken cancel)
    {
        if (ifMatch is { } expected && ifMatchSubject is not null)
        {
            var version = await VersionAsync(transaction, ifMatchSubject, cancel);
            if (version != expected) return new Outcome.Stale(version);
        }
        var decision = await decide(new Reader(this, transaction, clock.Now));
        if (decision is Decision.Refused refused) return new Outcome.Refused(refused.Why);
        var events = await recorder.RecordAsync(transaction, actor, ((Decision.Accepted)decision).Events, cancel);
        var subject = ifMatchSubject ?? (events.Count > 0 ? events[0].Header.Stream.Subject : null);
        return new Outcome.Done(events, subject is null ? 0 : await VersionAsync(transaction, subject, cancel));
    }

    Task<long> VersionAsync(IRecordReader reader, string subject, CancellationToken cancel) =>
        reader.StreamVersionAsync(new StreamName(settings.Administration, subject).ToString(), cancel);

    async Task<T> FoldAsync<T>(IRecordReader reader, string subject, CancellationToken cancel) where T : IFold<T>
    {
        var state = T.Empty;
        foreach (var recorded in await HistoryAsync(reader, subject, cancel)) state = state.Apply(recorded);
        return state;
    }

    async Task<IReadOnlyList<Recorded>> HistoryAsync(IRecordReader reader, string subject, CancellationToken cancel)
    {
        var all = new List<Recorded>();
        foreach (var administration in settings.Peers.Select(p => p.Administration).Prepend(settings.Administration))
        {
            var stream = new StreamName(administration, subject).ToString();
            await foreach (var row in reader.StreamAsync(stream, cancel)) all.Add(await recorder.ReadAsync(reader,
                row, cancel));
        }
        return [.. all.OrderBy(r => r.Header.At)
            .ThenBy(r => r.Header.Stream.Administration.Value, StringComparer.Ordinal)
            .ThenBy(r => r.Header.Version)];
    }

    sealed class Reader(RecordDesk desk, IRecordTransaction transaction, DateTimeOffset now) : IDeskReader
    {
        public DateTimeOffset Now => now;
        public CorridorPack Pack => desk.Pack;
        public AdministrationId Own => desk.Own;

        public Task<T> FoldAsync<T>(string subject, CancellationToken cancel) where T : IFold<T> =>
            desk.FoldAsync<T>(transaction, subject, cancel);

        public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel) =>
            transaction.QueryAsync<T>(sql, args, cancel);
    }
}

static class StreamReading
{
    /// <summary>Rows fetched at once: a movement has tens of events, a crossing hundreds.</summary>
    const int Page = 500;

    /// <summary>A whole stream, page by page.</summary>
    public static async IAsyncEnumerable<EventRow> StreamAsync(
        this IRecordReader reader, string stream,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = 0L; ;)
        {
            var rows = await reader.ReadStreamAsync(stream, after, Page, cancel);
            foreach (var row in rows) yield return row;
            if (rows.Count < Page) yield break;
            after = rows[^1].Version;
        }
    }
}
