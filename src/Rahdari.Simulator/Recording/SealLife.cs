using Rahdari.Devices;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>What is done to the lock and seal of one unit, and what its devices tell of themselves besides.</summary>
sealed class SealLife(LockKind kind, Dice dice)
{
    readonly List<SealChange> changes = [];
    readonly List<Happening> truth = [];
    double busyUntil = double.NegativeInfinity;

    public IReadOnlyList<Happening> Truth => truth;

    /// <summary>In order of time.</summary>
    public IReadOnlyList<SealChange> Changes => [.. changes.OrderBy(c => c.At)];

    SealState Closed => kind switch
    {
        LockKind.Rope => new(Locked: true, RopePresent: true, CoverClosed: true),
        LockKind.Padlock => new(Locked: true, CoverClosed: true, ShackleClosed: true),
        _ => new(Locked: true, DoorClosed: true),
    };

    SealState Open => kind switch
    {
        LockKind.Rope => new(Locked: false, RopePresent: false, CoverClosed: true),
        LockKind.Padlock => new(Locked: false, CoverClosed: true, ShackleClosed: false),
        _ => new(Locked: false, DoorClosed: false),
    };

    /// <summary>In the yard, by the officer who may.</summary>
    public void Seal(double before, double at)
    {
        changes.Add(new(before, Open, null, DeviceRole.Container));
        changes.Add(new(at, Closed, DeviceEvent.SealedByCard, DeviceRole.Container));
    }

    /// <summary>A unit that was sealed before the record begins.</summary>
    public void Sealed(double before) => changes.Add(new(before, Closed, null, DeviceRole.Container));

    /// <summary>Opened by permission and closed again; not while something else is done to it.</summary>
    public void Inspect(double from, double until)
    {
        if (from < busyUntil) return;
        busyUntil = until + 600;
        changes.Add(new(from, Open, DeviceEvent.UnsealedByDynamicPassword, DeviceRole.Container));
        changes.Add(new(until, Closed, DeviceEvent.SealedByCard, DeviceRole.Container));
        truth.Add(new("permit:opening", from - 300, until + 300));
    }

    /// <summary>A word of a device about itself; the seal stays as it is.</summary>
    public void Tell(double at, DeviceEvent what, DeviceRole role) => changes.Add(new(at, null, what, role));

    /// <summary>Not while something else is done to it, and never again where that is not put right.</summary>
    /// <summary>Somebody tried and the lock did not open.</summary>
    public void Refused(double at)
    {
        Tell(at, dice.NextDouble() < 0.5
            ? DeviceEvent.UnsealRefusedOutsideFence
            : DeviceEvent.UnsealRefusedBadPassword, DeviceRole.Container);
        truth.Add(new("benign:unlock-refused", at - 30, at + 60));
    }

    /// <param name="mended">Infinity where it is never put right.</param>
    public void Tamper(Misdeed misdeed, double at, double mended)
    {
        if (at < busyUntil) return;
        busyUntil = mended + 600;
        var (state, what, slug) = misdeed switch
        {
            Misdeed.RopeCut => (Closed with { RopePresent = false }, DeviceEvent.RopeCut, "rope-cut"),
            Misdeed.CoverOpened => (
                kind == LockKind.Door ? Closed : Closed with { CoverClosed = false },
                dice.NextDouble() < 0.5 ? DeviceEvent.CoverOpened : DeviceEvent.Tampered, "cover-opened"),
            Misdeed.SealOpened => (
                kind == LockKind.Padlock ? Closed with { ShackleClosed = false } : Closed with { DoorClosed = false },
                kind == LockKind.Padlock ? DeviceEvent.OpenedWhileSealed : DeviceEvent.DoorOpened, "seal-opened"),
            _ => (Closed with { Locked = false }, HowUnlocked(), "unlocked"),
        };
        // Some locks only show the new state in their next report; one that cannot show it has to say it.
        var silent = state != Closed && dice.NextDouble() < 0.08;
        changes.Add(new(at, state, silent ? null : what, DeviceRole.Container));
        if (!double.IsInfinity(mended)) changes.Add(new(mended, Closed, null, DeviceRole.Container));
        truth.Add(new(slug, at, mended));
    }

    /// <summary>At the office of entry.</summary>
    public void Unseal(double at, double until)
    {
        changes.Add(new(at, Open, DeviceEvent.UnsealedByCard, DeviceRole.Container));
        truth.Add(new("permit:opening", at - 300, until));
    }

    DeviceEvent HowUnlocked() => dice.Between(0, 3) switch
    {
        0 => DeviceEvent.UnsealedByCard,
        1 => DeviceEvent.UnsealedByStaticPassword,
        2 => DeviceEvent.UnsealedByBluetooth,
        _ => DeviceEvent.Unsealed,
    };
}
