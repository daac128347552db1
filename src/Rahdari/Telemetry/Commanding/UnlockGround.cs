using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>
/// Where the devices that an unlocking asks about say they are. It is read before the decision, because a long read of
/// the journal would keep every other writer of the record waiting, and as the record and its journal share no
/// transaction, it would be no truer in it. What has to hold is asked in the decision: that the places are those of the
/// devices fitted by then, and not older by then than the rules allow. A place told since counts from the next
/// decision on.
/// </summary>
/// <param name="Tracker">The newest fix of the prime mover's tracker; null where there is none.</param>
/// <param name="Lock">The newest of the device to be unlocked.</param>
sealed record UnlockPlaces(DeviceFix? Tracker, DeviceFix? Lock)
{
    public static readonly UnlockPlaces None = new(null, null);

    public static async Task<UnlockPlaces> ReadAsync(
        IDesk desk, DeviceFixes fixes, UnitId unit, string commandId, AdministrationId own, CancellationToken cancel)
    {
        var commands = await desk.FoldAsync<CommandState>(unit.Mrn.Value, cancel);
        if (commands.Find(commandId, own) is not { Kind: CommandKind.Unlock } command) return None;
        var movement = await desk.FoldAsync<MovementState>(unit.Mrn.Value, cancel);
        var tracker = UnlockGround.TrackerOf(movement, unit.Number, command) is { } device
            ? await fixes.LatelyAsync(device, cancel)
            : null;
        return new(tracker, await fixes.LatelyAsync(command.Device, cancel));
    }
}

/// <summary>What the devices of a unit, and judging, say of where it is.</summary>
/// <param name="Apart">An alert of this side is open that the unit's devices are apart, swapped with another unit's, or
/// name places that slide apart.</param>
sealed record UnlockEvidence(DeviceFix? Tracker, DeviceFix? Lock, bool Apart)
{
    /// <summary>What says that the two devices do not name one place. A slide may turn out to be a parting, and stays
    /// the board's drift.</summary>
    static readonly string[] Contradicted =
        [AlertKind.DevicesApart.Slug(), AlertKind.DevicesSwapped.Slug(), AlertKind.Drift.Slug()];

    public static async Task<UnlockEvidence> ReadAsync(
        IDeskReader reader, UnlockPlaces places, UnitId unit, UnitCommand? command, CancellationToken cancel)
    {
        if (command is not { Kind: CommandKind.Unlock }) return new(places.Tracker, places.Lock, false);
        var apart = await reader.QueryAsync<string>(
            """
            select alert_id from alert_board where administration = @own and kind in @kinds
                and status in ('raised', 'acknowledged')
                and ((mrn = @mrn and unit = @unit) or (other_mrn = @mrn and other_unit = @unit)) limit 1
            """,
            new { own = reader.Own.Value, mrn = unit.Mrn.Value, unit = unit.Number, kinds = Contradicted }, cancel);
        return new(places.Tracker, places.Lock, apart.Count > 0);
    }
}

/// <summary>
/// Whether an unlocking may be, asked by the second officer's approval and again when the lock is there to be opened:
/// the rules allow it, and two devices that are fitted to the unit say, by positions of now, that it stands in the zone
/// of the office whose officers answer for it. A place that is surely the device's speaks against it for good. What
/// anybody who reaches a port could have brought about makes it wait: a place that may be another's, an alert that may
/// rest on such places, silence.
/// </summary>
/// <param name="Refusal">Null where it may.</param>
/// <param name="Metres">From the office to the tracker.</param>
sealed record UnlockGround(Refusal? Refusal, DeviceFix? Tracker = null, int Metres = 0)
{
    const string Apart = "devices-are-apart", TrackerSilent = "tracker-not-heard", LockSilent = "lock-not-heard",
        LockOutside = "lock-outside-zone";

    /// <summary>The next report of a device, or an officer who resolves the alert, may mend it.</summary>
    public bool MayCome { get; private init; }

    /// <summary>Whether a sending that is refused with this code, having been said before, waits.</summary>
    public static bool IsWait(string code) => code is Apart or TrackerSilent or LockSilent or LockOutside;

    public static UnlockGround Of(
        MovementState movement, UnitCommand command, CommandRules? rules, Office? office, UnlockEvidence evidence,
        DateTimeOffset now)
    {
        if (rules is not { RemoteUnlock: true }) return new(new Refusal("remote-unlock-off"));
        if (office is null) return new(new Refusal("second-officer-elsewhere").With("office", command.Office));
        if (TrackerOf(movement, command.Unit, command) is not { } tracker) return new(new Refusal("tracker-missing"));
        var (metres, apart) = (
            evidence.Tracker is { Sure: true } ? MetresOf(evidence.Tracker, tracker) : null,
            MetresOf(evidence.Lock, command.Device));
        // First what ends it: it does not come back from the road while something else is waited for.
        if (metres > office.ZoneRadiusMetres) return new(Outside("unit-outside-zone", metres.Value));
        if (apart > office.ZoneRadiusMetres && evidence.Lock!.Sure) return new(Outside(LockOutside, apart.Value));
        if (evidence.Apart) return Waits(new Refusal(Apart));
        if (metres is null) return Waits(NotHeard(TrackerSilent, tracker));
        if (apart is null) return Waits(NotHeard(LockSilent, command.Device));
        return apart > office.ZoneRadiusMetres
            ? Waits(Outside(LockOutside, apart.Value))
            : new(null, evidence.Tracker, metres.Value);

        // Null where the device told no place lately.
        int? MetresOf(DeviceFix? fix, DeviceId device) => fix is not null && fix.Device == device && fix.FixedAt <= now
            && fix.FixedAt >= now.AddSeconds(-rules.PositionSeconds)
                ? (int)Math.Ceiling(Earth.MetresBetween(office.Place, fix.Place))
                : null;
        UnlockGround Waits(Refusal why) => new(why) { MayCome = true };
        Refusal NotHeard(string code, DeviceId device) =>
            new Refusal(code).With("device", device).With("seconds", rules.PositionSeconds);
        Refusal Outside(string code, int far) =>
            new Refusal(code).With("metres", far).With("zone", office.ZoneRadiusMetres);
    }

    /// <summary>The device whose position is independent of the one to be unlocked.</summary>
    public static DeviceId? TrackerOf(MovementState movement, int unit, UnitCommand command) =>
        movement.Find(unit)?.LiveDevices
            .Where(d => d.Role == DeviceRole.PrimeMover && d.Side == command.Side && d.Device != command.Device)
            .Select(d => (DeviceId?)d.Device).FirstOrDefault();
}
