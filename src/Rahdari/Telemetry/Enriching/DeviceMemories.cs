using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Enriching;

/// <summary>
/// The memories of all devices, bounded; one that is missing (after a start, or pushed out) is read from the journal
/// when its device speaks again. One caller at a time holds a device's memory, until its records are journaled: so
/// the order remembered is the order journaled.
/// </summary>
/// <remarks>
/// A row that cannot be read is passed over: what it told is not remembered, so that a record that repeats it is taken
/// for new, and one that came before it for the newest. No row is lost by that, and the device goes on. A mark of the
/// quarantine that only such rows carry is not known: a device that a newer build kept apart is believed by this one
/// (<c>docs/operating.md</c>, "Back to an older build").
/// </remarks>
sealed class DeviceMemories(
    IJournal journal, CorridorClock clock, UnreadRows unread, int most = DeviceMemories.Most)
{
    /// <summary>Five corridors' devices (design 5: 20,000 a corridor), 3 KB each at most.</summary>
    public const int Most = 100_000;

    /// <summary>Rows read at once; more than one append has (<see cref="Connecting.IntakeLimits"/>).</summary>
    const int PageRows = 4096;

    /// <summary>Longer than a lock's battery lasts in transit; the journal is kept no shorter.</summary>
    public static readonly TimeSpan Farthest = TimeSpan.FromDays(60);

    /// <summary>
    /// How far back to look, one after the other, until a record is found that was not late: no record before it is
    /// newer.
    /// </summary>
    static readonly TimeSpan[] Windows = [TimeSpan.FromHours(2), TimeSpan.FromDays(2), Farthest];

    readonly Lock gate = new();
    readonly Dictionary<DeviceId, Slot> slots = [];
    readonly LinkedList<Slot> byUse = new();

    public int Count
    {
        get
        {
            lock (gate) return slots.Count;
        }
    }

    /// <summary>Waits for the device's memory and holds it until the answer is disposed.</summary>
    public async ValueTask<Held> TakeAsync(DeviceId device, CancellationToken cancel)
    {
        var slot = Enter(device);
        try
        {
            await slot.Turn.WaitAsync(cancel);
        }
        catch
        {
            Leave(slot);
            throw;
        }
        try
        {
            slot.Memory ??= await RecallAsync(device, cancel);
            return new(this, slot);
        }
        catch
        {
            slot.Turn.Release();
            Leave(slot);
            throw;
        }
    }

    async Task<DeviceMemory> RecallAsync(DeviceId device, CancellationToken cancel)
    {
        var now = clock.Now.ToMicros();
        foreach (var window in Windows)
        {
            var memory = new DeviceMemory();
            if (await RecallAsync(memory, device, now - window.Ticks / TimeSpan.TicksPerMicrosecond, cancel))
                return memory;
            if (window == Windows[^1]) return memory;
        }
        return new();
    }

    /// <returns>True where a record among them was not late.</returns>
    async Task<bool> RecallAsync(DeviceMemory memory, DeviceId device, long from, CancellationToken cancel)
    {
        var sure = false;
        while (true)
        {
            var rows = await journal.ReadDeviceAsync(device.ToString(), from, long.MaxValue, PageRows, cancel);
            foreach (var row in rows)
            {
                if (unread.Read(row) is not { } fix) continue;
                memory.Recall(fix);
                sure |= fix is { Late: false, TimeSuspect: false, Quarantine: null, Message.Time: not null };
            }
            if (rows.Count < PageRows) return sure;
            // Rows of the last receive time may go on behind the page: they are read again, which changes nothing.
            var last = rows[^1].Entry.ReceivedMicros;
            from = last > from ? last : from + 1;
        }
    }

    Slot Enter(DeviceId device)
    {
        lock (gate)
        {
            if (!slots.TryGetValue(device, out var slot)) slots[device] = slot = new(device);
            else byUse.Remove(slot.Place);
            byUse.AddFirst(slot.Place);
            slot.Users++;
            for (var node = byUse.Last; slots.Count > most && node is not null;)
            {
                var before = node.Previous;
                if (node.Value.Users == 0) Remove(node.Value);
                node = before;
            }
            return slot;
        }
    }

    void Leave(Slot slot)
    {
        lock (gate)
        {
            slot.Users--;
            if (slot is { Users: 0, Memory: null }) Remove(slot);
        }
    }

    void Remove(Slot slot)
    {
        slots.Remove(slot.Device);
        byUse.Remove(slot.Place);
    }

    internal sealed class Slot
    {
        public Slot(DeviceId device) => (Device, Place) = (device, new(this));

        public DeviceId Device { get; }
        public LinkedListNode<Slot> Place { get; }
        public SemaphoreSlim Turn { get; } = new(1, 1);
        public DeviceMemory? Memory { get; set; }
        public int Users { get; set; }
    }

    /// <summary>A memory in one caller's hands.</summary>
    public readonly struct Held : IDisposable
    {
        readonly DeviceMemories owner;
        readonly Slot slot;

        internal Held(DeviceMemories owner, Slot slot) => (this.owner, this.slot) = (owner, slot);

        public DeviceMemory Memory => slot.Memory!;

        /// <summary>Nothing remembered is to be believed: it is read from the journal next time.</summary>
        public void Forget() => slot.Memory = null;

        public void Dispose()
        {
            slot.Turn.Release();
            owner.Leave(slot);
        }
    }
}
