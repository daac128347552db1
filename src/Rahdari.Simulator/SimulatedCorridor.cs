namespace Rahdari.Simulator;

/// <summary>A place in WGS 84, in degrees as the corridor is drawn.</summary>
public readonly record struct SimulatedPlace(double Latitude, double Longitude);

/// <param name="Id">The office with its administration, for example <c>pk:TORKHAM</c>.</param>
/// <param name="Zone">IANA zone: drivers sleep and pray by it.</param>
public sealed record SimulatedOffice(
    string Id, string Name, SimulatedPlace Place, string Zone, IReadOnlyList<string> Roles, int ZoneRadiusMetres)
{
    public string Administration => Id[..Math.Max(0, Id.IndexOf(':'))];
}

/// <summary>Where the exit office of one administration faces the entry office of another.</summary>
public sealed record SimulatedCrossing(
    string Code, string Name, string ExitOffice, string EntryOffice, SimulatedPlace Place);

/// <param name="Line">As drawn; the road itself lies within <paramref name="AccuracyMetres"/> of it.</param>
/// <param name="HalfWidthMetres">How far from the drawn line a unit may be without leaving the corridor.</param>
public sealed record SimulatedLeg(
    string From, string To, int AccuracyMetres, int HalfWidthMetres, IReadOnlyList<SimulatedPlace> Line);

public sealed record SimulatedStop(string Name, SimulatedPlace Place, int RadiusMetres, int LimitMinutes);

/// <summary>A designated route: legs in driving order, each beginning where the one before ends.</summary>
public sealed record SimulatedRoute(
    string Id, string Name, IReadOnlyList<string> DepartureOffices, string Crossing, string ExitOffice,
    IReadOnlyList<SimulatedLeg> Legs, IReadOnlyList<SimulatedStop> Stops)
{
    /// <summary>Every vertex in order, shared ends once.</summary>
    public IReadOnlyList<SimulatedPlace> Line { get; } =
        [.. Legs.SelectMany((l, i) => i == 0 ? l.Line : l.Line.Skip(1))];
}

/// <summary>What the simulator knows of a corridor: the same an outsider can read.</summary>
public sealed record SimulatedCorridor(
    string Id, IReadOnlyList<SimulatedOffice> Offices, IReadOnlyList<SimulatedCrossing> Crossings,
    IReadOnlyList<SimulatedRoute> Routes)
{
    public SimulatedOffice? FindOffice(string id) => Offices.FirstOrDefault(o => o.Id == id);
    public SimulatedCrossing? FindCrossing(string code) => Crossings.FirstOrDefault(c => c.Code == code);
}
