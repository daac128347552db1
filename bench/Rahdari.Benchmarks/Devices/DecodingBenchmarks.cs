using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Devices.Teltonika;

namespace Rahdari.Benchmarks.Devices;

/// <summary>
/// What reading one frame costs, beside a named measure of the same run: SHA-256 over a lock's record, which the
/// journal computes of every record anyway. Only the ratio says something about another machine.
/// </summary>
[MemoryDiagnoser, ShortRunJob]
public class DecodingBenchmarks
{
    const string Lock = "8000620011", Tracker = "356307042441013";

    static readonly DeviceMessage Message = new()
    {
        Kind = MessageKind.Position,
        Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Valid = true,
        Position = new(248_607_000, 670_099_000),
        Speed = Speed.FromKilometresPerHour(61),
        CourseDegrees = 90,
        Satellites = 9,
        BatteryPercent = 80,
        OdometerMetres = 12_000,
        DeviceSerial = 7,
        Seal = new(true, true, true),
    };

    readonly IDeviceProtocol jt600 = Registry.Find("jt600")!, teltonika = Registry.Find("teltonika")!;
    readonly DeviceSession lockSession = new(Lock), trackerSession = new(Tracker);
    readonly byte[] record = Jt600Encoder.Record(Lock, Message);
    readonly byte[] report = Jt600Encoder.LockReport(Lock, Message with { Events = [DeviceEvent.UnsealedByCard] });
    readonly byte[] packet = TeltonikaEncoder.Packet([Message]);
    readonly byte[] tenRecords = TeltonikaEncoder.Packet([.. Enumerable.Repeat(Message, 10)], extended: true);

    [Benchmark(Baseline = true, Description = "SHA-256 of a jt600 record")]
    public byte[] Hash() => SHA256.HashData(record);

    [Benchmark(Description = "jt600 binary record")]
    public DecodedFrame Record() => jt600.Decode(record, lockSession, DecodeOptions.Default);

    [Benchmark(Description = "jt600 lock report (text)")]
    public DecodedFrame Report() => jt600.Decode(report, lockSession, DecodeOptions.Default);

    [Benchmark(Description = "teltonika codec 8, 1 record")]
    public DecodedFrame Packet() => teltonika.Decode(packet, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "teltonika codec 8E, 10 records")]
    public DecodedFrame TenRecords() => teltonika.Decode(tenRecords, trackerSession, DecodeOptions.Default);
}
