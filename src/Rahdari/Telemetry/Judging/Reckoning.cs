using Rahdari.Corridors;

namespace Rahdari.Telemetry.Judging;

/// <summary>How far the positions up to a time had moved without the device's own speed and course saying so.</summary>
/// <param name="EastMetres">Summed from an arbitrary beginning, as is the rest.</param>
/// <param name="Variance">Square metres: what speed and course err by, summed.</param>
/// <param name="LeapEast">What of it were leaps, farther at once than a place slides.</param>
readonly record struct ReckonedPoint(
    long AtMicros, double EastMetres, double NorthMetres, double Variance, double LeapEast = 0, double LeapNorth = 0)
{
    /// <summary>Metres slid since a point, leaps apart.</summary>
    public (double East, double North) SlidWay(in ReckonedPoint from) => (
        EastMetres - from.EastMetres - (LeapEast - from.LeapEast),
        NorthMetres - from.NorthMetres - (LeapNorth - from.LeapNorth));
}

/// <summary>
/// Holds the positions of one device against its own speed and course. A receiver measures speed by another effect than
/// position: where the place slides or leaps and the speed knows nothing of it, the unit did not go there. What speed
/// and course err by is learned from the device itself, so that one that tells them badly, or not at all, proves
/// nothing.
/// </summary>
sealed class Reckoning
{
    /// <summary>The span over which a slide is looked for; what is reckoned over longer errs by kilometres.</summary>
    public const long SpanMicros = 25 * 60_000_000L;

    /// <summary>Ends of the span that are compared: each the middle of some minutes, so that one fix tells nothing.
    /// </summary>
    const long EndMicros = 150_000_000;

    /// <summary>Speed and course say nothing of what lies between two reports farther apart.</summary>
    public const long MostStepMicros = 200_000_000;

    /// <summary>Closer together than this they say no more.</summary>
    public const long LeastStepMicros = 20_000_000;

    /// <summary>A point each 20 s would be 75; those of slower reports are fewer.</summary>
    public const int MostPoints = 40;

    /// <summary>Slower than this (m/s) a course means nothing, and a device that stands wanders.</summary>
    const double Standing = 1.4;

    /// <summary>Metres one fix errs by against the next.</summary>
    const double FixMetres = 15;

    /// <summary>What speed and course err by, as a share of the way, before it is learned, and at least.</summary>
    const double UnlearnedShare = 0.25, LeastShare = 0.05;

    /// <summary>Steps on the way that teach it; so many are asked for before anything is concluded.</summary>
    const int Learning = 24, Learned = 12;

    /// <summary>
    /// Standard errors that make one: by themselves, and where the unit's other device or the corridor is left too.
    /// </summary>
    const double SlideErrors = 6, DoubtedSlideErrors = 3.5;

    /// <summary>
    /// Metres of noise that what leaps goes farther by than a slide. A turn that no report tells of is such a leap, and
    /// no slide.
    /// </summary>
    const double LeapNoise = 60;

    /// <summary>As slow as this (m/s) a vehicle creeps in a queue, and stands between two reports as often as not.
    /// </summary>
    const double Creeping = 4.2;

    /// <summary>A speed is counted in the step before it and in the one after it: so is its error.</summary>
    const double Shared = 2;

    public long LastMicros { get; set; }
    public int LatitudeE7 { get; set; }
    public int LongitudeE7 { get; set; }

    /// <summary>Metres a second at the last record.</summary>
    public double EastSpeed { get; set; }
    public double NorthSpeed { get; set; }

    /// <summary>Square of the share of the way that speed and course err by.</summary>
    public double Share { get; set; } = UnlearnedShare * UnlearnedShare;

    /// <summary>Steps learned from.</summary>
    public int Steps { get; set; }

    /// <summary>In order of time; the last is now.</summary>
    public List<ReckonedPoint> Points { get; set; } = [];

    /// <summary>Where the slide that goes on began from; null while there is none.</summary>
    public ReckonedPoint? SlidFrom { get; set; }

    /// <summary>The farthest it led.</summary>
    public double SlidMetres { get; set; }

    /// <summary>The last step was farther than a place slides, and not driven.</summary>
    public bool HasLeapt { get; set; }

    /// <summary>The last record ended a slide.</summary>
    public bool HasReturned { get; set; }

