namespace Rahdari.Simulator.Driving;

enum StageKind { Yard, Road, AllowedStop, LongStop, Detour, CrossingQueue, Beyond, FarYard }

/// <summary>The kind of country, by which alarms are counted apart.</summary>
enum Terrain { Yard, Open, City, Mountain }

/// <summary>A stretch of time in which a truck stands or drives at one speed along one path.</summary>
sealed record JourneyStage(
    StageKind Kind, Terrain Terrain, DateTimeOffset From, DateTimeOffset Until, Polyline Path, double FromMetres,
    double ToMetres)
{
    public bool Moves => ToMetres > FromMetres;

    public double SpeedKmh => Moves ? (ToMetres - FromMetres) / (Until - From).TotalHours / 1000 : 0;

    public double AlongAt(DateTimeOffset time)
    {
        if (!Moves || Until <= From) return FromMetres;
        return FromMetres + (ToMetres - FromMetres) * Math.Clamp((time - From) / (Until - From), 0, 1);
    }
}

/// <param name="TravelledMetres">Driven since the yard.</param>
readonly record struct JourneyPoint(
    SimulatedPlace Place, double SpeedKmh, double CourseDegrees, double TravelledMetres, bool Moves);

/// <summary>The way of one truck as a pure timeline: where it is at any time. Stages follow without a gap.</summary>
sealed class TruckJourney
{
    const double BeyondKmh = 20;

    /// <summary>Where both offices stand in one place, the other side's yard is taken this far ahead.</summary>
    const double LeastBeyondMetres = 1_500;

    readonly JourneyStage[] stages;
    readonly double[] travelled;

    /// <param name="arrives">When it reaches the exit office.</param>
    /// <param name="exits">When it leaves over the crossing.</param>
    public TruckJourney(IEnumerable<JourneyStage> stages, DateTimeOffset arrives, DateTimeOffset exits)
    {
        this.stages = [.. stages];
        travelled = new double[this.stages.Length];
        for (var i = 1; i < travelled.Length; i++)
            travelled[i] = travelled[i - 1] + this.stages[i - 1].ToMetres - this.stages[i - 1].FromMetres;
        (Arrives, Exits) = (arrives, exits);
    }

    public IReadOnlyList<JourneyStage> Stages => stages;

    public DateTimeOffset Departs => stages.First(s => s.Moves).From;

    public DateTimeOffset Arrives { get; }

    public DateTimeOffset Exits { get; }

    /// <summary>Metres from the yard to where it stands at last.</summary>
    public double Length => travelled[^1] + stages[^1].ToMetres - stages[^1].FromMetres;

    /// <summary>Before the first stage it stands where that begins, after the last where that ends.</summary>
    public JourneyPoint At(DateTimeOffset time)
    {
        var i = StageAt(time);
        var stage = stages[i];
        var along = stage.AlongAt(time);
        var moves = stage.Moves && time >= stage.From && time < stage.Until;
        return new(
            stage.Path.At(along), moves ? stage.SpeedKmh : 0, stage.Path.CourseAt(along),
            travelled[i] + along - stage.FromMetres, moves);
    }

    /// <summary>When the truck has driven so far from its yard.</summary>
    public DateTimeOffset TimeAt(double travelledMetres)
    {
        for (var i = 0; i < stages.Length; i++)
        {
            var stage = stages[i];
            var length = stage.ToMetres - stage.FromMetres;
            if (!stage.Moves || travelled[i] + length < travelledMetres) continue;
            var part = Math.Clamp((travelledMetres - travelled[i]) / length, 0, 1);
            return stage.From + TimeSpan.FromSeconds(Math.Round((stage.Until - stage.From).TotalSeconds * part));
        }
        return stages[^1].Until;
    }

    /// <summary>When a stage begins to move after <paramref name="time"/> while the truck stands; null where none
    /// does.</summary>
    public DateTimeOffset? NextSetOff(DateTimeOffset time)
    {
        for (var i = StageAt(time); i < stages.Length; i++)
            if (stages[i].Moves && stages[i].From > time && (i == 0 || !stages[i - 1].Moves)) return stages[i].From;
        return null;
    }

    /// <summary>
    /// A trip and what follows it: waiting at the exit office, over the crossing, standing at the entry office.
    /// </summary>
    public static TruckJourney Of(
        Trip trip, SimulatedPlace crossing, SimulatedPlace entry, DateTimeOffset exits, DateTimeOffset ends)
    {
        var last = trip.Stages[^1];
        var here = last.Path.At(last.ToMetres);
        var path = PathBeyond(here, last.Path.CourseAt(last.ToMetres), crossing, entry);
        var over = exits + TimeSpan.FromSeconds(Math.Round(path.Length * 3.6 / BeyondKmh));
        return new(
        [
            .. trip.Stages,
            new(StageKind.CrossingQueue, Terrain.Yard, trip.Arrives, exits, last.Path, last.ToMetres, last.ToMetres),
            new(StageKind.Beyond, Terrain.Mountain, exits, over, path, 0, path.Length),
            new(StageKind.FarYard, Terrain.Yard, over, ends > over ? ends : over, path, path.Length, path.Length),
        ], trip.Arrives, exits);
    }

    static Polyline PathBeyond(SimulatedPlace here, double course, SimulatedPlace crossing, SimulatedPlace entry)
    {
        var path = new Polyline([here, crossing, entry]);
        if (path.Length >= LeastBeyondMetres) return path;
        var radians = course * Math.PI / 180;
        var ahead = Geodesy.Move(
            entry, LeastBeyondMetres * Math.Sin(radians), LeastBeyondMetres * Math.Cos(radians));
        return new Polyline([here, crossing, entry, ahead]);
    }

    int StageAt(DateTimeOffset time)
    {
        var (low, high) = (0, stages.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (stages[middle].From <= time) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
