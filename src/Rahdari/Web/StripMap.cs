using Rahdari.Corridors;
using Rahdari.Movements;

namespace Rahdari.Web;

/// <summary>A unit on a strip map.</summary>
/// <param name="ProgressKilometres">From the start of the route, along the drawn line.</param>
/// <param name="Off">Beyond the corridor's edge.</param>
public sealed record StripUnit(UnitId Unit, double ProgressKilometres, bool Off, bool HasAlert);

/// <summary>How a unit is marked. Each has a shape of its own: colour only adds to it.</summary>
public sealed record StripShape(bool Off, bool HasAlert)
{
    /// <summary>In the order of the legend.</summary>
    public static IReadOnlyList<StripShape> All { get; } =
        [new(false, false), new(true, false), new(false, true), new(true, true)];

    /// <summary>Its key in the legend.</summary>
    public string TextKey => (Off, HasAlert) switch
    {
        (false, false) => "strip.unit",
        (true, false) => "strip.off",
        (false, true) => "strip.alert",
        _ => "strip.off-and-alert",
    };

    /// <summary>Its outline around the origin, SVG path data: a disc, a hollow diamond, a triangle, a hollow
    /// triangle.</summary>
    public string Path => HasAlert ? "M0-8 8 6H-8Z" : Off ? "M0-7 7 0 0 7-7 0Z" : "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0";

    public string Class => $"unit{(Off ? " off" : "")}{(HasAlert ? " alert" : "")}";
}

/// <summary>A place on the strip; the corridor's own names of places are texts of the pack.</summary>
/// <param name="Kind"><c>office</c>, <c>stop</c> or <c>place</c>.</param>
public sealed record StripPlace(string NameKey, string Kind, double Y, int Kilometre);

/// <param name="LabelY">Where its label stands, pushed down so that labels do not cover each other.</param>
public sealed record StripMark(StripUnit Unit, double Y, double LabelY);

/// <summary>
/// One route as a straight strip, drawn by the server: the departure at the top, the crossing at the bottom, places at
/// their kilometre but never closer than a line of text. Nothing of it is geography: no boundary can be on it.
/// </summary>
public sealed record StripMap(IReadOnlyList<StripPlace> Places, IReadOnlyList<StripMark> Marks, double Height)
{
    /// <summary>Lengths of the drawing, in its own units; a unit is a CSS pixel at full size.</summary>
    public const double Width = 360, LineX = 190, Top = 20, TextStep = 22, LabelStep = 15;

    /// <summary>A long leg is drawn longer than a short one, up to three lines of text.</summary>
    const double UnitsPerKilometre = 0.35, LongestStep = 66;

    public static StripMap Draw(CorridorGeometry geometry, CorridorPack pack, IEnumerable<StripUnit> units)
    {
        var route = geometry.Route;
        var ends = route.Legs.Select(l =>
            (Key: l.To, At: l.Line[^1])).Prepend((Key: route.Legs[0].From, At: route.Legs[0].Line[0]));
        var places = new List<StripPlace>();
        var y = Top;
        var before = 0.0;
        foreach (var (key, at) in ends)
        {
            var kilometre = geometry.Locate(at).ProgressKilometres;
            if (places.Count > 0) y += Math.Clamp((kilometre - before) * UnitsPerKilometre, TextStep, LongestStep);
            before = kilometre;
            places.Add(new(key, KindOf(key, route, pack), y, (int)Math.Round(kilometre)));
        }
        var marks = Mark(places, units);
        return new(places, marks, Math.Max(y, marks.Count == 0 ? 0 : marks[^1].LabelY) + Top);
    }

    /// <summary>Where a kilometre lies on the strip.</summary>
    static double YOf(IReadOnlyList<StripPlace> places, double kilometre)
    {
        for (var i = 1; i < places.Count; i++)
        {
            var (a, b) = (places[i - 1], places[i]);
            if (kilometre > b.Kilometre && i + 1 < places.Count) continue;
            var length = Math.Max(1, b.Kilometre - a.Kilometre);
            return a.Y + Math.Clamp((kilometre - a.Kilometre) / length, 0, 1) * (b.Y - a.Y);
        }
        return Top;
    }

    static List<StripMark> Mark(IReadOnlyList<StripPlace> places, IEnumerable<StripUnit> units)
    {
        var marks = new List<StripMark>();
        foreach (var unit in units.OrderBy(u => u.ProgressKilometres).ThenBy(u =>
            u.Unit.ToString(), StringComparer.Ordinal))
        {
            var y = YOf(places, unit.ProgressKilometres);
            marks.Add(new(unit, y, marks.Count == 0 ? y : Math.Max(y, marks[^1].LabelY + LabelStep)));
        }
        return marks;
    }

    static string KindOf(string key, CorridorRoute route, CorridorPack pack) =>
        pack.Offices.Any(o => o.NameKey == key) || pack.Crossings.Any(c => c.NameKey == key) ? "office"
        : route.Stops.Any(s => s.NameKey == key) ? "stop"
        : "place";
}
