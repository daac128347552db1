using System.Globalization;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Simulator.Reporting;
using Rahdari.Telemetry.Commanding;
using DeviceRole = Rahdari.Simulator.Reporting.DeviceRole;

namespace Rahdari.Browser.Tests;

/// <summary>
/// What the pages have to show: as many movements as a page holds, one at every stage, alerts at two of theirs, a
/// crossing that is shut. Made through the API, as other people's work.
/// </summary>
sealed record Sample(string Grn, IReadOnlyList<string> Mrns)
{
    /// <summary>As many as the work list shows on one page.</summary>
    public const int Movements = 40;

    const string Karachi = "pk:KARACHI", Lock = "8011000001", Tracker = "352000000000004";

    /// <summary>Several units under one MRN, declared by an agent; nothing done with it yet.</summary>
    public string Declared => Mrns[0];

    public string Released => Mrns[2];

    /// <summary>On the road, with an alert that was acknowledged and one that nobody has seen.</summary>
    public string UnderWay => Mrns[4];

    /// <summary>Recorded by both sides.</summary>
    public string Entered => Mrns[6];

    public string Discharged => Mrns[7];

    /// <summary>Devices of the stock: one free, one kept for a unit, one on its way to another office.</summary>
    public const string InStore = "jt600:8011000090", Booked = "jt600:8011000091", Sent = "jt600:8011000092";

    public static async Task<Sample> MakeAsync(TwoNodes nodes)
    {
        var grn = TwoNodes.Grn(1);
        await nodes.PostAsync(Karachi, "/api/v1/guarantees", new
        {
            grn, type = "1", limit = Rupees(9_000_000_000), validUntil = "2029-01-01T00:00:00Z",
            guarantor = "Indus Surety (invented)", guarantorRating = "A++", accessCode = "1234",
        });
        var mrns = new List<string>();
        for (var i = 0; i < Movements; i++) mrns.Add(await DeclareAsync(nodes, i, units: i == 0 ? 3 : 1));
        var sample = new Sample(grn, mrns);
        for (var stage = 1; stage <= 7; stage++) await sample.BringAsync(nodes, mrns[stage], stage);
        await sample.StockAsync(nodes);
        await Platform.PassOnAsync(nodes, InStore);
        await nodes.AskAsync(
            new AuthoriseCommand(
                UnitId.Parse($"{sample.UnderWay}/1", null), "c-0123456789ab", DeviceId.Parse($"jt600:{Lock}"),
                CommandKind.Unlock, null, "opened for the scan (invented)"),
            OfficeId.Parse(Karachi));
        await sample.AlarmAsync(nodes);
        await nodes.PostAsync(
            "pk:CHAMAN", "/api/v1/closures", new { crossing = "CHAMAN", reason = "Flood (invented)" });
        return sample;
    }

    /// <summary>The first three stages end with the release, the later ones with the seal, the gate, the exit, the
    /// entry and the discharge.</summary>
    async Task BringAsync(TwoNodes nodes, string mrn, int stage)
    {
        var (movement, unit) = ($"/api/v1/movements/{mrn}", $"/api/v1/movements/{mrn}/units/1");
        await nodes.PostAsync(Karachi, $"{movement}/guarantee", new { grn = Grn, accessCode = "1234" });
        if (stage < 2) return;
        var selected = await nodes.PostAsync(Karachi, $"{movement}/selection", new { });
        if (selected["units"]![0]!["lane"]!.GetValue<string>() is "scan" or "examination")
            await nodes.PostAsync(Karachi, $"{unit}/examinations", new { kind = "40", result = "A1" });
        if (stage < 3) return;
        await nodes.PostAsync(Karachi, $"{unit}/seals", new { seal = $"PK-{stage:D6}", @class = "high" });
        await FitAsync(nodes, unit, stage);
        if (stage < 4) return;
        await nodes.PostAsync(
            Karachi, $"{unit}/gate-out", new { vehicle = "SIM-1000", driver = "Gul Khan (invented)" });
        if (stage < 5) return;
        await nodes.PostAsync("pk:TORKHAM", $"{unit}/exit", new { condition = "intact" });
        if (stage < 6) return;
        await nodes.PostAsync("af:TORKHAM", $"{unit}/entry", new { condition = "intact" });
        await TwoNodes.UntilAsync(
            async () => (await nodes.GetAsync("officer", Karachi, movement))["units"]![0]!["state"]!.GetValue<string>()
                == "entered" ? "entered" : null, "the other side's entry");
        if (stage == 7) await nodes.PostAsync(Karachi, $"{unit}/discharge", new { });
    }

    async Task StockAsync(TwoNodes nodes)
    {
        foreach (var device in new[] { InStore, Booked, Sent, $"jt600:{Lock}" })
            await nodes.PostAsync(
                Karachi, "/api/v1/stock/devices",
                new { device, vendor = "Indus Locks (invented)", model = "L1", firmware = "1.7" });
        await nodes.PostAsync(Karachi, $"/api/v1/stock/devices/{Booked}/booking", new { unit = $"{Released}/1" });
        await nodes.PostAsync(Karachi, $"/api/v1/stock/devices/{Sent}/transfer", new { to = "pk:TORKHAM" });
    }

