using System.Globalization;

namespace Rahdari.Simulator.Recording;

/// <summary>Works on the road, or police that lead everybody by a side street: the same for all who come by.</summary>
/// <param name="Metres">How far aside the way leads; never as far as another road lies.</param>
/// <param name="From">Seconds from the window's start.</param>
sealed record RoadTrouble(
    string What, Country Country, double Along, double Length, double Metres, double Kmh, double From, double Until)
{
    const string Works = "road-works", Police = "police-diversion";

    /// <summary>A kind of truth that says of somebody that he was led aside.</summary>
    public static bool IsTold(string kind) => kind is "benign:" + Works or "benign:" + Police;

    /// <summary>Another carriageway, a track beside the works, the next street.</summary>
    const double NearestMetres = 25, FarthestMetres = 170;

    /// <summary>What is in the way during one run.</summary>
    public static IReadOnlyList<RoadTrouble> Draw(IReadOnlyList<Country> countries, ulong seed, double seconds)
    {
        var all = new List<RoadTrouble>();
        foreach (var country in countries)
            for (var i = 0; i < 7; i++)
            {
                var dice = Dice.For(seed, $"trouble {i.ToString(CultureInfo.InvariantCulture)} on {country.Route.Id}");
                var works = i < 4;
                var side = dice.NextDouble() < 0.5 ? 1 : -1;
                var from = works ? double.NegativeInfinity : dice.Between(0, Math.Max(1, seconds - 4 * 3_600));
                all.Add(new(
                    works ? Works : Police, country, dice.Between(20_000, country.End - 40_000),
                    dice.Between(1_500.0, 7_000.0), side * dice.Between(NearestMetres, FarthestMetres),
                    dice.Between(12.0, 24.0), from, works ? double.PositiveInfinity : from + 4 * 3_600));
            }
        return all;
    }

    public void Meet(Driver driver)
    {
        if (driver.Time < From || driver.Time > Until || driver.At > Along + 1) return;
        var to = Along + Length;
        var path = Asides.Parallel(driver.Country.Road.Line, driver.At, to, Metres, 250);
        var began = driver.Time;
        driver.DriveAside(path, 0, path.Length, to, Kmh);
        driver.Truth.Add(new($"benign:{What}", began, driver.Time));
    }
}
