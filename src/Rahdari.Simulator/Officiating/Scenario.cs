using System.Globalization;
using Rahdari.Simulator.Driving;

namespace Rahdari.Simulator.Officiating;

/// <summary>
/// Plans a scenario: who declares what, which truck leaves when, what goes wrong with which. A pure function of the
/// options.
/// </summary>
sealed class Scenario
{
    /// <summary>Units that travel under one declaration when there are trucks enough.</summary>
    const int ManyUnits = 3;

    static readonly TimeSpan FirstDeparture = TimeSpan.FromHours(5);

    /// <summary>Trucks leave one after the other, all of them within half a day.</summary>
    static readonly TimeSpan DepartureSpan = TimeSpan.FromHours(12), LargestStagger = TimeSpan.FromMinutes(25);

    static readonly TimeSpan DeclarationSpan = TimeSpan.FromHours(10);

    static readonly TimeSpan LargestDeclarationStagger = TimeSpan.FromMinutes(10);

    /// <summary>What goes wrong, by truck. Where there are fewer than six trucks the first ones matter most.</summary>
    static readonly Incident[] Incidents =
    [
        Incident.RopeCutInGap, Incident.Deviation, Incident.None, Incident.Unanswered, Incident.LongStop,
        Incident.SilentDevice,
    ];

    static readonly Incident[] IncidentsOfFew =
    [
        Incident.RopeCutInGap, Incident.Deviation, Incident.Unanswered, Incident.LongStop, Incident.SilentDevice,
    ];

    readonly SimulationOptions options;
    readonly IReadOnlyList<Way> ways;
    readonly TimeSpan departureStagger, declarationStagger;

    Scenario(SimulationOptions options, IReadOnlyList<Way> ways)
    {
        (this.options, this.ways) = (options, ways);
        departureStagger = Least(LargestStagger, DepartureSpan / options.Trucks);
        declarationStagger = Least(LargestDeclarationStagger, DeclarationSpan / options.Trucks);
    }

    /// <exception cref="ArgumentException">The options cannot be simulated; the message says why.</exception>
    public static ScenarioPlan Plan(SimulationOptions options)
    {
        if (!SimulationOptions.Scenarios.Contains(options.Scenario))
            throw new ArgumentException(
                $"no scenario '{options.Scenario}'; there are: {string.Join(", ", SimulationOptions.Scenarios)}");
        if (options.Trucks is < 1 or > SimulationOptions.MaxTrucks)
            throw new ArgumentException(
                $"{options.Trucks} trucks; from 1 to {SimulationOptions.MaxTrucks} can be simulated");
        var ways = Way.Usable(options.Corridor, options.Nodes);
        if (ways.Count == 0)
            throw new ArgumentException("no route has an officer's key at its offices of departure, exit and entry");
        return new Scenario(options, ways).Build();
    }

    ScenarioPlan Build()
    {
        var trips = Enumerable.Range(0, options.Trucks).Select(PlanTrip).ToArray();
        var closure = PlanClosure(trips);
        var units = PlanUnits(trips, closure);
        var declarations = new List<DeclarationPlan>();
        for (var truck = 0; truck < options.Trucks;)
        {
            var size = truck == 0 && options.Trucks >= ManyUnits ? ManyUnits : 1;
            declarations.Add(Declare(declarations.Count, units[truck..(truck + size)], trips[truck]));
            truck += size;
        }
        return new(declarations, Guarantees(declarations), Stocks(declarations), closure);
    }

    /// <summary>One truck with its trip to the crossing; what follows depends on the other trucks too.</summary>
    sealed record TruckTrip(
        int Truck, int Declaration, int Number, Way Way, SimulatedOffice Yard, Incident Incident,
        DateTimeOffset Departs, Trip Trip);

    TruckTrip PlanTrip(int truck)
    {
        var together = options.Trucks >= ManyUnits;
        var declaration = !together ? truck : truck < ManyUnits ? 0 : truck - ManyUnits + 1;
        // Most drive the longest route. The one whose exit is never answered takes the shortest, so that its wait
        // is over when the others are through; so does every third declaration after it.
        var way = declaration > 0 && declaration % 3 == 1 ? ways[^1] : ways[0];
        var yard = way.Departures[declaration % way.Departures.Count];
        var incidents = options.Trucks < Incidents.Length ? IncidentsOfFew : Incidents;
        var incident = truck < incidents.Length ? incidents[truck] : Incident.None;
        var departs = options.Start + FirstDeparture + Whole(departureStagger * truck);
        var order = new TripOrder(
            way.Road, way.Stops, yard.Place, way.Exit.Place, departs.AddHours(-2), departs,
            TimeZoneInfo.FindSystemTimeZoneById(yard.Zone), incident);
        return new(
            truck, declaration, together && truck < ManyUnits ? truck + 1 : 1, way, yard, incident, departs,
            Trip.Plan(order, Draw("trip", truck)));
    }

    /// <summary>Shut when the first truck comes near, open again soon after it has come.</summary>
    ClosurePlan? PlanClosure(IReadOnlyList<TruckTrip> trips)
    {
        var way = trips[0].Way;
        var first = trips.Where(t => t.Way == way).Min(t => t.Trip.Arrives);
        return new(
            way.Crossing.Code, way.Exit.Id, Whole(first.AddHours(-4)), Whole(first.AddMinutes(75)),
            Whole(first.AddHours(6)),
            $"Repair of the weighbridge lane (simulated, seed {options.Seed.ToString(CultureInfo.InvariantCulture)})");
    }

