using System.Collections.Immutable;
using Rahdari.Devices;

namespace Rahdari.Telemetry.Judging;

/// <summary>An alert of silence, as far as it was told to the record.</summary>
/// <param name="CauseAt">When the device fell silent.</param>
/// <param name="From">When the first device of the alert did.</param>
sealed record TrackedAlert(string Id, DateTimeOffset CauseAt, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A stretch of receive time in which a device was heard again and again.</summary>
/// <param name="Place">Where it was believed to be at last; null where that was never known.</param>
/// <param name="Age">How long before <paramref name="Until"/> that was.</param>
readonly record struct Heard(
    DateTimeOffset From, DateTimeOffset Until, GeoPosition? Place = null, TimeSpan Age = default);

/// <summary>
/// When one device was heard, by time of receipt. Records of the two lanes come here in either order; nothing is
/// concluded before both have been judged up to a time.
/// </summary>
sealed record DeviceHearing
{
    /// <summary>Stretches not yet judged, and the last judged one. A lane hours behind makes a few.</summary>
    const int MostStretches = 64;

    /// <summary>More silences on one trip are a broken device.</summary>
    const int MostAlerts = 64;

    public static readonly DeviceHearing Empty = new();

    public ImmutableArray<Heard> Stretches { get; init; } = [];
    public ImmutableArray<TrackedAlert> Alerts { get; init; } = [];

    /// <summary>How far apart its reports come, the longest of the last ones; zero before the first two.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Reports closer together are of a flush, or copies.</summary>
    static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(20);

    /// <summary>What a long interval weighs after each shorter one: some ten later it is forgotten.</summary>
    const double Forgetting = 0.85;

    TimeSpan Learned(TimeSpan apart) => apart < LeastInterval ? Interval
        : apart > Interval * Forgetting ? apart : Interval * Forgetting;

    /// <summary>Where it was last heard from; null where that was never believed.</summary>
    public GeoPosition? LastPlace { get; init; }

    /// <summary>Where it is heard from says nothing of where the others are.</summary>
    public bool IsParted { get; init; }

    /// <summary>Gaps that ended up to here were judged; null before the first time.</summary>
    public DateTimeOffset? Through { get; init; }

    /// <param name="join">Two receipts no farther apart than this are one stretch: the silence allowed.</param>
    /// <param name="place">Where it was then, if that is believed.</param>
    /// <param name="age">How long before it was there.</param>
    public DeviceHearing At(
        DateTimeOffset received, TimeSpan join, GeoPosition? place = null, TimeSpan age = default)
    {
        if (Stretches is [.., var newest] && received >= newest.From && received - newest.Until <= join)
            return received < newest.Until
                ? this
                : this with
                {
                    Stretches = Stretches.SetItem(
                        Stretches.Length - 1, newest with
                        {
                            Until = received, Place = place ?? newest.Place,
                            Age = place is null ? newest.Age + (received - newest.Until) : age,
                        }),
                    Interval = Learned(received - newest.Until),
                };
        if (place is null && Stretches is [.., var before] && received > before.Until)
            age = before.Age + (received - before.Until);
        var one = new Heard(received, received, place ?? LastPlace, age);
        var stretches = ImmutableArray.CreateBuilder<Heard>(Stretches.Length + 1);
        foreach (var stretch in Stretches)
        {
            if (stretch.Until + join < one.From || stretch.From - join > one.Until)
            {
                stretches.Add(stretch);
                continue;
            }
            one = new(
                Earlier(one.From, stretch.From), Later(one.Until, stretch.Until),
                stretch.Until > one.Until ? stretch.Place : one.Place,
                stretch.Until > one.Until ? stretch.Age : one.Age);
        }
        stretches.Add(one);
        stretches.Sort((a, b) => a.From.CompareTo(b.From));
        if (stretches.Count > MostStretches) stretches.RemoveAt(0);
        return this with { Stretches = stretches.ToImmutable() };
    }

    /// <summary>Where it was when it fell silent; null where it was not heard before, or that is not known.</summary>
    public GeoPosition? PlaceAt(DateTimeOffset silentSince) => LastOf(silentSince)?.Place;

    /// <summary>How long before it fell silent its place was known; zero where it is not.</summary>
    public TimeSpan AgeAt(DateTimeOffset silentSince) => LastOf(silentSince)?.Age ?? TimeSpan.Zero;

    Heard? LastOf(DateTimeOffset silentSince)
    {
        foreach (var stretch in Stretches)
            if (stretch.Until == silentSince) return stretch;
        return null;
    }

    /// <summary>Forgets what lies before the last stretch judged.</summary>
    public DeviceHearing Judged(DateTimeOffset through)
    {
        var keep = Stretches.Length - 1;
        while (keep > 0 && Stretches[keep].From > through) keep--;
        return this with { Stretches = keep > 0 ? Stretches.RemoveRange(0, keep) : Stretches, Through = through };
    }

    public DeviceHearing With(TrackedAlert alert)
    {
        var kept = Alerts.RemoveAll(a => a.Id == alert.Id);
        return this with { Alerts = (kept.Length < MostAlerts ? kept : kept.RemoveAt(0)).Add(alert) };
    }

    static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
