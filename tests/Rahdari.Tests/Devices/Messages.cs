using FsCheck;
using FsCheck.Fluent;
using Rahdari.Devices;

namespace Rahdari.Tests.Devices;

/// <summary>Generated records within what devices can say.</summary>
static class Messages
{
    public static readonly DateTimeOffset From = DateTimeOffset.Parse("2020-01-01T00:00:00Z");

    /// <summary>Position records with every field set; the caller takes out what its wire cannot carry.</summary>
    public static Gen<DeviceMessage> Positions { get; } =
        from seconds in Gen.Choose(0, 1_000_000_000)
        from latitude in Gen.Choose(-900_000_000, 900_000_000)
        from longitude in Gen.Choose(-1_800_000_000, 1_800_000_000)
        from knots in Gen.Choose(0, 255)
        from course in Gen.Choose(0, 359)
        from satellites in Gen.Choose(1, 40)
        from battery in Gen.Choose(0, 100)
        from kilometres in Gen.Choose(0, 2_000_000)
        from serial in Gen.Choose(0, 255)
        from valid in ArbMap.Default.GeneratorFor<bool>()
        from record in Gen.Elements(RecordClass.Live, RecordClass.Stored, RecordClass.Alarm)
        from locked in ArbMap.Default.GeneratorFor<bool>()
        from rope in ArbMap.Default.GeneratorFor<bool>()
        from cover in ArbMap.Default.GeneratorFor<bool>()
        select new DeviceMessage
        {
            Kind = MessageKind.Position,
            Record = record,
            Time = From.AddSeconds(seconds),
            Valid = valid,
            Position = new(latitude, longitude),
            Speed = Speed.FromKnots(knots),
            CourseDegrees = course,
            Satellites = satellites,
            BatteryPercent = battery,
            OdometerMetres = kilometres * 1000L,
            DeviceSerial = serial,
            Seal = new(locked, rope, cover),
        };

    /// <summary>Runs a property over generated records.</summary>
    public static void ForAll(Gen<DeviceMessage> messages, Action<DeviceMessage> property) =>
        Prop.ForAll(messages.ToArbitrary(), property).QuickCheckThrowOnFailure();
}
