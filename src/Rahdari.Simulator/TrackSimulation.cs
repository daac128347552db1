using Rahdari.Simulator.Recording;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator;

/// <summary>
/// Drives trucks through a window of time and writes what their devices send, in order of receipt, and what is true.
/// Trips follow each other as long as the window lasts; only those under way are held in memory.
/// </summary>
public sealed class TrackSimulation
{
    /// <summary>About as long as the longest route takes: in a shorter window trips are met on their way.</summary>
    const double TripHours = 46;

    /// <summary>One truck in this many stands in a yard all the time.</summary>
    const int StandingShare = 12;

    readonly TrackOptions options;
    readonly TripWorld world;
    readonly double window;
    readonly PriorityQueue<Func<double?>, (double Time, long Order)> agenda = new();
    readonly TrackWriter writer;
    long order;
    int trips;
    double tripHours;

    TrackSimulation(TrackOptions options, Stream tracks, Stream truth)
    {
        this.options = options;
        window = options.Hours * 3_600.0;
        var countries = options.Corridor.Routes
            .Select(r => Country.Of(r, options.Corridor, options.Rules.HotSpots.GetValueOrDefault(r.Id, [])))
            .OrderByDescending(c => c.Road.Line.Length).ThenBy(c => c.Route.Id, StringComparer.Ordinal).ToArray();
        if (countries.Length == 0) throw new ArgumentException("the corridor has no route");
        world = new(options, countries, RoadTrouble.Draw(countries, options.Seed, window));
        writer = new(tracks, truth, options.Start);
    }

    /// <param name="tracks">Gets a line a record, in order of receipt.</param>
    /// <param name="truth">Gets a line an item, unit by unit.</param>
    /// <exception cref="ArgumentException">The options cannot be simulated; the message says why.</exception>
    /// <exception cref="OperationCanceledException">Asked to end.</exception>
    public static TrackSummary Write(TrackOptions options, Stream tracks, Stream truth, CancellationToken cancel)
    {
        if (options.Trucks is < 1 or > TrackOptions.MostTrucks)
            throw new ArgumentException($"{options.Trucks} trucks; from 1 to {TrackOptions.MostTrucks} can be driven");
        if (options.Hours is < 1 or > TrackOptions.MostHours)
            throw new ArgumentException($"{options.Hours} hours; from 1 to {TrackOptions.MostHours} can be recorded");
        if (options.Parked is < 0 or > TrackOptions.MostTrucks)
            throw new ArgumentException($"{options.Parked} parked; at most {TrackOptions.MostTrucks} can stand");
        return new TrackSimulation(options, tracks, truth).Run(cancel);
    }

    TrackSummary Run(CancellationToken cancel)
    {
        using var writing = writer;
        var dice = Dice.For(options.Seed, "trucks");
        var lead = Math.Max(0, TripHours - options.Hours) * 3_600;
        for (var truck = 0; truck < options.Trucks + options.Parked; truck++)
        {
            var spread = dice.NextDouble();
            if (truck >= options.Trucks || truck % StandingShare == StandingShare - 1)
                Plan(0, () => Launch(TripPlanner.Park(world, trips++)));
            else Depart(-lead * spread + Math.Min(6 * 3_600, window / 10) * (1 - spread));
        }
        while (agenda.TryDequeue(out var step, out _))
        {
            cancel.ThrowIfCancellationRequested();
            if (step() is { } next && next < window) Plan(next, step);
        }
        writer.Flush();
        return new(trips, writer.Records, writer.TruthItems, tripHours);
    }

    /// <summary>The next trip of a truck, and after it the one that follows.</summary>
    void Depart(double time) => Plan(time, () =>
    {
        var trip = TripPlanner.Drive(world, trips++, time);
        var end = Math.Max(trip.ContainerOff, trip.PrimeMoverOff);
        var rest = Dice.For(trip.Seed, "rest").Between(1.0, 8.0) * 3_600;
        if (end + rest < window) Depart(end + rest);
        return end > 0 ? Launch(trip) : null;
    });

    double? Launch(UnitTrip trip)
    {
        tripHours += Math.Max(0, Math.Min(window, trip.ContainerOff) - Math.Max(0, trip.From)) / 3_600;
        writer.Begin(trip);
        var open = 2;
        foreach (var role in new[] { DeviceRole.Container, DeviceRole.PrimeMover })
        {
            var records = new DeviceTrack(trip, role, window).Records().GetEnumerator();
            void Ended()
            {
                records.Dispose();
                if (--open == 0) writer.Forget(trip);
            }

            if (records.MoveNext())
                Plan(records.Current.Received, () =>
                {
                    writer.Write(records.Current);
                    if (records.MoveNext()) return records.Current.Received;
                    Ended();
                    return null;
                });
            else Ended();
        }
        return null;
    }

    void Plan(double time, Func<double?> step) => agenda.Enqueue(step, (time, order++));
}
