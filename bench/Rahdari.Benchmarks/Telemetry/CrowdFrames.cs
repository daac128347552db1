using System.Globalization;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>What a crowd's locks send: frame n of a lock is a record n seconds after a fixed time.</summary>
static class CrowdFrames
{
    /// <summary>Bytes the answer to a frame ends with, and has nowhere else.</summary>
    public const byte AnswerEnd = (byte)')';

    public static readonly DateTimeOffset Start = new(2026, 9, 1, 3, 0, 0, TimeSpan.Zero);

    /// <summary>The lock's ten digits.</summary>
    public static string DeviceOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{8_000_000_000 + number}");

    public static byte[] Record(string device, long n) => Record(
        device, n, RecordClass.Live, Start.AddSeconds(n), new(248_100_000, 669_700_000), new Speed(0));

    public static byte[] Record(
        string device, long n, RecordClass record, DateTimeOffset time, GeoPosition position, Speed speed) =>
        Jt600Encoder.Record(device, new DeviceMessage
        {
            Kind = MessageKind.Position,
            Record = record,
            Time = time,
            Valid = true,
            Position = position,
            Speed = speed,
            CourseDegrees = 0,
            Satellites = 9,
            BatteryPercent = 80,
            DeviceSerial = (int)(n % 256),
            Seal = new SealState(Locked: true, RopePresent: true, CoverClosed: true),
        });
}
