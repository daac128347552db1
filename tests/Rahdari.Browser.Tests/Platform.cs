using System.Text.Json.Nodes;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Relaying;

namespace Rahdari.Browser.Tests;

/// <summary>
/// What a vendor's platform passed on: two frames of an hour it has not counted, and three of an hour of which it
/// counted five.
/// </summary>
static class Platform
{
    const string Office = "pk:KARACHI";

    static readonly byte[] Seed = [.. Enumerable.Repeat((byte)9, Ed25519.SeedSize)];

    public static readonly VendorSettings Vendor = new(
        new("indus-locks"), "Indus Locks (invented)", [], Ed25519.PublicKeyOf(Seed));

    /// <param name="device">A lock of the stock.</param>
    public static async Task PassOnAsync(TwoNodes nodes, string device)
    {
        var key = await nodes.KeyOfAsync(Vendor, OfficeId.Parse(Office));
        var now = nodes.Clock.Now;
        var (uncounted, counted) = (HourOf(now).AddHours(-5), HourOf(now).AddHours(-6));
        var times = Enumerable.Range(0, 2).Select(i => uncounted.AddMinutes(i))
            .Concat(Enumerable.Range(0, 3).Select(i => counted.AddMinutes(i)));
        await nodes.PostAsync(Office, "/api/v1/relay/frames", new
        {
            batch = "b-1",
            frames = times.Select(t => new
            {
                protocol = "jt600", receivedAt = t.AddSeconds(5), encoding = "hex",
                frame = Convert.ToHexString(Jt600Encoder.Record(device.Split(':')[1], MessageAt(t))),
            }),
        }, key: key);
        var statement = new CountStatement(Vendor.Party, counted, [new DeviceCount(DeviceId.Parse(device), 5)]);
        var body = JsonNode.Parse(statement.SignedBytes())!;
        body["signature"] = Convert.ToBase64String(Ed25519.Sign(Seed, statement.SignedBytes()));
        await nodes.PostAsync(Office, "/api/v1/relay/counts", body, key: key);
        await TwoNodes.UntilAsync(
            async () => (await nodes.GetAsync("officer", Office, "/api/v1/relay"))["findings"]!.AsArray() is var found
                && found.Any(f => f!["received"]!.GetValue<int>() == 3) && found.Count == 2 ? found : null,
            "two findings");
    }

    static DateTimeOffset HourOf(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerHour));

    static DeviceMessage MessageAt(DateTimeOffset at) => new()
    {
        Kind = MessageKind.Position, Time = at, Valid = true, Position = new(248_600_000, 670_100_000),
        Speed = new Speed(0), CourseDegrees = 0, Satellites = 9, BatteryPercent = 80, DeviceSerial = at.Minute,
        Seal = new SealState(Locked: true, RopePresent: true, CoverClosed: true),
    };
}
