using Rahdari.Devices;
using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>
/// Everything one device of one unit sends, in order of receipt: records as they are made where there is coverage, and
/// what it kept where there was none, by the habit of its maker.
/// </summary>
sealed class DeviceTrack
{
    const double SleepAfterSeconds = 3 * 3_600;

    /// <summary>What a lock of the corridor keeps at least; older records are written over.</summary>
    const int MostKept = 20_000;

    enum Habit { OldestFirst, NewestFirst, NewestThenOldest }

    readonly UnitTrip trip;
    readonly DeviceRole role;
    readonly Dice dice;
    readonly Receiver receiver;
    readonly Wanderer way;
    readonly IReadOnlyList<Fault> faults;
    readonly IReadOnlyList<SealChange> changes;
    readonly Habit habit;
    readonly double clockOffset, clockDrift, window;
    readonly int movingSeconds, standingSeconds, sleepingSeconds;
    readonly List<TrackRecord> kept = [];
    readonly PriorityQueue<TrackRecord, (double Received, long Order)> sent = new();
    long order;
    int nextChange;
    SealState seal;
    double standingSince = double.NaN, frozenSince = double.NaN;
    Measured frozen;
    Measured? lastFix;

    public DeviceTrack(UnitTrip trip, DeviceRole role, double window)
    {
        (this.trip, this.role, this.window) = (trip, role, window);
        dice = Dice.For(trip.Seed, role.ToString());
        receiver = new(Dice.For(trip.Seed, "receiver " + role));
        way = new(trip.StretchesOf(role));
        faults = [.. trip.Faults.Where(f => f.Role == role)];
        changes = [.. trip.Seal.Where(c => c.Role == role)];
        habit = (Habit)dice.Between(0, 2);
        (clockOffset, clockDrift) = DrawClock();
        movingSeconds = dice.Pick([30, 40, 45, 60]);
        standingSeconds = role == DeviceRole.Container ? dice.Pick([60, 120, 180]) : dice.Pick([60, 60, 120]);
        sleepingSeconds = dice.Pick([600, 900, 1_800]);
    }

    public IEnumerable<TrackRecord> Records()
    {
        var off = Math.Min(trip.OffOf(role), window);
        for (var time = Math.Floor(trip.From) + dice.Between(1, 59); time < off; time = Next(time))
        {
            while (sent.TryPeek(out _, out var first) && first.Received <= time) yield return sent.Dequeue();
            Report(time);
        }
        // What is under way when the window closes is not recorded any more.
        while (sent.TryDequeue(out var record, out _) && record.Received < window) yield return record;
    }

    void Report(double time)
    {
        var what = Change(time);
        var fault = faults.FirstOrDefault(f => f.Holds(time));
        if (fault?.Kind == FaultKind.Silent) return;
        var at = way.At(time);
        var record = Make(time, at, fault, what);
        if (!IsConnected(time, at))
        {
            if (kept.Count == MostKept) kept.RemoveAt(0);
            kept.Add(record with { Class = what is null ? RecordClass.Stored : RecordClass.Alarm });
            return;
        }
        var received = Send(record, time + Latency());
        if (kept.Count > 0) Flush(received);
    }

    TrackRecord Make(double time, Stretch at, Fault? fault, DeviceEvent? what)
    {
        var seen = receiver.Measure(time, at, trip.Country.TerrainAt(at.RoadAt(time)));
        seen = Disturb(time, seen, fault);
        if (fault is { Kind: FaultKind.Jammed, Tells: true } && what is null && dice.NextDouble() < 0.3)
            what = DeviceEvent.Jamming;
        var missing = dice.NextDouble();
        var hasPlace = missing >= 0.002 && (seen.Valid || dice.NextDouble() < 0.6);
        return new(
            trip, role, (long)Math.Floor(time + clockOffset + clockDrift * (time - trip.From)),
            hasPlace ? seen.Place : null, hasPlace && seen.Valid,
            missing is > 0.01 and < 0.016 ? null : (int)Math.Round(seen.SpeedKmh),
            missing is > 0.013 and < 0.02 ? null : (int)seen.Course,
            role == DeviceRole.Container && missing is < 0.03 or > 0.034 ? seal : default, what,
            what is null ? RecordClass.Live : RecordClass.Alarm);
    }

