using System.Net.Sockets;
using Rahdari.Simulator;
using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Officiating;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Browser.Tests;

/// <summary>
/// The simulator's truck on the simulator's road, its lock and its tracker on real connections. Corridor time goes with
/// it: every record is sent at its own time and answered before the next one.
/// </summary>
sealed class Truck : IAsyncDisposable
{
    /// <summary>Every third record: still one in 6 minutes while driving and one in 30 while standing, inside what the
    /// rules take for silence.</summary>
    const int Thinned = 3;

    readonly SteppedClock clock;
    readonly TruckJourney journey;
    readonly Queue<(Device Device, PlannedReport Report)> ahead;
    readonly List<Device> devices = [];

    Truck(SteppedClock clock, TruckJourney journey, DateTimeOffset cut, params Device[] devices)
    {
        (this.clock, this.journey) = (clock, journey);
        this.devices.AddRange(devices);
        var conditions = new Conditions(null, cut, null);
        ahead = new(devices
            .SelectMany(d => new ReportPlan(journey, conditions, d.Role, clock.Now, journey.Exits, 7).Reports()
                .Where(r => r.Index % Thinned == 0 || r.Time == cut)
                .Select(r => (Device: d, Report: r)))
            .OrderBy(r => r.Report.Time));
    }

    /// <summary>How much of the way lies behind the rope's cut.</summary>
    public const double CutAt = 0.4;

    /// <summary>A truck in the yard of Karachi, bound for Torkham; somebody will cut its rope on the way.</summary>
    public static async Task<Truck> LoadAsync(TwoNodes nodes, string lockId, string imei)
    {
        var first = nodes.Accounts.Nodes[0];
        using var http = new HttpClient();
        var key = nodes.Accounts.Keys.First(k => k.Node == first.Node).Key;
        var corridor = await CorridorReader.ReadAsync(http, new Uri(first.Url), key, default);
        var sides = nodes.Accounts.Nodes.Select(n => new SimulatedNode(
            n.Node, new Uri(n.Url), n.DevicePorts,
            [.. nodes.Accounts.Keys.Where(k => k.Node == n.Node).Select(k =>
                new SimulatedKey(k.Role, k.Office, k.Key))])).ToArray();
        var way = Way.Usable(corridor, sides).Single(w => w.Route.Id == "karachi-torkham");
        var (now, yard) = (nodes.Clock.Now, way.Departures.Single(o => o.Id == "pk:KARACHI"));
        var trip = Trip.Plan(
            new TripOrder(
                way.Road, way.Stops, yard.Place, way.Exit.Place, now, now.AddHours(1),
                TimeZoneInfo.FindSystemTimeZoneById(yard.Zone), Incident.None),
            Dice.For(7, lockId));
        var exits = trip.Arrives.AddHours(2);
        var journey = TruckJourney.Of(trip, way.Crossing.Place, way.Entry.Place, exits, exits.AddHours(1));
        return new(
            nodes.Clock, journey, journey.TimeAt(journey.Length * CutAt),
            new(new Jt600Wire(lockId), DeviceRole.Container, first.DevicePorts["jt600"]),
            new(new TeltonikaWire(imei), DeviceRole.PrimeMover, first.DevicePorts["teltonika"]));
    }

    /// <summary>Drives on until that part of the way lies behind it, from 0 to 1.</summary>
    public async Task DriveAsync(double part)
    {
        var until = part >= 1 ? journey.Arrives : journey.TimeAt(journey.Length * part);
        while (ahead.TryPeek(out var next) && next.Report.Time <= until)
        {
            clock.ContinueFrom(next.Report.Time);
            await next.Device.SendAsync(next.Report);
            ahead.Dequeue();
        }
        clock.ContinueFrom(until);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var device in devices) device.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A device's connection.</summary>
sealed class Device(IDeviceWire wire, DeviceRole role, int port) : IDisposable
{
    TcpClient? connection;

    public DeviceRole Role => role;

    public async Task SendAsync(PlannedReport report)
    {
        using var limit = new CancellationTokenSource(Chromium.PatienceMilliseconds);
        if (connection is null)
        {
            connection = new() { NoDelay = true };
            await connection.ConnectAsync("127.0.0.1", port, limit.Token);
            Assert.True(await wire.GreetAsync(connection.GetStream(), limit.Token));
        }
        Assert.Equal(1, await wire.SendAsync(connection.GetStream(), [report], limit.Token));
    }

    public void Dispose() => connection?.Dispose();
}
