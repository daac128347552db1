namespace Rahdari.Corridors.Learning;

/// <summary>How wide the corridor has to be along a line, and the line with no more points than it needs.</summary>
static class RoadWidth
{
    /// <summary>
    /// Half of the least width: works and police lead traffic as far as the next carriageway or street aside, and a
    /// receiver adds its own error.
    /// </summary>
    const int NarrowestMetres = 200;

    /// <summary>Half of the largest width: a road 300 m aside is another road.</summary>
    const int WidestMetres = 260;

    /// <summary>Positions farther aside were not on this road, or were badly wrong.</summary>
    const double OnRoadMetres = 280;

    /// <summary>Of those on the road this share is to lie inside, with half as much again beside it.</summary>
    const double InsideShare = 0.97, Margin = 1.5;

    const double BlockMetres = 1_000;

    const int FewestFixes = 30;

    /// <summary>A simpler line stays this close to the one found.</summary>
    const double SimplerWithinMetres = 8;

    public static IReadOnlyList<LearnedPoint> Of(RoadSketch road, IReadOnlyList<RecordedUnit> units)
    {
        var widths = Widths(road, units);
        var kept = SimplerLine.Kept(road.Points, 0, road.Points.Count - 1, SimplerWithinMetres);
        var points = new List<LearnedPoint>(kept.Count);
        var along = 0.0;
        for (var i = 0; i < kept.Count; i++)
        {
            var place = road.Points[kept[i]];
            if (i > 0) along += Earth.MetresBetween(points[^1].Place, place);
            points.Add(new(place, widths[Math.Min(widths.Length - 1, (int)(along / BlockMetres))]));
        }
        return points;
    }

    static int[] Widths(RoadSketch road, IReadOnlyList<RecordedUnit> units)
    {
        var aside = new List<double>[(int)(road.LengthMetres / BlockMetres) + 1];
        foreach (var fix in units.SelectMany(u => u.Tracks).SelectMany(t => t.Placed))
            if (fix.Moves && road.Find(fix.Place) is { } at && Math.Abs(at.AsideMetres) <= OnRoadMetres)
                (aside[Math.Min(aside.Length - 1, (int)(at.AlongMetres / BlockMetres))] ??= [])
                    .Add(Math.Abs(at.AsideMetres));
        return
        [
            .. aside.Select(a =>
            {
                if (a is null || a.Count < FewestFixes) return WidestMetres;
                a.Sort();
                var wanted = a[(int)(a.Count * InsideShare)] * Margin;
                return Math.Clamp((int)Math.Ceiling(wanted / 10) * 10, NarrowestMetres, WidestMetres);
            }),
        ];
    }
}
