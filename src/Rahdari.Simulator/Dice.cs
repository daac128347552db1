using System.Text;

namespace Rahdari.Simulator;

/// <summary>
/// Seeded randomness: SplitMix64 (Steele, Lea, Flood, 2014), one stream a name, so that what one truck draws never
/// moves what another draws. The same seed and name give the same numbers on every run and machine.
/// </summary>
sealed class Dice(ulong state)
{
    const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>The stream called <paramref name="name"/> of a seed.</summary>
    public static Dice For(ulong seed, string name) => new(Mix(seed + Step) ^ Hash(name));

    /// <summary>A number of 64 bits that depends on the text alone (FNV-1a, then mixed).</summary>
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 1099511628211UL;
        return Mix(hash);
    }

    public ulong Next() => Mix(state += Step);

    /// <summary>At least 0, below 1, in steps of 2 to the power of -53.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + (int)(Next() % (ulong)(high - low + 1));

    public TimeSpan Minutes(int low, int high) => TimeSpan.FromMinutes(Between(low, high));

    public T Pick<T>(IReadOnlyList<T> from) => from[(int)(Next() % (ulong)from.Count)];

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