    /// <summary>It slid when a time came of which nothing is known: a leap may be its end.</summary>
    public bool LostSlide { get; set; }

    public bool IsSliding => SlidFrom is not null;

    /// <summary>Speed and course of the device have proved to be worth asking.</summary>
    public bool IsLearned => Steps >= Learned;

    public Reckoning Copy()
    {
        var copy = (Reckoning)MemberwiseClone();
        copy.Points = [.. Points];
        return copy;
    }

    /// <summary>Takes a believed position.</summary>
    /// <param name="odd">Metres it is from where something else says it should be; null where nothing does.</param>
    /// <param name="beside">Those of devices on the same vehicle: what all of them are led by, each shows for itself.
    /// </param>
    /// <param name="left">Since when, and how far, the place must have been led for what is odd of it to speak for a
    /// slide; null where it always does.</param>
    public void Take(
        JudgedRecord record, double? odd, JudgingRules rules, IReadOnlyList<Reckoning>? beside = null,
        (long Micros, double Metres)? left = null)
    {
        HasReturned = HasLeapt = false;
        LostSlide &= Points.Count > 0 && record.AtMicros - Points[^1].AtMicros < rules.DriftLongestSeconds * 1_000_000L
            && !IsLeap(record);
        if (VelocityOf(record) is not { } now) return;
        // A receiver that stands still while it moves is told of as such.
        if (record.LatitudeE7 == LatitudeE7 && record.LongitudeE7 == LongitudeE7 && now != (0, 0)) return;
        var micros = record.AtMicros - LastMicros;
        if (Points.Count > 0 && micros < LeastStepMicros) return;
        if (Points.Count == 0) Points.Add(new(record.AtMicros, 0, 0, 0));
        else if (micros > MostStepMicros) Bridge(record, now, rules);
        else
        {
            var step = StepTo(record, now, odd is not null);
            Add(record.AtMicros, step, rules);
            if (!IsSliding && odd is null) Learn(step);
        }
        (LastMicros, LatitudeE7, LongitudeE7) = (record.AtMicros, record.LatitudeE7, record.LongitudeE7);
        (EastSpeed, NorthSpeed) = now;
        var isExplained = left is { } since && KnowsSince(since.Micros)
            && !IsLedSince(since.Micros, since.Metres, errors: 0);
        Watch(isExplained ? null : odd, beside ?? [], rules);
    }

    /// <summary>
    /// A leap to that record would bring the place back to where the slide began: what ends is the slide.
    /// </summary>
    public bool IsReturn(JudgedRecord record, JudgingRules rules)
    {
        if (Points.Count < 2 || !IsLearned || VelocityOf(record) is not { } now
            || record.AtMicros - LastMicros > MostStepMicros) return false;
        var step = StepTo(record, now);
        var last = Points[^1];
        if (SlidFrom is { } from && IsBack(from)) return true;
        for (var i = 0; i + 1 < Points.Count; i++)
            if (IsBack(Points[i])) return true;
        return false;

        bool IsBack(ReckonedPoint start)
        {
            var away = Length(last.EastMetres - start.EastMetres, last.NorthMetres - start.NorthMetres);
            var left = Length(
                last.EastMetres + step.East - start.EastMetres, last.NorthMetres + step.North - start.NorthMetres);
            return away > rules.DriftSlideMetres && left < 0.4 * away
                && away > 3 * Math.Sqrt(last.Variance - start.Variance);
        }
    }

    /// <summary>
    /// Metres the position moved since a time without having been driven; null where speed and course do not tell, or
    /// tell nothing that outweighs their own error.
    /// </summary>
    public double? UndrivenSince(long micros, double errors)
    {
        if (!IsLearned || Points.Count < 3 || Points[0].AtMicros > micros) return null;
        var before = MiddleOf(micros - 2 * EndMicros, micros);
        var now = Points[^1];
        var metres = Length(now.EastMetres - before.EastMetres, now.NorthMetres - before.NorthMetres);
        var error = Math.Sqrt(now.Variance - before.Variance + FixMetres * FixMetres);
        return metres > errors * error ? metres : null;
    }

