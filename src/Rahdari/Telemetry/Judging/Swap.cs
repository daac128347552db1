using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>A unit with the two devices that should stay together.</summary>
sealed record PairedUnit(FollowedUnit Unit, FollowedDevice Container, FollowedDevice Mover)
{
    /// <summary>From when on both were fitted.</summary>
    public DateTimeOffset From => Container.From > Mover.From ? Container.From : Mover.From;

    /// <summary>Null where the unit had not one of each at that time.</summary>
    public static PairedUnit? At(FollowedUnit unit, DateTimeOffset time)
    {
        var fitted = unit.Devices.Where(d => d.From <= time && !(d.Until <= time)).ToList();
        return fitted.Find(d => d.Role == DeviceRole.Container) is { } container
            && fitted.Find(d => d.Role == DeviceRole.PrimeMover) is { } mover
            ? new(unit, container, mover)
            : null;
    }
}

/// <summary>Since when each device of two units rides with the other unit's.</summary>
/// <param name="ApartMetres">The least that a device lay from the one it belongs to.</param>
/// <param name="TogetherMetres">The most that a device lay from the one it rides with.</param>
sealed record SwapShown(DateTimeOffset From, DateTimeOffset Until, double ApartMetres, double TogetherMetres)
{
    /// <summary>
    /// Since when the devices of one of the units ride with each other again, and far from the other unit's; null while
    /// that is not shown.
    /// </summary>
    public DateTimeOffset? EndedAt { get; init; }
}

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
    /// <param name="again">How many swaps of this fitting were told before, each put right since.</param>
    public static string IdOf(PairedUnit one, PairedUnit other, int again = 0)
    {
        var text = "rahdari-swap/1\n" + string.Join('\n', new[] { one, other }.Select(u =>
            $"{u.Unit.Unit}\n{u.Container.Device}\n{u.Mover.Device}\n{u.From.ToRfc3339()}"));
        if (again > 0) text += $"\n{again}";
        return "a-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HexLength];
    }

    /// <param name="records">Of the four devices, in any order, each while it was fitted to its unit.</param>
    /// <returns>Each swap that the records show for long enough, in order of time.</returns>
    public static IReadOnlyList<SwapShown> Over(
        PairedUnit one, PairedUnit other, IEnumerable<JudgedRecord> records, JudgingRules rules)
    {
        // In this order the own partner of place i is i ^ 1, and i ^ 3 is whom it rides with where they are swapped.
        Ride[] rides = [new(one.Container), new(one.Mover), new(other.Container), new(other.Mover)];
        var swaps = new List<SwapShown>();
        foreach (var record in records.Order())
        {
            var i = Array.FindIndex(rides, r => r.Device == record.Device);
            if (i < 0 || rides[i].Trail.Consider(record, rules) != Plausibility.Believed) continue;
            rides[i].Recent.Take(rides[i].Trail.Last!.Value);
            if (Metres(rides[i], rides[i ^ 1]) is not { } own) continue;
            var others = Metres(rides[i], rides[i ^ 3]);
            if (others is { } with) rides[i].Away.Take(record.AtMicros, own, with, rules);
            // Together where nothing is heard of the other unit, they are together.
            if (others is not null || IsUnheard(rides[i ^ 3], record.AtMicros, rules))
                rides[i].Home.Take(record.AtMicros, others ?? double.PositiveInfinity, own, rules);
            if (swaps is not [.., { EndedAt: null } open])
            {
                if (Shown(rides, rules) is { } shown) swaps.Add(shown);
            }
            else if (LastingOf([rides[i].Home, rides[i ^ 1].Home], rules) is { } back)
                swaps[^1] = open with { EndedAt = CorridorTime.FromMicros(back.From) };
        }
        return swaps;
    }

    public static Finding.Raise Raise(PairedUnit one, PairedUnit other, SwapShown shown, int again = 0) => new(
        IdOf(one, other, again), one.Unit.Unit, AlertKind.DevicesSwapped, AlertSeverity.Critical, shown.From,
        shown.Until, Late: false, one.Container.Device, null,
        new($"alert.{AlertKind.DevicesSwapped.Slug()}",
        [
            "unit", one.Unit.Unit.ToString(), "device", one.Container.Device.ToString(),
            "partner", one.Mover.Device.ToString(), "otherUnit", other.Unit.Unit.ToString(),
            "otherDevice", other.Container.Device.ToString(), "otherPartner", other.Mover.Device.ToString(),
            "minutes", Sentence.Minutes(shown.Until - shown.From), "metres", Sentence.Metres(shown.ApartMetres),
            "together", Math.Ceiling(shown.TogetherMetres).ToString("0", CultureInfo.InvariantCulture),
        ]), CutFrom: null) { OtherUnit = other.Unit.Unit };

    /// <summary>What is said of a swap once it is over.</summary>
    /// <param name="args">Of the sentence that told it.</param>
    public static Sentence Ended(IReadOnlyList<string> args, TimeSpan length) => new(
        EndedKey,
        [.. args.Select((arg, i) => i > 0 && i % 2 == 1 && args[i - 1] == "minutes" ? Sentence.Minutes(length) : arg)]);

    public const string EndedKey = "alert.devices-swapped.over";

    static SwapShown? Shown(Ride[] rides, JudgingRules rules) =>
        LastingOf(rides.Select(r => r.Away), rules) is { } lasting
            ? new(
                CorridorTime.FromMicros(lasting.From), CorridorTime.FromMicros(lasting.Until),
                rides.Min(r => r.Away.FarMetres), rides.Max(r => r.Away.NearMetres))
            : null;

    /// <summary>What all of some stretches share, where that is as long as the rules ask for.</summary>
    static (long From, long Until)? LastingOf(IEnumerable<Stretch> stretches, JudgingRules rules)
    {
        var (from, until) = (long.MinValue, long.MaxValue);
        foreach (var one in stretches)
        {
            if (one.SinceMicros is not { } since) return null;
            (from, until) = (Math.Max(from, since), Math.Min(until, one.UntilMicros));
        }
        return until - from >= rules.SwapSeconds * 1_000_000L ? (from, until) : null;
    }

    static bool IsUnheard(Ride ride, long atMicros, JudgingRules rules) => ride.Trail.Last is not { } last
        || atMicros - last.AtMicros > rules.ReportGapSeconds * 1_000_000L;

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
    sealed class Ride(FollowedDevice device)
    {
        public string Device { get; } = device.Device.ToString();
        public Trail Trail { get; } = new();
        public Recent Recent { get; } = new();

        /// <summary>With the other unit's, far from its own.</summary>
        public Stretch Away { get; } = new();

        /// <summary>With its own, far from the other unit's.</summary>
        public Stretch Home { get; } = new();
    }

    /// <summary>For how long a device rides with one and not with another.</summary>
    sealed class Stretch
    {
        /// <summary>Null where it does not, or that is not known.</summary>
        public long? SinceMicros { get; private set; }
        public long UntilMicros { get; private set; }
        public double FarMetres { get; private set; }
        public double NearMetres { get; private set; }

        /// <param name="far">Metres from the one it does not ride with.</param>
        /// <param name="near">Metres from the one it rides with.</param>
        public void Take(long atMicros, double far, double near, JudgingRules rules)
        {
            var together = Parting.TogetherWithin(rules);
            if (far <= together || near > rules.ApartMetres)
            {
                SinceMicros = null;
                return;
            }
            if (far <= rules.ApartMetres || near > together) return;
            if (SinceMicros is null || atMicros - UntilMicros > rules.ReportGapSeconds * 1_000_000L)
                (SinceMicros, FarMetres, NearMetres) = (atMicros, far, near);
            UntilMicros = atMicros;
            FarMetres = Math.Min(FarMetres, far);
            NearMetres = Math.Max(NearMetres, near);
        }
    }
}
