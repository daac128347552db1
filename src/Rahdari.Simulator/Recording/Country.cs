using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>
/// What a road leads through: towns, mountains, stretches without a signal, hot spots. It depends on the drawn route
/// alone, so that what is learned of it from one seed holds for another.
/// </summary>
sealed class Country
{
    /// <summary>A town is this far across, to each side of where the road meets it.</summary>
    const double TownMetres = 4_000;

    /// <summary>The climb to the pass before a crossing.</summary>
    const double PassMetres = 60_000;

    /// <summary>Hills and gaps in coverage are drawn block by block.</summary>
    const double HillBlockMetres = 20_000, SignalBlockMetres = 60_000;

    /// <summary>At the edges of a gap in coverage the connection comes and goes.</summary>
    const double EdgeMetres = 2_000;

    /// <summary>Where this share of attempts or less gets through, coverage is called poor.</summary>
    const double PoorSignal = 0.6;

    const double FullSignal = 0.995;

    readonly Terrain[] terrain;
    readonly float[][] signal;
    readonly SimulatedCorridor corridor;

    Country(SimulatedRoute route, SimulatedCorridor corridor, IReadOnlyList<SimulatedHotSpot> hotSpots)
    {
        (Route, HotSpots, this.corridor) = (route, hotSpots, corridor);
        var exit = corridor.FindOffice(route.ExitOffice)
            ?? throw new ArgumentException($"route {route.Id}: there is no office {route.ExitOffice}");
        Exit = exit;
        Crossing = corridor.FindCrossing(route.Crossing)
            ?? throw new ArgumentException($"route {route.Id}: there is no crossing {route.Crossing}");
        var yards = route.DepartureOffices.Select(corridor.FindOffice).OfType<SimulatedOffice>().ToArray();
        Road = TrueRoad.Of(
            route,
            [.. yards.Select(o => o.Place), exit.Place, Crossing.Place, .. route.Stops.Select(s => s.Place)],
            bends: true);
        Stops = RoadStop.On(Road, route.Stops);
        End = Road.Line.Nearest(exit.Place).Along;
        Yards =
        [
            .. yards.Select(o => (Office: o, Road.Line.Nearest(o.Place).Along)).Where(y => y.Along < End),
        ];
        if (Yards.Count == 0) throw new ArgumentException($"route {route.Id}: no yard lies before its exit office");
        var kilometres = (int)(Road.Line.Length / 1000) + 1;
        terrain = [.. Enumerable.Range(0, kilometres).Select(k => DrawTerrain((k + 0.5) * 1000))];
        signal = [DrawSignal(kilometres, DeviceRole.Container), DrawSignal(kilometres, DeviceRole.PrimeMover)];
    }

    public SimulatedRoute Route { get; }
    public TrueRoad Road { get; }
    public IReadOnlyList<RoadStop> Stops { get; }
    public IReadOnlyList<(SimulatedOffice Office, double Along)> Yards { get; }
    public SimulatedOffice Exit { get; }
    public SimulatedCrossing Crossing { get; }
    public IReadOnlyList<SimulatedHotSpot> HotSpots { get; }

    /// <summary>Where the road reaches the exit office.</summary>
    public double End { get; }

    public static Country Of(
        SimulatedRoute route, SimulatedCorridor corridor, IReadOnlyList<SimulatedHotSpot> hotSpots) =>
        new(route, corridor, hotSpots);

    public Terrain TerrainAt(double along) => terrain[KilometreOf(along)];

    /// <summary>Which share of a device's attempts to connect succeeds there.</summary>
    public double SignalAt(double along, DeviceRole role) => signal[(int)role][KilometreOf(along)];

    public bool IsPoorlyCovered(double along) =>
        SignalAt(along, DeviceRole.Container) <= PoorSignal || SignalAt(along, DeviceRole.PrimeMover) <= PoorSignal;

    public SimulatedHotSpot? HotSpotAt(SimulatedPlace place) =>
        HotSpots.FirstOrDefault(h => Geodesy.Distance(h.Place, place) <= h.RadiusMetres);

    /// <summary>
    /// So near the edge of a hot spot that no report could tell on which side it is: as far as a reflection pulls.
    /// </summary>
    public bool IsAtHotSpotEdge(SimulatedPlace place) => HotSpots.Any(h =>
        Math.Abs(Geodesy.Distance(h.Place, place) - h.RadiusMetres) <= Receiver.LongestPullMetres);

    public SimulatedStop? StopAt(SimulatedPlace place) =>
        Route.Stops.FirstOrDefault(s => Geodesy.Distance(s.Place, place) <= s.RadiusMetres);

    public bool IsAtOffice(SimulatedPlace place) => corridor.Offices.Any(o =>
        o.Roles.Any(r => r != "control-room") && Geodesy.Distance(o.Place, place) <= o.ZoneRadiusMetres);

    public SimulatedOffice Entry => corridor.FindOffice(Crossing.EntryOffice) ?? Exit;

    int KilometreOf(double along) => Math.Clamp((int)(along / 1000), 0, terrain.Length - 1);

    Terrain DrawTerrain(double along)
    {
        if (Road.Towns.Any(t => Math.Abs(t - along) <= TownMetres)) return Terrain.City;
        if (along > Road.Line.Length - PassMetres) return Terrain.Mountain;
        var hilly = along > Road.Line.Length * 0.3
            && Block("hills", along, HillBlockMetres).NextDouble() < 0.3;
        return hilly ? Terrain.Mountain : Terrain.Open;
    }

    /// <summary>Most gaps are there for every network, some for one.</summary>
    float[] DrawSignal(int kilometres, DeviceRole role)
    {
        var shares = new float[kilometres];
        Array.Fill(shares, (float)FullSignal);
        for (var block = 0.0; block < Road.Line.Length; block += SignalBlockMetres)
        {
            var dice = Block("signal", block + 1, SignalBlockMetres);
            var wild = TerrainAt(block + SignalBlockMetres / 2) == Terrain.Mountain;
            if (dice.NextDouble() > (wild ? 0.7 : 0.4)) continue;
            var length = dice.Between(7_000.0, 38_000.0);
            var from = block + dice.NextDouble() * (SignalBlockMetres - length);
            var only = dice.NextDouble();
            if (only < 0.15 && role == DeviceRole.PrimeMover || only > 0.85 && role == DeviceRole.Container) continue;
            for (var k = 0; k < kilometres; k++)
            {
                var along = (k + 0.5) * 1000;
                if (along < from || along > from + length || terrain[k] == Terrain.City) continue;
                var edge = Math.Min(along - from, from + length - along) < EdgeMetres;
                shares[k] = edge ? 0.5f : 0;
            }
        }
        return shares;
    }

    Dice Block(string what, double along, double metres) =>
        Dice.For(0, $"{what} {(long)(along / metres)} of {Route.Id}");
}
