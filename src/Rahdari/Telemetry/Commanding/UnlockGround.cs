using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>What the devices of a unit, and judging, say of where it is.</summary>
/// <param name="Tracker">The newest fix of the prime mover's tracker that is surely its own; null where there is none.
/// </param>
/// <param name="Lock">The newest of the device to be unlocked.</param>
/// <param name="Apart">An alert of this side is open that the unit's devices are apart, swapped with another unit's, or
/// name places that slide apart.</param>
sealed record UnlockEvidence(DeviceFix? Tracker, DeviceFix? Lock, bool Apart)
{
    static readonly UnlockEvidence Nothing = new(null, null, false);

    /// <summary>What says that the two devices do not name one place. A slide may turn out to be a parting, and stays
    /// the board's drift.</summary>
    static readonly string[] Contradicted =
        [AlertKind.DevicesApart.Slug(), AlertKind.DevicesSwapped.Slug(), AlertKind.Drift.Slug()];

    public static async Task<UnlockEvidence> ReadAsync(
        IDeskReader reader, DeviceFixes fixes, MovementState movement, UnitId unit, UnitCommand? command,
        CancellationToken cancel)
    {
        if (command is null || reader.Pack.Commands.At(reader.Now)?.Value is not { } rules) return Nothing;
        var since = reader.Now.AddSeconds(-rules.PositionSeconds);
        var tracker = UnlockGround.TrackerOf(movement, unit.Number, command) is { } device
            ? await fixes.NewestAsync(device, since, reader.Now, sure: true, cancel)
            : null;
        var own = await fixes.NewestAsync(command.Device, since, reader.Now, sure: false, cancel);
        var apart = await reader.QueryAsync<string>(
            """
            select alert_id from alert_board where administration = @own and kind in @kinds
                and status in ('raised', 'acknowledged')
                and ((mrn = @mrn and unit = @unit) or (other_mrn = @mrn and other_unit = @unit)) limit 1
            """,
            new { own = reader.Own.Value, mrn = unit.Mrn.Value, unit = unit.Number, kinds = Contradicted }, cancel);
        return new(tracker, own, apart.Count > 0);
    }
}

/// <summary>
/// Whether an unlocking may be, asked by the second officer's approval and again when the lock is there to be opened:
/// the rules allow it, and two devices that are fitted to the unit say, by positions of now, that it stands in the zone
/// of the office whose officers answer for it.
/// </summary>
/// <param name="Refusal">Null where it may.</param>
/// <param name="Metres">From the office to the tracker.</param>
sealed record UnlockGround(Refusal? Refusal, DeviceFix? Tracker = null, int Metres = 0)
{
    /// <summary>A device was not heard, which its next report may mend.</summary>
    public bool MayCome { get; private init; }

    public static UnlockGround Of(
        MovementState movement, UnitCommand command, CommandRules? rules, Office? office, UnlockEvidence evidence,
        DateTimeOffset now)
    {
        if (rules is not { RemoteUnlock: true }) return new(new Refusal("remote-unlock-off"));
        if (office is null) return new(new Refusal("second-officer-elsewhere").With("office", command.Office));
        if (TrackerOf(movement, command.Unit, command) is not { } tracker) return new(new Refusal("tracker-missing"));
        if (evidence.Apart) return new(new Refusal("devices-are-apart"));
        if (!IsFresh(evidence.Tracker, tracker))
            return NotHeard(new Refusal("tracker-not-heard").With("device", tracker));
        var metres = MetresFrom(evidence.Tracker!);
        if (metres > office.ZoneRadiusMetres) return Outside(new Refusal("unit-outside-zone"), metres);
        if (!IsFresh(evidence.Lock, command.Device))
            return NotHeard(new Refusal("lock-not-heard").With("device", command.Device));
        return MetresFrom(evidence.Lock!) is var apart && apart > office.ZoneRadiusMetres
            ? Outside(new Refusal("lock-outside-zone"), apart)
            : new(null, evidence.Tracker, metres);

        bool IsFresh(DeviceFix? fix, DeviceId device) => fix is not null && fix.Device == device && fix.FixedAt <= now
            && fix.FixedAt >= now.AddSeconds(-rules.PositionSeconds);
        int MetresFrom(DeviceFix fix) => (int)Math.Ceiling(Earth.MetresBetween(office.Place, fix.Place));
        UnlockGround NotHeard(Refusal why) => new(why.With("seconds", rules.PositionSeconds)) { MayCome = true };
        UnlockGround Outside(Refusal why, int metres) =>
            new(why.With("metres", metres).With("zone", office.ZoneRadiusMetres));
    }

    /// <summary>The device whose position is independent of the one to be unlocked.</summary>
    public static DeviceId? TrackerOf(MovementState movement, int unit, UnitCommand command) =>
        movement.Find(unit)?.LiveDevices
            .Where(d => d.Role == DeviceRole.PrimeMover && d.Side == command.Side && d.Device != command.Device)
            .Select(d => (DeviceId?)d.Device).FirstOrDefault();
}