    /// <summary>What a fault makes of a measurement.</summary>
    Measured Disturb(double time, Measured seen, Fault? fault)
    {
        if (fault?.Kind is FaultKind.Frozen or FaultKind.Jammed)
        {
            if (frozenSince != fault.From) (frozenSince, frozen) = (fault.From, HeldBy(fault, seen));
            return fault.Kind == FaultKind.Frozen
                ? frozen with { SpeedKmh = fault.Until % 2 < 1 ? 0 : frozen.SpeedKmh }
                : frozen with { Valid = false, SpeedKmh = 0 };
        }
        if (seen.Valid) lastFix = seen;
        if (fault is not { Kind: FaultKind.Drifting or FaultKind.Jumping }) return seen;
        var part = fault.Kind == FaultKind.Drifting ? fault.PartAt(time) : 1;
        return seen with { Place = Geodesy.Move(seen.Place, fault.East * part, fault.North * part) };
    }

    /// <summary>
    /// A receiver that hangs goes on telling the last fix it had: one that tells of none all the while has lost the
    /// satellites, and nobody could tell it from one that is jammed.
    /// </summary>
    Measured HeldBy(Fault fault, Measured seen) =>
        fault.Kind == FaultKind.Frozen && !seen.Valid && lastFix is { } last ? last : seen;

    /// <summary>Takes over what was done to the seal up to now; the event of the last of it.</summary>
    DeviceEvent? Change(double time)
    {
        DeviceEvent? what = null;
        for (; nextChange < changes.Count && changes[nextChange].At <= time; nextChange++)
        {
            seal = changes[nextChange].State ?? seal;
            what = changes[nextChange].Event ?? what;
        }
        return what;
    }

    double Next(double time)
    {
        var at = way.At(time);
        if (at.Moves) standingSince = double.NaN;
        else if (double.IsNaN(standingSince)) standingSince = time;
        var interval = at.Moves ? movingSeconds
            : time - standingSince > SleepAfterSeconds ? sleepingSeconds : standingSeconds;
        var next = time + interval;
        // Setting off wakes the device, and so does what is done to it.
        if (!at.Moves) next = Math.Min(next, Math.Max(time + 1, Math.Ceiling(way.NextSetOff(time))));
        for (var i = nextChange; i < changes.Count && changes[i].At < next; i++)
            if (changes[i].Event is not null) return Math.Max(time + 1, Math.Ceiling(changes[i].At));
        return next;
    }

    bool IsConnected(double time, Stretch at) => at.Doing is Doing.Yard or Doing.Beyond
        || dice.NextDouble() < trip.Country.SignalAt(at.RoadAt(time), role);

    double Send(TrackRecord record, double received)
    {
        // What was sent before the window opened is driven, not recorded.
        if (received < 0) return received;
        sent.Enqueue(record with { Received = received }, (received, order++));
        if (dice.NextDouble() > 0.003) return received;
        // The answer was lost: the same record once more.
        var again = received + dice.Between(8.0, 60.0);
        sent.Enqueue(record with { Received = again }, (again, order++));
        return received;
    }

    void Flush(double received)
    {
        if (habit == Habit.NewestFirst) kept.Reverse();
        else if (habit == Habit.NewestThenOldest)
        {
            kept.Insert(0, kept[^1]);
            kept.RemoveAt(kept.Count - 1);
        }
        foreach (var record in kept) received = Send(record, received + dice.Between(0.05, 0.6));
        kept.Clear();
    }

    double Latency() => dice.NextDouble() < 0.01 ? dice.Between(15.0, 110.0) : dice.Between(0.4, 6.0);

    /// <summary>Most clocks are set by satellite, some are not, and some of those run fast or slow.</summary>
    (double Offset, double Drift) DrawClock() => dice.NextDouble() switch
    {
        < 0.75 => (dice.Between(-1.0, 1.0), 0),
        < 0.95 => (dice.Between(-45.0, 45.0), dice.Between(-2e-5, 2e-5)),
        _ => (dice.Between(-240.0, 240.0), dice.Between(-1e-4, 1e-4)),
    };
}
