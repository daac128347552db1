using Rahdari.Parties;

namespace Rahdari.Telemetry.Judging;

/// <summary>The last office in whose zone a device was, and since when it is in none.</summary>
sealed class ZoneTrail
{
    /// <summary>Null before the first.</summary>
    public OfficeId? Office { get; set; }

    /// <summary>Null while it is there.</summary>
    public long? LeftMicros { get; set; }

    public ZoneTrail Copy() => (ZoneTrail)MemberwiseClone();

    public void Take(OfficeId? office, long atMicros)
    {
        if (office is not null) (Office, LeftMicros) = (office, null);
        else if (Office is not null) LeftMicros ??= atMicros;
    }
}