    /// <summary>
    /// The position was led so far since a time, and so many times what speed and course err by: who left the road by
    /// driving knows of it, however much they erred on the road before. False where nothing is known of that time.
    /// </summary>
    public bool IsLedSince(long micros, double metres, double errors)
    {
        if (!KnowsSince(micros)) return false;
        var (now, before) = (Points[^1], Points.FindLast(p => p.AtMicros <= micros));
        var (east, north) = now.SlidWay(before);
        return Length(east, north)
            > Math.Max(metres, errors * Math.Sqrt(now.Variance - before.Variance + FixMetres * FixMetres));
    }

    /// <summary>Its points reach back to a time.</summary>
    public bool KnowsSince(long micros) => IsLearned && Points.Count >= 2 && Points[0].AtMicros <= micros;

    /// <summary>
    /// Speed and course tell that what the position moved since a time was driven, but for a quarter of some metres:
    /// what a known way is known to. For how long an alarm waits for it is the rules to say, how sure it is is not.
    /// </summary>
    public bool HasDrivenSince(long micros, double metres)
    {
        if (!IsLearned || Points.Count < 2 || Points[0].AtMicros > micros) return false;
        var before = MiddleOf(micros - 2 * EndMicros, micros);
        var now = Points[^1];
        return Length(now.EastMetres - before.EastMetres, now.NorthMetres - before.NorthMetres)
            + Math.Sqrt(now.Variance - before.Variance + FixMetres * FixMetres) < metres / 4;
    }

    /// <summary>What speaks against the place has to be explained by the slide; then less of it is proof.</summary>
    void Watch(double? odd, IReadOnlyList<Reckoning> beside, JudgingRules rules)
    {
        if (SlidFrom is { } from)
        {
            var end = MiddleOf(Points[^1].AtMicros - 1, Points[^1].AtMicros);
            var metres = Length(end.EastMetres - from.EastMetres, end.NorthMetres - from.NorthMetres);
            SlidMetres = Math.Max(SlidMetres, metres);
            var doubt = 2 * Math.Sqrt(Slid(from, end, beside).Variance);
            if (metres > Math.Max(doubt, Math.Max(rules.DriftSlideMetres / 2.0, 0.4 * SlidMetres))) return;
            Forget();
            HasReturned = true;
            return;
        }
        if (!IsLearned || Points.Count < 6) return;
        var last = Points[^1].AtMicros;
        var now = MiddleOf(last - EndMicros, last);
        for (var start = 0; start + 5 < Points.Count; start++)
        {
            var begin = MiddleOf(Points[start].AtMicros, Points[start].AtMicros + EndMicros);
            if (now.AtMicros - begin.AtMicros < 2 * EndMicros) break;
            var (metres, variance) = Slid(begin, now, beside);
            var error = Math.Sqrt(variance + FixMetres * FixMetres);
            var errors = odd is { } far && metres > far / 2 ? DoubtedSlideErrors : SlideErrors;
            if (metres < rules.DriftSlideMetres || metres < errors * error || LargestStep(start) > metres / 2) continue;
            (SlidFrom, SlidMetres) = (begin, metres);
            return;
        }
    }

    /// <summary>
    /// Metres slid between two points, leaps apart, and the variance of that. What errs of one device's speed and
    /// course is its own: where another one on the vehicle slid the same way at the same time, both together err less
    /// than each. Where it did not, this one alone is led astray, or errs.
    /// </summary>
    (double Metres, double Variance) Slid(in ReckonedPoint from, in ReckonedPoint to, IReadOnlyList<Reckoning> beside)
    {
        var (east, north) = to.SlidWay(from);
        var variance = to.Variance - from.Variance;
        foreach (var other in beside)
        {
            if (!other.IsLearned || other.Points.Count < 6 || other.Points[0].AtMicros > from.AtMicros
                || Math.Abs(other.Points[^1].AtMicros - to.AtMicros) > 2 * EndMicros) continue;
            var begin = other.MiddleOf(from.AtMicros - EndMicros / 2, from.AtMicros + EndMicros / 2);
            var end = other.MiddleOf(to.AtMicros - EndMicros / 2, to.AtMicros + EndMicros / 2);
            var (itsEast, itsNorth) = end.SlidWay(begin);
            var its = end.Variance - begin.Variance;
            if (its <= 0 || Length(east - itsEast, north - itsNorth)
                > 2 * Math.Sqrt(variance + its + FixMetres * FixMetres)) continue;
            var share = its / (variance + its);
            (east, north) = (share * east + (1 - share) * itsEast, share * north + (1 - share) * itsNorth);
            variance *= share;
        }
        return (Length(east, north), variance);
    }

