namespace Rahdari.Corridors;

/// <summary>Leaves out the points of a line that it does not need (Douglas and Peucker, 1973).</summary>
static class SimplerLine
{
    /// <summary>A chord over more points may be too long for a flat projection and is halved anyway.</summary>
    const int LongestChord = 20;

    /// <summary>The points to keep from one to another, both included, in order.</summary>
    public static List<int> Kept(IReadOnlyList<GeoCoordinate> points, int from, int to, double withinMetres)
    {
        var kept = new List<int> { from };
        if (to > from) kept.Add(to);
        // Halves are put by until their turn, so that a long line needs no deep stack.
        var waiting = new Stack<(int From, int To)>([(from, to)]);
        while (waiting.TryPop(out var part))
        {
            if (part.To - part.From < 2) continue;
            var chord = new Piece(points[part.From], points[part.To], 0, 0, 0);
            var (farthest, most) = (-1, withinMetres * withinMetres);
            for (var i = part.From + 1; i < part.To; i++)
            {
                var square = chord.Measure(points[i]).Square;
                if (square > most) (farthest, most) = (i, square);
            }
            if (farthest < 0 && part.To - part.From > LongestChord) farthest = (part.From + part.To) / 2;
            if (farthest < 0) continue;
            kept.Add(farthest);
            waiting.Push((part.From, farthest));
            waiting.Push((farthest, part.To));
        }
        kept.Sort();
        return kept;
    }
}
