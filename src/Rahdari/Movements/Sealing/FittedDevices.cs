using System.Collections.Concurrent;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// Answers from memory which unit a device speaks for. What this process commits is known here at once; what another
/// process on the same database commits, after <see cref="Trusted"/> at the latest.
/// </summary>
sealed class FittedDevices(
    IDesk desk, RecordedFeed feed, TimeProvider machine, NodeSettings node, CorridorPack pack)
    : BackgroundService, IFittedDevices
{
    /// <summary>
    /// How long an answer is believed without asking again: one report of a device at the usual interval.
    /// </summary>
    static readonly TimeSpan Trusted = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Ten corridors' devices (design 5: 20,000 a corridor); beyond it the memory is emptied and fills again.
    /// </summary>
    const int MaxDevices = 200_000;

    sealed record Row(
        long FromMicros, long? UntilMicros, string Mrn, int Unit, string Role, long? ExitedMicros,
        long? FollowedMicros, string? RouteId, string? OfficeOfExit, string? OfficeOfEntry);

    sealed record Fitting(long FromMicros, long? UntilMicros, FittedUnit Unit);

    sealed record Known(IReadOnlyList<Fitting> Fittings, long LoadedAt);

    readonly ConcurrentDictionary<DeviceId, Known> known = new();
    long forgotten;

    public async ValueTask<FittedUnit?> FindAsync(DeviceId device, DateTimeOffset at, CancellationToken cancel)
    {
        if (!known.TryGetValue(device, out var answer) || machine.GetElapsedTime(answer.LoadedAt) > Trusted)
            answer = await LoadAsync(device, cancel);
        var micros = at.ToMicros();
        return answer.Fittings.FirstOrDefault(f =>
            f.FromMicros <= micros && (f.UntilMicros is not { } until || micros < until))?.Unit;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var recorded in feed.ListenAsync(stoppingToken))
        {
            if (recorded.Body is UnitTurnedBack or UnitExited or FollowingEnded or ObservationCorrected)
                foreach (var unit in UnitState.Touched(recorded.Body))
                    Forget(new UnitId(new(recorded.Header.Stream.Subject), unit));
            if (recorded.Header.Stream.Administration != node.Administration) continue;
            if (recorded.Body is DeviceFitted fitted) Forget(fitted.Device);
            else if (recorded.Body is DeviceDetached detached) Forget(detached.Device);
        }
    }

    /// <summary>What is known of each device that ever spoke for a unit: a few in some thousands, some times a trip.
    /// </summary>
    void Forget(UnitId unit)
    {
        Interlocked.Increment(ref forgotten);
        foreach (var (device, answer) in known)
            if (answer.Fittings.Any(f => f.Unit.Unit == unit)) known.TryRemove(device, out _);
    }

    void Forget(DeviceId device)
    {
        Interlocked.Increment(ref forgotten);
        known.TryRemove(device, out _);
    }

    async Task<Known> LoadAsync(DeviceId device, CancellationToken cancel)
    {
        var before = Interlocked.Read(ref forgotten);
        var rows = await desk.QueryAsync<Row>(
            """
            select f.from_micros, f.until_micros, f.mrn, f.unit, f.role, f.exited_micros, f.followed_micros, m.route_id,
                m.office_of_exit, m.office_of_entry
            from fitted_device f left join movement_board m on m.mrn = f.mrn
            where f.device = @device order by f.from_micros desc
            """, new { device = device.ToString() }, cancel);
        var loaded = new Known([.. rows.Select(FittingOf)], machine.GetTimestamp());
        if (known.Count >= MaxDevices) known.Clear();
        known[device] = loaded;
        // Forgotten while it was read: what was read may be the state before.
        if (Interlocked.Read(ref forgotten) != before) known.TryRemove(device, out _);
        return loaded;
    }

    Fitting FittingOf(Row row) => new(
        row.FromMicros, row.UntilMicros,
        new(new(new Mrn(row.Mrn), row.Unit), Enum.Parse<DeviceRole>(row.Role)) { Limit = LimitOf(row) });

    /// <summary>Null where it goes on: before the exit, and where the rules of that day follow beyond it.</summary>
    FollowingLimit? LimitOf(Row row)
    {
        if (row is not { ExitedMicros: { } exitedMicros, RouteId: { } route, OfficeOfExit: { } exit,
            OfficeOfEntry: { } entry }) return null;
        var exited = CorridorTime.FromMicros(exitedMicros);
        if (pack.Transit.At(exited)?.Value is { FollowBeyondExit: true }) return null;
        var (from, to) = (OfficeId.Parse(exit), OfficeId.Parse(entry));
        return new(
            exited, row.FollowedMicros is { } last ? CorridorTime.FromMicros(last) : null,
            pack.Transit.At(exited)?.Value.ProvingFixes ?? TransitRules.Proving,
            place => BeyondCrossing.IsBeyondZone(pack, from, to, route, new(place.Latitude, place.Longitude)));
    }
}
