namespace Rahdari.Telemetry.Judging;

/// <summary>How far along the route a device came, and how far back since.</summary>
sealed class Progress
{
    /// <summary>The farthest along the route since it last went forward from a low.</summary>
    public double Highest { get; set; } = double.NegativeInfinity;
    public long HighestMicros { get; set; }

    /// <summary>The farthest back since then.</summary>
    public double Lowest { get; set; } = double.NegativeInfinity;

    public Progress Copy() => (Progress)MemberwiseClone();

    /// <param name="forward">Metres gained from the lowest that make a way forward again.</param>
    public void Take(double metres, long atMicros, double forward)
    {
        if (metres >= Highest || metres > Lowest + forward)
        {
            (Highest, HighestMicros, Lowest) = (metres, atMicros, metres);
            return;
        }
        if (metres < Lowest) Lowest = metres;
    }
}
