namespace Rahdari.Stock;

/// <summary>
/// How a vendor's devices did over one way: spoken to by themselves, or passed on by a platform. A device that was
/// heard over both ways counts for both, each with what came over it; one never heard counts for its own line, unless
/// it was passed on before.
/// </summary>
/// <param name="Devices">Devices of trips that reach into the window that count for this way.</param>
/// <param name="SlotsExpected">Half hours in which they should have been heard.</param>
/// <param name="SlotsHeard">Of these, those in which they were, over this way.</param>
/// <param name="Alerts">What records that came over this way gave cause to.</param>
sealed record WayScore(int Devices, long SlotsExpected, long SlotsHeard, AlertTally Alerts)
{
    public static readonly WayScore None = new(0, 0, 0, new(0, 0, 0));

    /// <summary>Parts per million; null where nothing was expected.</summary>
    public long? CoveragePerMillion => VendorScore.Share(SlotsHeard, SlotsExpected);

    public long? FalseAlarmsPerMillion => VendorScore.Share(Alerts.False, Alerts.Resolved);

    /// <param name="heard">By device: which half hours of which day it was heard in over this way.</param>
    /// <param name="isOfWay">Whether a device counts for this way.</param>
    public static WayScore Of(
        IReadOnlyList<DeviceTrip> trips, AlertTally alerts,
        IReadOnlyDictionary<string, IReadOnlyDictionary<int, long>> heard, Func<string, bool> isOfWay, long since,
        long now)
    {
        var nothing = new Dictionary<int, long>();
        var (devices, expected, got) = (new HashSet<string>(StringComparer.Ordinal), 0L, 0L);
        foreach (var trip in trips.Where(t => isOfWay(t.Device)))
        {
            var (slots, heardIn) = VendorScore.CoverageOf(
                trip, heard.GetValueOrDefault(trip.Device) ?? nothing, since, now);
            devices.Add(trip.Device);
            (expected, got) = (expected + slots, got + heardIn);
        }
        return new(devices.Count, expected, got, alerts);
    }
}
