namespace Rahdari.Stock;

/// <summary>One time a device was fitted.</summary>
/// <param name="FreedMicros">When it was detached; null while it is fitted.</param>
/// <param name="ReturnedMicros">When it was in a store again.</param>
sealed record DeviceTrip(string Device, string Vendor, long FittedMicros, long? FreedMicros, long? ReturnedMicros);

/// <summary>What came of the alerts that a vendor's devices gave cause to.</summary>
/// <param name="Resolved">Those an officer has decided on.</param>
/// <param name="False">Of these, the false ones.</param>
sealed record AlertTally(int Raised, int Resolved, int False);

/// <summary>How a vendor's devices did. Every share stands with what it is a share of.</summary>
/// <param name="Trips">Times a device was fitted that reach into the window.</param>
/// <param name="SlotsExpected">Half hours in which a fitted device should have been heard.</param>
/// <param name="SlotsHeard">Of these, those in which it was.</param>
/// <param name="Tried">Trips begun in the window and long enough to tell whether the device was dead on fit.</param>
/// <param name="DeadOnFit">Of these, those whose device was not heard in time.</param>
/// <param name="ReturnDays">Median days from being detached to being in a store again; null before the first.</param>
sealed record VendorScore(
    string Vendor, int Devices, int Lost, int Trips, long SlotsExpected, long SlotsHeard, int Tried, int DeadOnFit,
    AlertTally Alerts, int Returned, long? ReturnDays)
{
    /// <summary>Parts per million; null where nothing was expected.</summary>
    public long? CoveragePerMillion => Share(SlotsHeard, SlotsExpected);

    public long? FalseAlarmsPerMillion => Share(Alerts.False, Alerts.Resolved);

    /// <summary>What the devices themselves said here, and what came over the vendor's platform.</summary>
    public WayScore Direct { get; init; } = WayScore.None;

    /// <inheritdoc cref="Direct"/>
    public WayScore Relayed { get; init; } = WayScore.None;

    public long? DeadOnFitPerMillion => Share(DeadOnFit, Tried);

    public static long? Share(long part, long whole) => whole == 0 ? null : part * 1_000_000 / whole;

    /// <param name="heard">By device: which half hours of which day it was heard in.</param>
    /// <param name="since">The window's beginning.</param>
    /// <param name="now">Its end; the half hour under way is not counted.</param>
    public static VendorScore Of(
        string vendor, int devices, int lost, IReadOnlyList<DeviceTrip> trips, AlertTally alerts,
        IReadOnlyDictionary<string, IReadOnlyDictionary<int, long>> heard, long since, long now, TimeSpan deadAfter)
    {
        long expected = 0, got = 0;
        var (tried, dead) = (0, 0);
        foreach (var trip in trips)
        {
            var days = heard.GetValueOrDefault(trip.Device) ?? new Dictionary<int, long>();
            var (_, to) = SlotsOf(trip, since, now);
            var (slots, heardIn) = CoverageOf(trip, days, since, now);
            (expected, got) = (expected + slots, got + heardIn);
            // What was heard before the window is not looked at.
            if (trip.FittedMicros < since) continue;
            var first = DeviceDay.SlotOf(trip.FittedMicros) + 1;
            var last = first + Math.Max(1, (long)(deadAfter / DeviceDay.Slot));
            if (last > to) continue;
            tried++;
            if (DeviceDay.Heard(days, first, last) == 0) dead++;
        }
        var returns = new Spread(trips.Where(t => t.ReturnedMicros is not null)
            .Select(t => (t.ReturnedMicros!.Value - t.FreedMicros!.Value) / DayMicros));
        return new(
            vendor, devices, lost, trips.Count, expected, got, tried, dead, alerts, returns.Count, returns.Median);
    }

    /// <summary>From one to before another; the half hour of fitting is left out: the device may have spoken before it
    /// was fitted.</summary>
    static (long From, long To) SlotsOf(DeviceTrip trip, long since, long now) => (
        DeviceDay.SlotOf(Math.Max(trip.FittedMicros, since)) + 1,
        DeviceDay.SlotOf(Math.Min(trip.FreedMicros ?? now, now)));

    /// <summary>Half hours in which a fitted device should have been heard, and in which of them it was.</summary>
    public static (long Expected, long Heard) CoverageOf(
        DeviceTrip trip, IReadOnlyDictionary<int, long> days, long since, long now)
    {
        var (from, to) = SlotsOf(trip, since, now);
        return to > from ? (to - from, DeviceDay.Heard(days, from, to)) : (0, 0);
    }

    const long DayMicros = 24 * 60 * 60 * 1_000_000L;
}
