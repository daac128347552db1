using System.Runtime.InteropServices;
using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Rahdari.Storage.Embedded;

/// <summary>
/// The journal as one SQLite file a day. A commit goes to one file: the day of the newest record in it, never an
/// earlier one than the newest file. Every file starts with the last number of every stream, so numbers stay dense
/// when old files are dropped.
/// </summary>
sealed class SqliteJournal : IJournalEngine
{
    // Devices keep sending what was not acknowledged, some for a day; two days leave room for a power cut.
    const long DoublesWindowMicros = 48L * 3600 * 1_000_000;

    // Devices whose newest record is known without asking, some 100 bytes each.
    const int MaxNewest = 200_000;

    readonly string folder;
    readonly Action<CommitPoint>? commits;

    /// <summary>The greatest key of each device heard of, over all days that may hold a double. Writer's
    /// thread.</summary>
    readonly Dictionary<string, long> newest = [];

    /// <summary>Days nobody begins to read any more, whose files are there still; its own lock.</summary>
    readonly List<DayFile> dropped = [];

    /// <summary>By day. Replaced as a whole by the writer's thread; others read whichever array they find.</summary>
    ImmutableArray<DayFile> days;

    SqliteJournal(string folder, Action<CommitPoint>? commits, ImmutableArray<DayFile> days) =>
        (this.folder, this.commits, this.days) = (folder, commits, days);

    public IReadOnlyDictionary<string, long> Heads => days.IsEmpty ? [] : days[^1].Heads();

    public long? NewestReceivedMicros => days.IsEmpty ? null : days.Max(d => d.LastReceived);

    public static GroupJournal Open(string folder, StoreSettings settings, Poison poison)
    {
        Directory.CreateDirectory(folder);
        try
        {
            var engine = new SqliteJournal(folder, settings.Commits, DayFile.OpenAll(folder));
            return new GroupJournal(engine, settings, poison);
        }
        catch (SqliteException e)
        {
            throw new StoreRefusedException("journal-unreadable",
                $"the journal in {folder} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads what is there now, beside whoever writes it.</summary>
    public static JournalReading OpenBeside(string folder) => Directory.Exists(folder)
        ? new SqliteJournal(folder, null, DayFile.OpenAll(folder, writing: false)).ReadAsync
        : (_, _, _, _) => Task.FromResult<IReadOnlyList<JournalRow>>([]);

    public Journaled[] Append(IReadOnlyList<JournalEntry> entries)
    {
        var newest = entries.Max(e => e.ReceivedMicros);
        var file = FileFor(newest);
        var recent = RecentBefore(file, newest - DoublesWindowMicros);
        var places = new Journaled[entries.Count];
        file.Begin();
        for (var i = 0; i < places.Length; i++)
        {
            var entry = entries[i];
            var key = DayFormat.KeyOf(entry.FixMicros, entry.Digest);
            places[i] = IsNewest(file, recent, entry.Device, key) || Find(file, recent, entry, key) is not { } number
                ? new(file.Insert(entry, key), AlreadyThere: false)
                : new(number, AlreadyThere: true);
        }
        commits?.Invoke(CommitPoint.JournalBefore);
        file.Commit();
        commits?.Invoke(CommitPoint.JournalAfter);
        return places;
    }

    public Task<IReadOnlyList<JournalDay>> DaysAsync(CancellationToken cancel)
    {
        DayFile[] going;
        lock (dropped) going = [.. dropped];
        return Task.FromResult<IReadOnlyList<JournalDay>>(
            [.. going.Union(days).OrderBy(d => d.Day).Select(d => new JournalDay(d.Day, d.LastReceived))]);
    }

    public IReadOnlyList<DateOnly> DropBefore(long beforeMicros, int most)
    {
        if (days.IsEmpty) return [];
        foreach (var day in days[..^1].Where(d => d.LastReceived < beforeMicros).Take(most).ToList())
        {
            // Listed before it is taken out: at every moment the day is in one of the two.
            lock (dropped) dropped.Add(day);
            days = days.Remove(day);
            day.Retire();
        }
        return [];
    }

    /// <summary>A file somebody reads stays for the next time; after a start it is a day like any other.</summary>
    public IReadOnlyList<DateOnly> Sweep()
    {
        lock (dropped)
        {
            var gone = new List<DateOnly>();
            try
            {
                foreach (var day in dropped.ToList())
                {
                    commits?.Invoke(CommitPoint.DropBefore);
                    if (!day.TryDelete()) continue;
                    dropped.Remove(day);
                    gone.Add(day.Day);
                    commits?.Invoke(CommitPoint.DropAfter);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StorageOutageException(
                    $"a dropped day of the journal in {folder} cannot be deleted: {e.Message}",
                    outcomeUnknown: true, e);
            }
            return gone;
        }
    }

    public Task<IReadOnlyList<JournalRow>> ReadAsync(string stream, long after, int limit, CancellationToken cancel)
    {
        var rows = new List<JournalRow>();
        foreach (var day in days)
        {
            cancel.ThrowIfCancellationRequested();
            if (rows.Count >= limit) break;
            day.Read(stream, after, limit - rows.Count, rows);
        }
        return Task.FromResult<IReadOnlyList<JournalRow>>(rows);
    }

    public Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel)
    {
        var rows = new List<JournalRow>();
        foreach (var day in days.Where(d => d.FirstReceived < toMicros && d.LastReceived >= fromMicros))
        {
            cancel.ThrowIfCancellationRequested();
            // Days may overlap by the records of one commit; a day that starts later than all found adds nothing.
            if (rows.Count >= limit && rows.Max(r => r.Entry.ReceivedMicros) < day.FirstReceived) break;
            day.ReadDevice(device, fromMicros, toMicros, limit, rows);
        }
        return Task.FromResult<IReadOnlyList<JournalRow>>(
            [.. rows.OrderBy(r => r.Entry.ReceivedMicros).Take(limit)]);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var day in days) day.Dispose();
        try
        {
            Sweep();
        }
        catch (StorageOutageException)
        {
            // It is a day again after the next start, and is dropped then.
        }
        return ValueTask.CompletedTask;
    }

    DayFile FileFor(long newestMicros)
    {
        var day = DayFile.DayOf(newestMicros);
        if (!days.IsEmpty && days[^1].Day >= day) return days[^1];
        var before = days.IsEmpty ? [] : days[^1].Heads();
        if (!days.IsEmpty) days[^1].StopWriting();
        var file = DayFile.Create(folder, day, before);
        days = days.Add(file);
        return file;
    }

    DayFile[] RecentBefore(DayFile current, long sinceMicros)
    {
        foreach (var day in days)
            if (day != current && day.LastReceived < sinceMicros) day.StopFinding();
        return [.. days.Where(d => d != current && d.LastReceived >= sinceMicros)];
    }

    /// <summary>Whether the key lies above all of the device's: then nothing there is the same record.</summary>
    bool IsNewest(DayFile file, DayFile[] recent, string device, long key)
    {
        if (newest.Count == MaxNewest) newest.Clear();
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(newest, device, out var there);
        if (!there)
            known = recent.Select(d => d.NewestOf(device)).Append(file.NewestOf(device)).Max() ?? long.MinValue;
        if (key <= known) return false;
        known = key;
        return true;
    }

    static long? Find(DayFile file, DayFile[] recent, JournalEntry entry, long key)
    {
        if (file.Find(entry, key) is { } here) return here;
        foreach (var day in recent)
            if (day.Find(entry, key) is { } there) return there;
        return null;
    }
}
