using Rahdari.Devices;
using Rahdari.Devices.Jt600;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>What one lock sends.</summary>
static class LockFrames
{
    public const string Id = "8000620011";

    public static byte[] Stored(int serial) =>
        Jt600Encoder.Record(Id, Message(serial) with { Record = RecordClass.Stored });

    public static byte[] Record(int serial) => Jt600Encoder.Record(Id, Message(serial));

    /// <summary>A record whose serial is also its second.</summary>
    public static DeviceMessage Message(int serial) => new()
    {
        Kind = MessageKind.Position,
        Time = IntakeHost.Start.AddMinutes(-10).AddSeconds(serial),
        Valid = true,
        Position = new(248_607_000 + serial * 1000, 670_099_000),
        Speed = Speed.FromKnots(18),
        CourseDegrees = 90,
        Satellites = 9,
        DeviceSerial = serial,
        Seal = new(true, true, true),
    };
}
