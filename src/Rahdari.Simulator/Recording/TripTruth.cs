using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>
/// Writes down what is true of a trip: what physically happened, as long as the window shows enough of it to be told.
/// </summary>
sealed class TripTruth(UnitTrip trip, Driver driver, SealLife seal, TrackOptions options)
{
    /// <summary>Devices this far from each other, or a place reported this far from the true one, is an incident.
    /// </summary>
    const double ApartMetres = 300;

    /// <summary>A jamming of which so much lies in the window is told by the positions that are missing.</summary>
    public const double JammedSeconds = 300;

    const double StepSeconds = 10, DayStepSeconds = 60;

    /// <summary>What lies between two parts outside the corridor and is shorter is one incident with them.</summary>
    const double GapSeconds = 120;

    readonly double window = options.Hours * 3_600.0;
    readonly double end = Math.Min(options.Hours * 3_600.0, trip.ContainerOff);

    public IReadOnlyList<Happening> Items()
    {
        var items = new List<Happening>();
        items.AddRange(seal.Truth);
        items.AddRange(driver.Truth);
        items.AddRange(Stops());
        items.AddRange(Outside());
        items.AddRange(Faults());
        items.AddRange(Apart());
        items.AddRange(Strata());
        return
        [
            .. items.Where(i => i.Until > 0 && i.From < end)
                .Select(i => i with { From = Math.Max(0, i.From), Until = Math.Min(end, i.Until) })
                .Where(IsTold).OrderBy(i => i.From).ThenBy(i => i.Kind, StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether the window holds as much of it as the rules ask for.</summary>
    bool IsTold(Happening item)
    {
        var seconds = item.Until - item.From;
        return item.Kind switch
        {
            "unplanned-stop" => seconds >= options.Rules.StopMinutes * 60 + 240,
            "night-stop" => seconds >= options.Rules.NightStopMinutes * 60 + 240,
            "off-corridor" => seconds >= options.Rules.OutsideSeconds,
            "silence" => seconds >= options.Rules.SilenceMinutes * 60 + 300,
            // Four kilometres take less; a part that the window cuts off is asked for where it is as long.
            "wrong-direction" => seconds >= 300 || (item.From > 0 && item.Until < end),
            "drift" or "frozen-position" or "devices-apart" => seconds >= 300,
            "jamming" => seconds >= JammedSeconds || (seconds > 0 && IsToldByDevice(item)),
            "rope-cut" or "seal-opened" or "cover-opened" or "unlocked" or "battery" => item.From > 0,
            _ => seconds > 0,
        };
    }

    /// <summary>One record is enough, if it comes before the window closes: see <see cref="RecordTelling"/>.</summary>
    bool IsToldByDevice(Happening jamming) => trip.Faults.Any(f => f is { Kind: FaultKind.Jammed, Tells: true }
        && f.From < jamming.Until && f.Until > jamming.From);

    IEnumerable<Happening> Stops()
    {
        foreach (var (from, until, place) in driver.Stops)
        {
            if (trip.Country.IsAtOffice(place)) continue;
            var seconds = until - from;
            if (trip.Country.StopAt(place) is { } stop)
            {
                if (seconds > stop.LimitMinutes * 60) yield return new("unplanned-stop", from, until);
                continue;
            }
            var told = false;
            if (seconds > options.Rules.StopMinutes * 60)
            {
                told = true;
                yield return new("unplanned-stop", from, until);
            }
            if (trip.Country.HotSpotAt(place) is { } hot && seconds > hot.LimitMinutes * 60)
            {
                told = true;
                yield return new("hot-spot-stop", from, until);
            }
            if (NightPart(from, until) is { } night && night.Until - night.From > options.Rules.NightStopMinutes * 60)
            {
                told = true;
                yield return new("night-stop", night.From, night.Until);
            }
            if (!told) yield return new("benign:short-stop", from, until);
        }
    }

    (double From, double Until)? NightPart(double from, double until)
    {
        double? first = null;
        var last = from;
        for (var time = from; time <= until; time += DayStepSeconds)
        {
            if (!driver.IsNightAt(time)) continue;
            first ??= time;
            last = time;
        }
        return first is { } begin ? (begin, last) : null;
    }

    /// <summary>
    /// Parts beside the road that lie beyond the edge of the corridor in force. Where everybody is led aside, by works
    /// or by police, nobody leaves his way: that is true however far aside the learned line lies there.
    /// </summary>
    IEnumerable<Happening> Outside()
    {
        (double From, double Until)? open = null;
        var led = driver.Truth.Where(t => RoadTrouble.IsTold(t.Kind)).ToList();
        foreach (var stretch in trip.Container)
        {
            if (stretch.Doing != Doing.Aside) continue;
            for (var time = stretch.From; time < stretch.Until; time += StepSeconds)
            {
                var place = stretch.PlaceAt(time);
                if (options.MetresBeyond(trip.Country.Route.Id, place) <= 0 || trip.Country.IsAtOffice(place)
                    || led.Exists(t => t.From <= time && time <= t.Until)) continue;
                if (open is { } before && time - before.Until > GapSeconds)
                {
                    yield return new("off-corridor", before.From, before.Until);
                    open = null;
                }
                open = (open?.From ?? time, time);
            }
        }
        if (open is { } last) yield return new("off-corridor", last.From, last.Until);
    }

    IEnumerable<Happening> Faults()
    {
        foreach (var fault in trip.Faults)
        {
            if (fault.Role == DeviceRole.PrimeMover && trip.Faults.Any(f => f.Role == DeviceRole.Container
                && f.Kind == fault.Kind && f.From == fault.From)) continue;
            var kind = fault.Kind switch
            {
                FaultKind.Silent => "silence",
                FaultKind.Jammed => "jamming",
                FaultKind.Jumping => "implausible-jump",
                FaultKind.Frozen => "frozen-position",
                _ => "drift",
            };
            var from = fault.Kind switch
            {
                FaultKind.Drifting => fault.From
                    + fault.Ramp * ApartMetres / Math.Max(ApartMetres, Math.Sqrt(Square(fault.East, fault.North))),
                FaultKind.Frozen => LeavesFrozen(fault),
                _ => fault.From,
            };
            if (from < fault.Until) yield return new(kind, from, fault.Until);
        }
    }

    /// <summary>When the vehicle is that far from where its receiver stopped.</summary>
    double LeavesFrozen(Fault fault)
    {
        var way = new Wanderer(trip.StretchesOf(fault.Role));
        var frozen = way.At(fault.From).PlaceAt(fault.From);
        for (var time = fault.From; time < fault.Until; time += StepSeconds)
            if (Geodesy.Distance(frozen, way.At(time).PlaceAt(time)) > ApartMetres) return time;
        return double.PositiveInfinity;
    }

    IEnumerable<Happening> Apart()
    {
        if (ReferenceEquals(trip.Container, trip.PrimeMover)) yield break;
        if (driver.Truth.Any(t => t.Kind == "permit:detach")) yield break;
        var (container, prime) = (new Wanderer(trip.Container), new Wanderer(trip.PrimeMover));
        double? from = null;
        // Beyond the exit nobody asks whether the two are still together.
        var left = LeavesExit();
        var until = Math.Min(left, Math.Min(end, trip.PrimeMoverOff));
        for (var time = Math.Max(0, trip.From); time < until; time += StepSeconds)
        {
            var apart = Geodesy.Distance(container.At(time).PlaceAt(time), prime.At(time).PlaceAt(time)) > ApartMetres;
            if (apart) from ??= time;
            else if (from is { } began)
            {
                yield return new("devices-apart", began, time);
                from = null;
            }
        }
        if (from is { } open) yield return new("devices-apart", open, until);
    }

    /// <summary>When the goods leave the zone of their exit office for the other side.</summary>
    double LeavesExit()
    {
        foreach (var stretch in trip.Container.Where(s => s.Doing == Doing.Beyond))
            for (var time = stretch.From; time < stretch.Until; time += StepSeconds)
                if (Geodesy.Distance(stretch.PlaceAt(time), trip.Country.Exit.Place)
                    > trip.Country.Exit.ZoneRadiusMetres) return time;
        return double.PositiveInfinity;
    }

    /// <summary>Every moment has one: yards first, then gaps in coverage, then the kind of country.</summary>
    IEnumerable<Happening> Strata()
    {
        (string Kind, double From)? open = null;
        foreach (var stretch in trip.Container)
        {
            // A stretch of road is shorter than the country changes; a longer one is cut.
            var cuts = stretch.RoadFrom == stretch.RoadTo ? 1 : (int)Math.Ceiling((stretch.Until - stretch.From) / 60);
            for (var i = 0; i < cuts; i++)
            {
                var time = stretch.From + (stretch.Until - stretch.From) * i / cuts;
                if (time > window) break;
                var kind = "stratum:" + StratumOf(stretch, stretch.RoadAt(time));
                if (open is { } before)
                {
                    if (before.Kind == kind) continue;
                    yield return new(before.Kind, before.From, time);
                }
                open = (kind, time);
            }
        }
        if (open is { } last) yield return new(last.Kind, last.From, trip.ContainerOff);
    }

    string StratumOf(Stretch stretch, double along)
    {
        if (stretch.Doing == Doing.Yard) return "yard";
        if (trip.Country.IsPoorlyCovered(along)) return "poor-coverage";
        return trip.Country.TerrainAt(along) switch
        {
            Terrain.City => "city",
            Terrain.Mountain => "mountain",
            _ => "open",
        };
    }

    static double Square(double east, double north) => east * east + north * north;
}