    static async Task FitAsync(TwoNodes nodes, string unit, int stage)
    {
        var (seal, tracker) = (stage == 4 ? Lock : $"80110010{stage:D2}", $"3520000000000{stage:D2}");
        await nodes.PostAsync(Karachi, $"{unit}/devices", new { device = $"jt600:{seal}", role = "container" });
        await nodes.PostAsync(
            Karachi, $"{unit}/devices", new { device = $"teltonika:{tracker}", role = "prime-mover" });
    }

    /// <summary>The lock of the unit on the road reports that its rope is cut, and that it was opened.</summary>
    async Task AlarmAsync(TwoNodes nodes)
    {
        using var device = new Device(
            new Jt600Wire(Lock), DeviceRole.Container, nodes.Accounts.Nodes[0].DevicePorts["jt600"]);
        for (var i = 0; i < 3; i++)
        {
            nodes.Clock.Advance(TimeSpan.FromMinutes(2));
            await device.SendAsync(new(i, nodes.Clock.Now, nodes.Clock.Now, Record(nodes.Clock.Now, i)));
        }
        var alerts = await TwoNodes.UntilAsync(
            async () => (await nodes.GetAsync("officer", Karachi, "/api/v1/alerts"))["items"]!.AsArray() is var items
                && items.Count >= 2 ? items : null, "two alerts");
        await nodes.PostAsync(Karachi, $"/api/v1/alerts/{alerts[0]!["id"]!.GetValue<string>()}/acknowledge", new { });
        await ImpostorAsync(nodes);
    }

    /// <summary>A second device speaks under the id of the tracker on the road, and then the first one again.</summary>
    static async Task ImpostorAsync(TwoNodes nodes)
    {
        var port = nodes.Accounts.Nodes[0].DevicePorts["teltonika"];
        using var own = new Device(new TeltonikaWire(Tracker), DeviceRole.PrimeMover, port);
        using var other = new Device(new TeltonikaWire(Tracker), DeviceRole.PrimeMover, port);
        foreach (var (device, n) in new[] { (own, 0), (other, 1), (own, 2) })
        {
            nodes.Clock.Advance(TimeSpan.FromMinutes(2));
            var record = Record(nodes.Clock.Now, 0);
            await device.SendAsync(new(n, nodes.Clock.Now, nodes.Clock.Now, record));
        }
        await TwoNodes.UntilAsync(
            async () => (await nodes.GetAsync("officer", Karachi, "/api/v1/alerts"))["items"]!.AsArray()
                .FirstOrDefault(a => a!["kind"]!.GetValue<string>() == "identity-conflict"), "word of the impostor");
    }

    static DeviceMessage Record(DateTimeOffset now, int serial) => new()
    {
        Kind = serial == 0 ? MessageKind.Position : MessageKind.Event,
        Record = serial == 0 ? RecordClass.Live : RecordClass.Alarm,
        Time = now,
        Valid = true,
        // On the Indus Highway north of Jamshoro, far from any office.
        Position = new(258_000_000 + (serial * 20_000), 683_000_000),
        Speed = new Speed(30_000),
        CourseDegrees = 0,
        Satellites = 9,
        BatteryPercent = 80,
        DeviceSerial = serial,
        Seal = new SealState(Locked: serial < 2, RopePresent: serial == 0, CoverClosed: true),
        Events = serial == 0 ? [] : serial == 1 ? [DeviceEvent.RopeCut] : [DeviceEvent.UnsealedByCard],
    };

    static async Task<string> DeclareAsync(TwoNodes nodes, int number, int units)
    {
        var declared = await nodes.PostAsync(Karachi, "/api/v1/movements", new
        {
            localReference = string.Create(CultureInfo.InvariantCulture, $"SIM-2026-{number:D4}"),
            officeOfDeparture = Karachi, officeOfExit = "pk:TORKHAM", officeOfEntry = "af:TORKHAM",
            routeId = "karachi-torkham", holder = "Roshan Trading (invented)", consignor = "Sender (invented)",
            consignee = "Receiver (invented)", carrier = "Indus Road (invented)",
            units = Enumerable.Range(0, units).Select(n => new
            {
                kind = "container", container = TwoNodes.Container((number * 10) + n), grossMassGrams = 20_000_000,
                vehicle = "SIM-1000",
            }),
            goods = new[]
            {
                new { hsCode = "100630", description = "Rice", value = Rupees(1_000_000),
                    dutyAtRisk = Rupees(100_000) },
            },
        }, role: number == 0 ? "declarant" : "officer");
        return declared["mrn"]!.GetValue<string>();
    }

    static object Rupees(long minor) => new { minor, currency = "PKR" };
}
