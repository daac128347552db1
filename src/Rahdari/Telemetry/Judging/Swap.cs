using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>A unit with the two devices that should stay together.</summary>
sealed record PairedUnit(FollowedUnit Unit, FollowedDevice Container, FollowedDevice Mover)
{
    /// <summary>From when on both were fitted.</summary>
    public DateTimeOffset From => Container.From > Mover.From ? Container.From : Mover.From;
}

/// <summary>Since when each device of two units rides with the other unit's.</summary>
/// <param name="ApartMetres">The least that a device lay from the one it belongs to.</param>
/// <param name="TogetherMetres">The most that a device lay from the one it rides with.</param>
sealed record SwapShown(DateTimeOffset From, DateTimeOffset Until, double ApartMetres, double TogetherMetres);

/// <summary>
/// Devices of two units swapped: the lock of each rides with the tracker of the other, far from its own. Which pair was
/// exchanged, locks or trackers, positions do not tell. Pure; the same set of records gives the same answer.
/// </summary>
static class Swap
{
    const int HexLength = 32;

    /// <summary>
    /// One alert for one way of being fitted, whatever record showed it first and however often the trucks meet.
    /// </summary>
    public static string IdOf(PairedUnit one, PairedUnit other)
    {
        var text = "rahdari-swap/1\n" + string.Join('\n', new[] { one, other }.Select(u =>
            $"{u.Unit.Unit}\n{u.Container.Device}\n{u.Mover.Device}\n{u.From.ToRfc3339()}"));
        return "a-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HexLength];
    }

    /// <param name="records">Of the four devices, in any order, each while it was fitted to its unit.</param>
    /// <returns>Where the records first show it for long enough; null where they do not.</returns>
    public static SwapShown? Find(
        PairedUnit one, PairedUnit other, IEnumerable<JudgedRecord> records, JudgingRules rules)
    {
        // In this order the own partner of place i is i ^ 1, and i ^ 3 is whom it rides with where they are swapped.
        Ride[] rides = [Of(one.Container), Of(one.Mover), Of(other.Container), Of(other.Mover)];
        foreach (var record in records.Order())
        {
            var i = Array.FindIndex(rides, r => r.Device == record.Device);
            if (i < 0 || rides[i].Trail.Consider(record, rules) != Plausibility.Believed) continue;
            rides[i].Recent.Take(rides[i].Trail.Last!.Value);
            if (Metres(rides[i], rides[i ^ 1]) is not { } apart || Metres(rides[i], rides[i ^ 3]) is not { } together)
                continue;
            rides[i].Note(record.AtMicros, apart, together, rules);
            if (Shown(rides, rules) is { } shown) return shown;
        }
        return null;
    }

    public static Finding.Raise Raise(PairedUnit one, PairedUnit other, SwapShown shown) => new(
        IdOf(one, other), one.Unit.Unit, AlertKind.DevicesSwapped, AlertSeverity.Critical, shown.From, shown.Until,
        Late: false, one.Container.Device, null,
        new($"alert.{AlertKind.DevicesSwapped.Slug()}",
        [
            "unit", one.Unit.Unit.ToString(), "device", one.Container.Device.ToString(),
            "partner", one.Mover.Device.ToString(), "otherUnit", other.Unit.Unit.ToString(),
            "otherDevice", other.Container.Device.ToString(), "otherPartner", other.Mover.Device.ToString(),
            "minutes", Sentence.Minutes(shown.Until - shown.From), "metres", Sentence.Metres(shown.ApartMetres),
            "together", Math.Ceiling(shown.TogetherMetres).ToString("0", CultureInfo.InvariantCulture),
        ]), CutFrom: null) { OtherUnit = other.Unit.Unit };

    static Ride Of(FollowedDevice device) => new(device.Device.ToString());

    static SwapShown? Shown(Ride[] rides, JudgingRules rules)
    {
        var (from, until) = (long.MinValue, long.MaxValue);
        foreach (var ride in rides)
        {
            if (ride.SinceMicros is not { } since) return null;
            (from, until) = (Math.Max(from, since), Math.Min(until, ride.UntilMicros));
        }
        return until - from >= rules.SwapSeconds * 1_000_000L
            ? new(
                CorridorTime.FromMicros(from), CorridorTime.FromMicros(until), rides.Min(r => r.ApartMetres),
                rides.Max(r => r.TogetherMetres))
            : null;
    }

    /// <summary>
    /// How far the last place of each lies from the way of the other, the less of both: as <see cref="Parting"/> asks.
    /// </summary>
    static double? Metres(Ride own, Ride other)
    {
        if (!own.Recent.IsComplete() || !other.Recent.IsComplete()) return null;
        var (here, there) = (own.Trail.Last!.Value, other.Trail.Last!.Value);
        if (here.AtMicros - there.AtMicros > Recent.SpanMicros) return null;
        return own.Recent.MetresFrom(there) is not { } away ? null
            : other.Recent.MetresFrom(here) is { } back && back < away ? back : away;
    }

    /// <summary>One of the four devices on its way.</summary>
    sealed class Ride(string device)
    {
        public string Device => device;
        public Trail Trail { get; } = new();
        public Recent Recent { get; } = new();

        /// <summary>Since when it rides with the other unit's; null where it does not, or that is not known.</summary>
        public long? SinceMicros { get; private set; }
        public long UntilMicros { get; private set; }
        public double ApartMetres { get; private set; }
        public double TogetherMetres { get; private set; }

        public void Note(long atMicros, double apart, double together, JudgingRules rules)
        {
            var near = rules.ApartMetres * Parting.Together;
            if (apart <= near || together > rules.ApartMetres)
            {
                SinceMicros = null;
                return;
            }
            if (apart <= rules.ApartMetres || together > near) return;
            if (SinceMicros is null || atMicros - UntilMicros > Fold.Reporting.Ticks / TimeSpan.TicksPerMicrosecond)
                (SinceMicros, ApartMetres, TogetherMetres) = (atMicros, apart, together);
            UntilMicros = atMicros;
            ApartMetres = Math.Min(ApartMetres, apart);
            TogetherMetres = Math.Max(TogetherMetres, together);
        }
    }
}
