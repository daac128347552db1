using Rahdari.Devices;
using Rahdari.Simulator.Driving;

namespace Rahdari.Simulator.Reporting;

enum DeviceRole { Container, PrimeMover }

/// <summary>
/// Every record one device makes on a journey, in order of time: a pure function of journey, conditions and seed, so
/// that a simulator started again makes the same bytes.
/// </summary>
/// <param name="On">When the device is fitted and begins.</param>
/// <param name="Off">When it is taken off.</param>
sealed record ReportPlan(
    TruckJourney Journey, Conditions Conditions, DeviceRole Role, DateTimeOffset On, DateTimeOffset Off, ulong Seed)
{
    public static readonly TimeSpan WhileMoving = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan WhileStanding = TimeSpan.FromMinutes(10);

    /// <summary>What a good receiver under open sky is off by.</summary>
    const double FixNoiseMetres = 6;

    const double FullBattery = 98, BatteryPerDay = 9;

    public IEnumerable<PlannedReport> Reports()
    {
        var index = 0;
        for (var time = FirstTime(); time < Off; time = NextTime(time))
        {
            if (Conditions.Dead is { } dead && Role == DeviceRole.Container && dead.Holds(time)) continue;
            yield return Report(index++, time);
        }
    }

    /// <summary>Devices do not tick together: each begins within its first minute.</summary>
    DateTimeOffset FirstTime() => On.AddSeconds(Dice.For(Seed, "first report").Between(1, 59));

    DateTimeOffset NextTime(DateTimeOffset time)
    {
        var next = time + (Journey.At(time).Moves ? WhileMoving : WhileStanding);
        // Setting off wakes the device.
        if (!Journey.At(time).Moves && Journey.NextSetOff(time) is { } setOff && setOff < next) next = setOff;
        return Cut is { } cut && time < cut && cut < next ? cut : next;
    }

    DateTimeOffset? Cut => Role == DeviceRole.Container ? Conditions.RopeCut : null;

    PlannedReport Report(int index, DateTimeOffset time)
    {
        var kept = Conditions.Gap is { } gap && gap.Holds(time);
        return new(index, time, kept ? FirstTimeAfter(Conditions.Gap!.Value, time) : time, Message(index, time, kept));
    }

    /// <summary>The first record made with coverage again brings the connection back.</summary>
    DateTimeOffset FirstTimeAfter(Interval gap, DateTimeOffset time)
    {
        while (gap.Holds(time)) time = NextTime(time);
        return time;
    }

    DeviceMessage Message(int index, DateTimeOffset time, bool kept)
    {
        var point = Journey.At(time);
        var noise = new Dice(Seed + (ulong)index * 7919);
        var (east, north) = (noise.Between(-1.0, 1.0), noise.Between(-1.0, 1.0));
        var place = Geodesy.Move(point.Place, FixNoiseMetres * east, FixNoiseMetres * north);
        var isCut = Cut is { } cut && time == cut;
        return new()
        {
            Kind = MessageKind.Position,
            Record = isCut ? RecordClass.Alarm : kept ? RecordClass.Stored : RecordClass.Live,
            Time = time,
            Valid = true,
            Position = new((int)Math.Round(place.Latitude * 1e7), (int)Math.Round(place.Longitude * 1e7)),
            Speed = Speed.FromKilometresPerHour((int)Math.Round(point.SpeedKmh)),
            CourseDegrees = (int)Math.Round(point.CourseDegrees) % 360,
            Satellites = noise.Between(7, 12),
            BatteryPercent = (int)Math.Max(20, FullBattery - BatteryPerDay * (time - On).TotalDays),
            OdometerMetres = (long)point.TravelledMetres,
            DeviceSerial = index % 256,
            Seal = Role == DeviceRole.Container
                ? new(Locked: true, RopePresent: Cut is null || time < Cut, CoverClosed: true)
                : default,
            Events = isCut ? [DeviceEvent.RopeCut] : [],
        };
    }
}
