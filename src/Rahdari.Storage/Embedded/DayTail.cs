using System.Runtime.InteropServices;

namespace Rahdari.Storage.Embedded;

/// <summary>A row the index tables do not hold yet, and its way to the device's row before it.</summary>
readonly record struct TailRow(long Device, long Received, long Key, long Place, int Before);

/// <summary>
/// The newest rows of a day, which its index tables do not hold yet. An index by device has a page for nearly every
/// device; written with each row it would cost a page a row. So rows gather here, and once there are many they go to
/// the tables in the order of the tables, a few with each commit, while the next ones gather. After a start they are
/// read from the rows. The writer's thread changes it; readers look in under the lock.
/// </summary>
sealed class DayTail
{
    /// <summary>Rows that go to the tables together: three of each of a corridor's 20,000 devices, 3 MB.</summary>
    const int Many = 1 << 16;

    /// <summary>Rows that go with each new one: the last are gone before as many have gathered again.</summary>
    const int WithEach = 2;

    readonly Lock gate = new();
    Rows gathering = new();
    Rows? leaving;
    int left;

    /// <summary>What readers and the next start must look at beyond the tables, once the leaving rows are gone: the
    /// number of each stream when they were gathered.</summary>
    public IReadOnlyDictionary<StreamRange, long> Through { get; private set; } =
        new Dictionary<StreamRange, long>();

    /// <summary>All of <see cref="Through"/> is in the tables as soon as the transaction is committed.</summary>
    public bool IsGone => leaving is not null && left == leaving.Count;

    /// <summary>Every row is in the tables, or will be with the commit under way.</summary>
    public bool IsEmpty => leaving is null && gathering.Count == 0;

    public void Add(long device, long received, long key, long place)
    {
        lock (gate) gathering.Add(device, received, key, place);
    }

    /// <summary>Places of a device's rows that may be the record of this key. Writer's thread.</summary>
    public IEnumerable<long> Find(long device, long key) =>
        gathering.Of(device).Concat(leaving?.Of(device) ?? []).Where(r => r.Key == key).Select(r => r.Place);

    /// <summary>The greatest key of a device; null where nothing of it is here. Writer's thread.</summary>
    public long? NewestOf(long device) =>
        gathering.Of(device).Concat(leaving?.Of(device) ?? []).Select(r => (long?)r.Key).Max();

    /// <summary>Places of a device's rows by receipt; some may not be committed yet, some be in the tables too.
    /// </summary>
    public List<long> Heard(long device, long fromMicros, long toMicros, int limit)
    {
        lock (gate)
            return
            [
                .. gathering.Of(device).Concat(leaving?.Of(device) ?? [])
                    .Where(r => r.Received >= fromMicros && r.Received < toMicros)
                    .OrderBy(r => r.Received).ThenBy(r => r.Place).Take(limit).Select(r => r.Place),
            ];
    }

    /// <summary>The next rows to be written to the tables beside so many new ones, in the tables' order.</summary>
    public ReadOnlySpan<TailRow> Next(int added)
    {
        if (leaving is null) return [];
        var count = Math.Min(leaving.Count - left, added * WithEach);
        left += count;
        return leaving.Sorted.Slice(left - count, count);
    }

    /// <summary>After a commit: what is in the tables is forgotten, and what has gathered begins to go.</summary>
    /// <param name="streams">Every stream of the file, with its committed number.</param>
    /// <param name="all">However few have gathered.</param>
    public void Settle(IEnumerable<StreamRange> streams, bool all = false)
    {
        lock (gate)
        {
            if (IsGone) leaving = null;
            if (leaving is not null || gathering.Count == 0 || (gathering.Count < Many && !all)) return;
            (leaving, left, gathering) = (gathering, 0, new());
            leaving.Sort();
            Through = streams.ToDictionary(s => s, s => s.Last);
        }
    }

    /// <summary>Rows, and for each device the way from its newest to its oldest.</summary>
    sealed class Rows
    {
        readonly List<TailRow> rows = [];
        readonly Dictionary<long, int> newest = [];
        TailRow[] sorted = [];

        public int Count => rows.Count;

        public ReadOnlySpan<TailRow> Sorted => sorted;

        public void Add(long device, long received, long key, long place)
        {
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(newest, device, out var there);
            rows.Add(new(device, received, key, place, there ? last : -1));
            last = rows.Count - 1;
        }

        public IEnumerable<TailRow> Of(long device)
        {
            for (var at = newest.GetValueOrDefault(device, -1); at >= 0; at = rows[at].Before) yield return rows[at];
        }

        public void Sort()
        {
            sorted = [.. rows];
            Array.Sort(sorted, (a, b) => a.Device != b.Device ? a.Device.CompareTo(b.Device)
                : a.Received != b.Received ? a.Received.CompareTo(b.Received)
                : a.Place.CompareTo(b.Place));
        }
    }
}