    double LargestStep(int start)
    {
        var largest = 0.0;
        for (var i = start + 1; i < Points.Count; i++)
            largest = Math.Max(largest, Length(
                Points[i].EastMetres - Points[i - 1].EastMetres, Points[i].NorthMetres - Points[i - 1].NorthMetres));
        return largest;
    }

    /// <summary>The mean over some time; the nearest point before where there is none in it.</summary>
    ReckonedPoint MiddleOf(long from, long until)
    {
        var (count, micros, east, north, variance) = (0, 0L, 0.0, 0.0, 0.0);
        var (leapEast, leapNorth) = (0.0, 0.0);
        var nearest = Points[0];
        foreach (var point in Points)
        {
            if (point.AtMicros <= until) nearest = point;
            if (point.AtMicros < from || point.AtMicros > until) continue;
            count++;
            micros += point.AtMicros - from;
            (east, north, variance) = (east + point.EastMetres, north + point.NorthMetres, variance + point.Variance);
            (leapEast, leapNorth) = (leapEast + point.LeapEast, leapNorth + point.LeapNorth);
        }
        return count == 0 ? nearest : new(
            from + micros / count, east / count, north / count, variance / count, leapEast / count, leapNorth / count);
    }

    /// <summary>A time of which nothing is known: where the device stood throughout, nothing happened.</summary>
    void Bridge(JudgedRecord record, (double East, double North) now, JudgingRules rules)
    {
        var stood = Length(EastSpeed, NorthSpeed) < Standing && Length(now.East, now.North) < Standing;
        var (east, north) = To(record);
        if (stood && Length(east, north) < rules.DriftSlideMetres / 2.0)
        {
            Add(record.AtMicros, new(0, 0, 0, FixMetres * FixMetres), rules);
            return;
        }
        LostSlide |= IsSliding;
        Forget();
        // What lies behind says nothing of what comes: no point of it is kept.
        Points.Clear();
        Points.Add(new(record.AtMicros, 0, 0, 0));
    }

    void Forget()
    {
        (SlidFrom, SlidMetres) = (null, 0);
        if (Points.Count > 1) Points.RemoveRange(0, Points.Count - 1);
        else Points.Clear();
    }

    void Add(long atMicros, Step step, JudgingRules rules)
    {
        var last = Points[^1];
        while (Points.Count > 1 && (Points.Count >= MostPoints || Points[1].AtMicros < atMicros - SpanMicros))
            Points.RemoveAt(0);
        var slideSpeed = rules.DriftSlideMetresPerHour / 3_600.0;
        HasLeapt = Length(step.East, step.North) > slideSpeed * (atMicros - last.AtMicros) / 1e6 + LeapNoise;
        Points.Add(new(
            atMicros, last.EastMetres + step.East, last.NorthMetres + step.North, last.Variance + step.Variance,
            last.LeapEast + (HasLeapt ? step.East : 0), last.LeapNorth + (HasLeapt ? step.North : 0)));
    }

    /// <summary>What was not driven of one step, and what that errs by.</summary>
    readonly record struct Step(double East, double North, double Driven, double Variance);

