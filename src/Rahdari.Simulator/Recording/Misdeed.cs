namespace Rahdari.Simulator.Recording;

/// <summary>What can go wrong on a trip, by somebody's doing or by itself.</summary>
enum Misdeed
{
    ParallelRoad, Deviation, FarDeviation, LongStop, HotSpotStop, NightStop, WrongWay, Silence, Jamming, Jump, Frozen,
    Drift, SealOpened, RopeCut, CoverOpened, Unlocked, Battery, Separated,
}

static class Misdeeds
{
    /// <summary>How often each is drawn beside the others.</summary>
    static readonly (Misdeed Misdeed, int Weight)[] Weights =
    [
        (Misdeed.ParallelRoad, 4), (Misdeed.Deviation, 3), (Misdeed.FarDeviation, 3), (Misdeed.LongStop, 5),
        (Misdeed.HotSpotStop, 2), (Misdeed.NightStop, 3), (Misdeed.WrongWay, 2), (Misdeed.Silence, 3),
        (Misdeed.Jamming, 3), (Misdeed.Jump, 2), (Misdeed.Frozen, 2), (Misdeed.Drift, 2), (Misdeed.SealOpened, 3),
        (Misdeed.RopeCut, 3), (Misdeed.CoverOpened, 2), (Misdeed.Unlocked, 3), (Misdeed.Battery, 1),
        (Misdeed.Separated, 2),
    ];

    /// <summary>A third of the trips pass without any; on the others there are two to six.</summary>
    public static IReadOnlyList<Misdeed> Draw(Dice dice, LockKind lockKind)
    {
        if (dice.NextDouble() < 0.33) return [];
        var drawn = new List<Misdeed>();
        for (var n = dice.Between(2, 6); n > 0; n--)
        {
            var misdeed = One(dice);
            // What a lock cannot tell is not done to it here.
            if (misdeed == Misdeed.RopeCut && lockKind != LockKind.Rope) misdeed = Misdeed.SealOpened;
            else if (misdeed == Misdeed.SealOpened && lockKind == LockKind.Rope) misdeed = Misdeed.RopeCut;
            var once = misdeed is Misdeed.RopeCut or Misdeed.Separated or Misdeed.Battery or Misdeed.NightStop;
            if (!once || !drawn.Contains(misdeed)) drawn.Add(misdeed);
        }
        return drawn;
    }

    static Misdeed One(Dice dice)
    {
        var at = dice.Between(0, Weights.Sum(w => w.Weight) - 1);
        foreach (var (misdeed, weight) in Weights)
        {
            if (at < weight) return misdeed;
            at -= weight;
        }
        return Weights[^1].Misdeed;
    }
}
