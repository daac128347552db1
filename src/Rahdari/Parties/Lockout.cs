namespace Rahdari.Parties;

/// <summary>How long a name stays shut after failed sign-ins. Machine time.</summary>
static class Lockout
{
    /// <summary>Typing errors of a tired officer stay free; NIST SP 800-63B 3.2.2 allows up to 100 in all.</summary>
    public const int FreeFailures = 4;

    static readonly TimeSpan First = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait: with it, a year of guessing tries about 35,000 passwords a name.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>The wait after so many failures in a row, doubling with each.</summary>
    public static TimeSpan After(int failures)
    {
        if (failures <= FreeFailures) return TimeSpan.Zero;
        var doublings = Math.Min(failures - FreeFailures - 1, 16);
        return TimeSpan.FromTicks(Math.Min(First.Ticks << doublings, Longest.Ticks));
    }
}