    /// <summary>
    /// Between two reports a vehicle went with the speed of the one, then with that of the other, it is not known for
    /// how long: of all that is possible, what comes nearest to the positions.
    /// </summary>
    /// <param name="doubted">Something speaks against the place.</param>
    Step StepTo(JudgedRecord record, (double East, double North) now, bool doubted = false)
    {
        var seconds = (record.AtMicros - LastMicros) / 1e6;
        var (east, north) = To(record);
        // Who stands at both reports of a queue has moved up between them, or not: the speeds do not tell. Time and
        // again, where nobody queues, they do; and nobody creeps as far as that.
        if (now == (0, 0) && EastSpeed == 0 && NorthSpeed == 0)
            return doubted || Length(east, north) > Creeping * seconds + LeapNoise
                ? new(east, north, 0, FixMetres * FixMetres + (east * east + north * north) / 4)
                : new(0, 0, 0, FixMetres * FixMetres);
        var (fromEast, fromNorth) = (EastSpeed * seconds, NorthSpeed * seconds);
        var (toEast, toNorth) = (now.East * seconds, now.North * seconds);
        var (drivenEast, drivenNorth) = AlongMean((east, north), (fromEast, fromNorth), (toEast, toNorth))
            ?? Nearest((east, north), (fromEast, fromNorth), (toEast, toNorth));
        if (Length(EastSpeed, NorthSpeed) < Creeping || Length(now.East, now.North) < Creeping)
        {
            foreach (var end in ((double, double)[])[(fromEast, fromNorth), (toEast, toNorth)])
            {
                var (creptEast, creptNorth) = Nearest((east, north), (0, 0), end);
                if (Length(east - creptEast, north - creptNorth) < Length(east - drivenEast, north - drivenNorth))
                    (drivenEast, drivenNorth) = (creptEast, creptNorth);
            }
        }
        var driven = Length(drivenEast, drivenNorth);
        return new(
            east - drivenEast, north - drivenNorth, driven, FixMetres * FixMetres + Shared * Share * driven * driven);
    }

    /// <summary>
    /// On a road that bends a little the way from one report to the next leads as the middle of both courses does, as
    /// far as the slower and the faster speed allow: what a course errs by to either side makes no room for a slide.
    /// Null where it turned, or hardly moved.
    /// </summary>
    static (double East, double North)? AlongMean(
        (double East, double North) place, (double East, double North) from, (double East, double North) to)
    {
        var (before, after) = (Length(from.East, from.North), Length(to.East, to.North));
        var dot = from.East * to.East + from.North * to.North;
        if (Math.Min(before, after) < LeastWay || dot < Straight * before * after) return null;
        var (east, north) = (from.East / before + to.East / after, from.North / before + to.North / after);
        var length = Length(east, north);
        (east, north) = (east / length, north / length);
        var along = Math.Clamp(
            place.East * east + place.North * north, Math.Min(before, after), Math.Max(before, after));
        return (along * east, along * north);
    }

    /// <summary>Metres between two reports below which a course is hardly one; the cosine of a bend, 30 degrees.
    /// </summary>
    const double LeastWay = 100, Straight = 0.866;

    /// <summary>The point between two ends that lies nearest to a place.</summary>
    static (double East, double North) Nearest(
        (double East, double North) place, (double East, double North) from, (double East, double North) to)
    {
        var (wayEast, wayNorth) = (to.East - from.East, to.North - from.North);
        var square = wayEast * wayEast + wayNorth * wayNorth;
        var part = square == 0 ? 0
            : Math.Clamp(((place.East - from.East) * wayEast + (place.North - from.North) * wayNorth) / square, 0, 1);
        return (from.East + part * wayEast, from.North + part * wayNorth);
    }

    /// <summary>Learns from plain driving what speed and course are worth; a single leap teaches little.</summary>
    void Learn(Step step)
    {
        if (step.Driven < 150) return;
        var off = step.East * step.East + step.North * step.North;
        var share = off / (step.Driven * step.Driven);
        if (Steps >= Learned) share = Math.Min(share, 16 * Share);
        Steps = Math.Min(Steps + 1, Learning);
        Share = Math.Max(LeastShare * LeastShare, Share + (share - Share) / Steps);
    }

    bool IsLeap(JudgedRecord record)
    {
        var (east, north) = To(record);
        return Length(east, north) > 2_000 + (record.AtMicros - LastMicros) / 1e6 * 40;
    }

    (double East, double North) To(JudgedRecord record)
    {
        var (north, east) = Earth.MetresPerDegree(record.LatitudeE7 / 1e7);
        return ((record.LongitudeE7 - (long)LongitudeE7) / 1e7 * east,
            (record.LatitudeE7 - (long)LatitudeE7) / 1e7 * north);
    }

    /// <summary>Null where the record does not say how it moves.</summary>
    static (double East, double North)? VelocityOf(JudgedRecord record)
    {
        if (record.Speed is not { } speed) return null;
        var metres = speed / 3_600.0;
        if (metres < Standing) return (0, 0);
        if (record.Course is not { } degrees) return null;
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return (metres * sin, metres * cos);
    }

    static double Length(double east, double north) => Math.Sqrt(east * east + north * north);
}
