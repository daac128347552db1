using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// One record as judging keeps it: what the rules may look at, small, and ordered by its own time and content. The
/// time of receipt has no part in the order, so that any order of arrival gives the same one.
/// </summary>
sealed record JudgedRecord : IComparable<JudgedRecord>
{
    /// <summary>The value of a number the record does not carry.</summary>
    const int Unknown = int.MinValue;

    public required string Device { get; init; }

    /// <summary>The time to judge by, microseconds.</summary>
    public required long AtMicros { get; init; }
    public required long ReceivedMicros { get; init; }
    public int LatitudeE7 { get; init; } = Unknown;
    public int LongitudeE7 { get; init; } = Unknown;
    public int SpeedMetresPerHour { get; init; } = Unknown;
    public int CourseDegrees { get; init; } = Unknown;
    public int Satellites { get; init; } = Unknown;
    public int BatteryPercent { get; init; } = Unknown;
    public bool? Valid { get; init; }
    public SealState Seal { get; init; }

    /// <summary>One bit an event, by its number in <see cref="DeviceEvent"/>.</summary>
    public ulong Events { get; init; }
    public bool Late { get; init; }
    public bool TimeSuspect { get; init; }

    /// <summary>How sure it is that the record is from the device; null where that was not kept.</summary>
    public IdentityGrade? Identity { get; init; }

    /// <summary>The vendor whose platform passed it on; null where the device itself sent it.</summary>
    public string? Relay { get; init; }

    /// <summary>The end of the number of a SIM card that is not the books'; empty where it tells that one; null where
    /// it tells none, or the books have none.</summary>
    public string? OtherCard { get; init; }

    public DateTimeOffset At => CorridorTime.FromMicros(AtMicros);

    public DateTimeOffset ReceivedAt => CorridorTime.FromMicros(ReceivedMicros);

    public GeoPosition? Position => LatitudeE7 == Unknown ? null : new(LatitudeE7, LongitudeE7);

    public int? Speed => SpeedMetresPerHour == Unknown ? null : SpeedMetresPerHour;

    public int? Course => CourseDegrees == Unknown ? null : CourseDegrees;

    public int? Battery => BatteryPercent == Unknown ? null : BatteryPercent;

    public static JudgedRecord Of(JournaledFix fix)
    {
        var message = fix.Message;
        return new()
        {
            Device = fix.Device.ToString(),
            AtMicros = fix.JudgedAt.ToMicros(),
            ReceivedMicros = fix.ReceivedAt.ToMicros(),
            LatitudeE7 = message.Position?.LatitudeE7 ?? Unknown,
            LongitudeE7 = message.Position?.LongitudeE7 ?? Unknown,
            SpeedMetresPerHour = message.Speed?.MetresPerHour ?? Unknown,
            CourseDegrees = message.CourseDegrees ?? Unknown,
            Satellites = message.Satellites ?? Unknown,
            BatteryPercent = message.BatteryPercent ?? Unknown,
            Valid = message.Valid,
            Seal = message.Seal,
            Events = MaskOf(message.Events),
            Late = fix.Late,
            TimeSuspect = fix.TimeSuspect,
            Identity = fix.Identity,
            Relay = fix.Relay?.Vendor.Value,
            OtherCard = fix.Card switch
            {
                { Differs: true } told => told.Number.End,
                { Fits: true } => "",
                _ => null,
            },
        };
    }

    /// <summary>The bits of some events.</summary>
    public static ulong MaskOf(params IEnumerable<DeviceEvent> events) =>
        events.Aggregate(0UL, (mask, one) => mask | 1UL << (int)one);

    public bool Reports(ulong mask) => (Events & mask) != 0;

    /// <summary>Whether the device itself vouches for the position.</summary>
    public bool HasGoodPosition(int minimumSatellites) => !TimeSuspect && Position is { } place && place != default
        && Valid != false && (Satellites == Unknown || Satellites >= minimumSatellites);

    /// <summary>Zero exactly where both say the same of the same time: one is a copy of the other.</summary>
    public int CompareTo(JudgedRecord? other)
    {
        if (other is null) return 1;
        var by = AtMicros.CompareTo(other.AtMicros);
        if (by == 0) by = string.CompareOrdinal(Device, other.Device);
        if (by == 0) by = LatitudeE7.CompareTo(other.LatitudeE7);
        if (by == 0) by = LongitudeE7.CompareTo(other.LongitudeE7);
        if (by == 0) by = Events.CompareTo(other.Events);
        if (by == 0) by = SealOrder(Seal).CompareTo(SealOrder(other.Seal));
        if (by == 0) by = SpeedMetresPerHour.CompareTo(other.SpeedMetresPerHour);
        if (by == 0) by = CourseDegrees.CompareTo(other.CourseDegrees);
        if (by == 0) by = Nullable.Compare(Valid, other.Valid);
        if (by == 0) by = Satellites.CompareTo(other.Satellites);
        if (by == 0) by = BatteryPercent.CompareTo(other.BatteryPercent);
        return by == 0 ? string.CompareOrdinal(OtherCard, other.OtherCard) : by;
    }

    static int SealOrder(SealState s) => Two(s.Locked) | Two(s.RopePresent) << 2 | Two(s.CoverClosed) << 4
        | Two(s.ShackleClosed) << 6 | Two(s.DoorClosed) << 8;

    static int Two(bool? value) => value switch { null => 0, false => 1, true => 2 };
}
