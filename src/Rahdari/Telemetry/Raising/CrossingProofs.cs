using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Telemetry.Raising;

/// <summary>A device of a unit told of a place that lies beyond the crossing for certain.</summary>
sealed record CrossingProof(UnitId Unit, DeviceId Device, DateTimeOffset At)
{
    /// <summary>
    /// Null where the record proves nothing: another place, another record said the same, or a corridor that follows
    /// beyond the exit. Whether the exit is recorded is not asked: it may be recorded late.
    /// </summary>
    public static CrossingProof? Of(JournaledFix fix, FollowedUnit unit, CorridorPack pack) =>
        fix is { DuplicateFact: false, Quarantine: null } && unit is { EndedAt: null, Plan: { } plan }
        && FollowingLimit.PlaceOf(fix) is { } place
        && pack.Transit.At(fix.JudgedAt)?.Value is not { FollowBeyondExit: true }
        && BeyondCrossing.IsBeyondZone(
            pack, plan.Exit, plan.Entry, unit.RouteId, new(place.Latitude, place.Longitude))
            ? new(unit.Unit, fix.Device, fix.JudgedAt)
            : null;
}

/// <summary>
/// Table <c>crossing_proof</c>: when devices told places beyond the crossing, of units still followed, written in the
/// transaction that moves judging's watermark. Whoever counts them reads no journal.
/// </summary>
static class CrossingProofs
{
    /// <summary>Times kept of one device, the newest: those before the exit and a few disordered ones are beside them.
    /// </summary>
    const int MostOfDevice = 2 * TransitRules.MostProvingFixes;

    /// <summary>Never changed: a new column or index is a script of <see cref="JudgingTables.Tables"/>.</summary>
    public const string Released =
        """
        create table if not exists crossing_proof (
            mrn text not null, unit integer not null, device text not null, at_micros bigint not null,
            primary key (mrn, unit, device, at_micros));
        """;

    /// <summary>Two records of one time are one.</summary>
    public static async Task PutAsync(IRecordTransaction transaction, CrossingProof proof, CancellationToken cancel)
    {
        var args = new
        {
            mrn = proof.Unit.Mrn.Value, unit = proof.Unit.Number, device = proof.Device.ToString(),
            at = proof.At.ToMicros(), most = MostOfDevice,
        };
        await transaction.ExecuteAsync(
            """
            insert into crossing_proof (mrn, unit, device, at_micros) values (@mrn, @unit, @device, @at)
            on conflict (mrn, unit, device, at_micros) do nothing
            """, args, cancel);
        await transaction.ExecuteAsync(
            """
            delete from crossing_proof where mrn = @mrn and unit = @unit and device = @device and at_micros not in
                (select at_micros from crossing_proof where mrn = @mrn and unit = @unit and device = @device
                order by at_micros desc limit @most)
            """, args, cancel);
    }

    /// <summary>Nothing of a unit is asked any more, or it is asked anew.</summary>
    public static Task ForgetAsync(IRecordTransaction transaction, Mrn mrn, int unit, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            "delete from crossing_proof where mrn = @mrn and unit = @unit", new { mrn = mrn.Value, unit }, cancel);

    public static Task ForgetAsync(IRecordTransaction transaction, DateTimeOffset before, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            "delete from crossing_proof where at_micros < @before", new { before = before.ToMicros() }, cancel);
}
