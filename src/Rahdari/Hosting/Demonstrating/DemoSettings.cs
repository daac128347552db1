using System.Globalization;

namespace Rahdari.Hosting.Demonstrating;

/// <summary>What the demo was asked for.</summary>
sealed record DemoSettings(
    int Trucks, double Speed, ulong Seed, string Scenario, string Data, Uri Url, int DevicePorts, bool UntilDone,
        bool Json)
{
    /// <summary>Corridor time in a demo starts here: a Tuesday, 8 o'clock in Karachi.</summary>
    public static readonly DateTimeOffset Start = new(2026, 9, 1, 3, 0, 0, TimeSpan.Zero);

    public const int DefaultTrucks = 6;

    /// <summary>One corridor hour a minute: a truck visibly moves and an officer can still act.</summary>
    public const double DefaultSpeed = 60;

    /// <summary>The whole demo runs on one machine: device connections, officers and judging share its cores.</summary>
    public const int MaxTrucks = 200;

    /// <summary>Beyond this the clock is held back by the work on any machine tried.</summary>
    public const double MaxSpeed = 100_000;

    public const int DefaultDevicePorts = 5100;

    /// <summary>The second node's device ports lie this far above the first node's.</summary>
    public const int SecondNodePorts = 100;

    /// <summary>The scenarios and the pack overlays each lays over the corridor.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Scenarios =
        new Dictionary<string, IReadOnlyList<string>>
        {
            ["default"] = ["demo"],
            ["fee"] = ["demo", "demo-fee"],
        };

    public string ClockFile => Path.Combine(Data, "clock");
    public string AccountsFile => Path.Combine(Data, "demo.json");

    /// <summary>The nodes, first side first; the other listens on the next port.</summary>
    public NodeSettings Node(string name, int place) => new()
    {
        Node = name,
        Administration = new(name),
        DataDirectory = Path.Combine(Data, name),
        Url = new UriBuilder(Url) { Port = Url.Port + place }.Uri.GetLeftPart(UriPartial.Authority),
        DevicePorts = DevicePorts + (place * SecondNodePorts),
        Origin = string.Create(CultureInfo.InvariantCulture, $"{name}-{Start.Year}.demo.rahdari.example"),
        Simulated = true,
        MasterKeyFile = Path.Combine(Data, $"{name}-master.seed"),
    };
}
