using Rahdari.Simulator;

namespace Rahdari.Tests.Simulator;

/// <summary>
/// A corridor drawn like the shipped one: legs between town centres, some kilometres of accuracy. Town positions from
/// GeoNames (CC BY 4.0).
/// </summary>
static class SampleCorridor
{
    static readonly (string Name, double Lat, double Lon)[] Indus =
    [
        ("Karachi", 24.8608, 67.0104), ("Jamshoro", 25.43608, 68.28017), ("Sehwan", 26.42495, 67.86126),
        ("Dadu", 26.73033, 67.7769), ("Larkana", 27.55898, 68.21204), ("Kashmor", 28.4326, 69.58364),
        ("Rajanpur", 29.10408, 70.32969), ("Dera Ghazi Khan", 30.04587, 70.64029),
        ("Dera Ismail Khan", 31.83129, 70.9017), ("Lakki", 32.60724, 70.91234), ("Kohat", 33.58196, 71.44929),
        ("Peshawar", 34.008, 71.57849), ("Landi Kotal", 34.0988, 71.14108), ("Torkham", 34.1235, 71.0905),
    ];

    static readonly (string Name, double Lat, double Lon)[] Rcd =
    [
        ("Karachi", 24.8608, 67.0104), ("Uthal", 25.80722, 66.62194), ("Bela", 26.22718, 66.31178),
        ("Khuzdar", 27.81193, 66.61096), ("Kalat", 29.02663, 66.59361), ("Quetta", 30.18414, 67.00141),
        ("Chaman", 30.91769, 66.45259),
    ];

    public static readonly SimulatedCorridor Whole = new(
        "sample",
        [
            Office("pk:KARACHI", "Karachi", 24.8608, 67.0104, "departure", "control-room"),
            Office("pk:TORKHAM", "Torkham", 34.1225, 71.0930, "exit"),
            Office("pk:CHAMAN", "Chaman", 30.91769, 66.45259, "exit"),
            Office("af:TORKHAM", "Torkham", 34.1290, 71.0720, "entry"),
            Office("af:SPIN-BOLDAK", "Spin Boldak", 31.0050, 66.4000, "entry"),
        ],
        [
            new("TORKHAM", "Torkham", "pk:TORKHAM", "af:TORKHAM", new(34.1235, 71.0905)),
            new("CHAMAN", "Chaman", "pk:CHAMAN", "af:SPIN-BOLDAK", new(30.9200, 66.4500)),
        ],
        [
            Route("karachi-torkham", "TORKHAM", "pk:TORKHAM", Indus, 3_000, 5_000),
            Route("karachi-chaman", "CHAMAN", "pk:CHAMAN", Rcd, 8_000, 12_000),
        ]);

    public static SimulatedRoute Torkham => Whole.Routes[0];

    public static SimulatedRoute Chaman => Whole.Routes[1];

    /// <summary>The same routes with other accuracies, down to a survey's.</summary>
    public static IEnumerable<SimulatedRoute> Routes =>
    [
        Torkham, Chaman,
        Route("surveyed", "TORKHAM", "pk:TORKHAM", Indus, 50, 500),
        Route("sketched", "CHAMAN", "pk:CHAMAN", Rcd, 20_000, 20_000),
        Torkham with
        {
            Id = "mixed",
            Legs = [.. Torkham.Legs.Select((l, i) => l with { AccuracyMetres = i % 2 == 0 ? 200 : 9_000 })],
        },
    ];

    static SimulatedOffice Office(string id, string name, double lat, double lon, params string[] roles) =>
        new(id, name, new(lat, lon), "Asia/Karachi", roles, 2_000);

    static SimulatedRoute Route(
        string id, string crossing, string exit, (string Name, double Lat, double Lon)[] towns, int accuracy, int half)
    {
        var legs = towns.Zip(towns.Skip(1), (a, b) => new SimulatedLeg(
            a.Name, b.Name, accuracy, half,
            [new(a.Lat, a.Lon), new((a.Lat + b.Lat) / 2 + 0.02, (a.Lon + b.Lon) / 2 - 0.02), new(b.Lat, b.Lon)]));
        var stops = towns[1..^1].Select(t => new SimulatedStop(t.Name, new(t.Lat + 0.005, t.Lon), 1_500, 600));
        return new(id, id, ["pk:KARACHI"], crossing, exit, [.. legs], [.. stops]);
    }
}