    UnitPlan[] PlanUnits(IReadOnlyList<TruckTrip> trips, ClosurePlan? closure)
    {
        var queued = 0;
        return
        [
            .. trips.OrderBy(t => t.Trip.Arrives).ThenBy(t => t.Truck).Select(t =>
            {
                var exits = t.Trip.Arrives.AddMinutes(40);
                if (closure is not null && t.Way.Crossing.Code == closure.Crossing && exits > closure.From)
                {
                    var reopened = closure.Until.AddMinutes(25);
                    if (exits < reopened) exits = reopened.AddMinutes(6 * queued++);
                }
                return PlanUnit(t, exits);
            }).OrderBy(u => u.Truck),
        ];
    }

    UnitPlan PlanUnit(TruckTrip trip, DateTimeOffset exits)
    {
        var dice = Draw("unit", trip.Truck);
        DateTimeOffset? enters = exits + dice.Minutes(120, 300);
        if (trip.Incident == Incident.Unanswered) enters = null;
        var journey = TruckJourney.Of(
            trip.Trip, trip.Way.Crossing.Place, trip.Way.Entry.Place, exits,
            enters?.AddHours(12) ?? exits.AddHours(48));
        var conditions = Conditions.Of(journey, trip.Incident, Draw("conditions", trip.Truck));
        var localUnit = $"{LocalReference(trip.Declaration)}/{trip.Number}";
        var mass = dice.Between(18_000, 27_000) * 1000L;
        var departs = trip.Departs;
        return new(
            trip.Number, trip.Truck, localUnit, Invented.Container(dice), mass, mass + dice.Between(-90, 90) * 1000L,
            Invented.Plate(dice), Invented.Driver(dice), Invented.Seal(options.Seed, trip.Truck),
            Invented.Lock(options.Seed, trip.Truck), Invented.Imei(options.Seed, trip.Truck), trip.Incident, journey,
            conditions,
            new(
                departs.AddMinutes(-150), departs.AddMinutes(-80), departs.AddMinutes(-65), departs.AddMinutes(-50),
                departs.AddMinutes(-15), exits, enters),
            Truth.Of(localUnit, journey, conditions, trip.Way.Road), dice.Next());
    }

    DeclarationPlan Declare(int declaration, UnitPlan[] units, TruckTrip first)
    {
        var dice = Draw("declaration", declaration);
        var (consignor, consignee, carrier) = Invented.Parties(dice);
        var at = options.Start.AddMinutes(15) + Whole(declarationStagger * declaration);
        var holder = declaration % Invented.Holders.Count;
        return new(
            LocalReference(declaration), first.Way.Route, first.Yard.Id, first.Way.Exit.Id, first.Way.Entry.Id,
            Invented.Holders[holder], consignor, consignee, carrier, Grn(first.Yard, holder),
            Invented.Goods(dice, units.Length), units, at, at.AddMinutes(15), at.AddMinutes(30));
    }

    /// <summary>One guarantee a holder, twice what its declarations put at risk.</summary>
    IReadOnlyList<GuaranteePlan> Guarantees(IReadOnlyList<DeclarationPlan> declarations) =>
    [
        .. declarations.GroupBy(d => d.Grn).Select((g, i) => new GuaranteePlan(
            g.Key, g.First().Holder, Invented.Insurers[i % Invented.Insurers.Count],
            Draw("access code", i).Next().ToString("X16", CultureInfo.InvariantCulture),
            g.Sum(d => d.Goods.Sum(x => x.DutyMinor)) * 2, options.Start.AddDays(500), g.First().OfficeOfDeparture,
            options.Start.AddMinutes(5))),
    ];

    /// <summary>Two devices for each truck of the office, and one pair besides that stays in store.</summary>
    IReadOnlyList<StockPlan> Stocks(IReadOnlyList<DeclarationPlan> declarations) =>
    [
        .. declarations.GroupBy(d => d.OfficeOfDeparture).Select((office, i) => new StockPlan(
            office.Key,
            [
                .. office.SelectMany(d => d.Units).SelectMany(u => Pair(u.Lock, u.Imei)),
                .. Pair(
                    Invented.Lock(options.Seed, options.Trucks + i), Invented.Imei(options.Seed, options.Trucks + i)),
            ],
            options.Start.AddMinutes(5))),
    ];

    static DevicePlan[] Pair(string lockNumber, string imei) => [DevicePlan.Lock(lockNumber), DevicePlan.Tracker(imei)];

    string Grn(SimulatedOffice yard, int holder) =>
        Invented.Grn(options.Seed, options.Start.Year, yard.Administration, holder + 1);

    /// <summary>At most 22 characters, as common transit has them; each scenario and seed has its own.</summary>
    string LocalReference(int declaration)
    {
        var run = (uint)Dice.Hash($"{options.Scenario} {options.Seed}");
        return string.Create(CultureInfo.InvariantCulture, $"SIM-{run:X8}-{declaration + 1:D5}");
    }

    Dice Draw(string what, int number) => Dice.For(options.Seed, $"{what} {number}");

    static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    static TimeSpan Whole(TimeSpan span) => TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds));

    static DateTimeOffset Whole(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
}
