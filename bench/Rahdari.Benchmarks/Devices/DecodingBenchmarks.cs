using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Rahdari.Devices;
using Rahdari.Devices.Eseal;
using Rahdari.Devices.Galileosky;
using Rahdari.Devices.Gt06;
using Rahdari.Devices.Jt600;
using Rahdari.Devices.Jt808;
using Rahdari.Devices.Meitrack;
using Rahdari.Devices.Osmand;
using Rahdari.Devices.Queclink;
using Rahdari.Devices.Ruptela;
using Rahdari.Devices.Teltonika;
using Rahdari.Devices.Wialon;

namespace Rahdari.Benchmarks.Devices;

/// <summary>
/// What reading one frame costs, beside named measures of the same run: SHA-256 over a lock's record, which the journal
/// computes of every record anyway, and the floor below which no reading can be that checks and keeps: the protocol's
/// own checksum over the same bytes, and a copy of them. Only the ratio says something about another machine.
/// </summary>
[MemoryDiagnoser, ShortRunJob]
public class DecodingBenchmarks
{
    const string Lock = "8000620011", Tracker = "356307042441013", Terminal = "013912345678", Seal = "1000821";

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

    readonly IDeviceProtocol jt600 = Registry.Find("jt600")!, teltonika = Registry.Find("teltonika")!,
        jt808 = Registry.Find("jt808")!, eseal = Registry.Find("eseal")!, gt06 = Registry.Find("gt06")!,
        galileosky = Registry.Find("galileosky")!, queclink = Registry.Find("queclink")!,
        ruptela = Registry.Find("ruptela")!, meitrack = Registry.Find("meitrack")!,
        osmand = Registry.Find("osmand")!, wialon = Registry.Find("wialon")!;
    readonly DeviceSession lockSession = new(Lock), trackerSession = new(Tracker), terminalSession = new(Terminal),
        sealSession = new(Seal);
    readonly byte[] record = Jt600Encoder.Record(Lock, Message);
    readonly byte[] report = Jt600Encoder.LockReport(Lock, Message with { Events = [DeviceEvent.UnsealedByCard] });
    readonly byte[] packet = TeltonikaEncoder.Packet([Message]);
    readonly byte[] tenRecords = TeltonikaEncoder.Packet([.. Enumerable.Repeat(Message, 10)], extended: true);
    readonly byte[] terminalReport = Jt808Encoder.Report(Terminal, Message, 1);
    readonly byte[] sealReport = EsealEncoder.Report(Seal, Message);
    readonly byte[] position = Gt06Encoder.Position(Message, 1);
    readonly byte[] tagged = GalileoskyEncoder.Records(Tracker, [Message]);
    readonly byte[] text = QueclinkEncoder.Report(Tracker, [Message]);
    readonly byte[] extended = RuptelaEncoder.Packet(Tracker, [Message]);
    readonly byte[] automatic = MeitrackEncoder.Report(Tracker, Message);
    readonly byte[] parameters = MeitrackEncoder.Batch(Tracker, [Message]);
    readonly byte[] query = OsmandEncoder.Query(Tracker, Message);
    readonly byte[] json = OsmandEncoder.Json(Tracker, Message);
    readonly byte[] relayed = WialonEncoder.Data(Message);

    [Benchmark(Baseline = true, Description = "SHA-256 of a jt600 record")]
    public byte[] Hash() => SHA256.HashData(record);

    [Benchmark(Description = "floor: copy of a jt600 record")]
    public byte[] RecordFloor() => record.AsSpan().ToArray();

    [Benchmark(Description = "floor: CRC-16/IBM and copy of a teltonika packet, 1 record")]
    public (ushort, byte[]) PacketFloor() => (Crc16.Ibm(packet.AsSpan(8..^4)), packet.AsSpan().ToArray());

    [Benchmark(Description = "floor: the same, 10 records")]
    public (ushort, byte[]) TenRecordsFloor() =>
        (Crc16.Ibm(tenRecords.AsSpan(8..^4)), tenRecords.AsSpan().ToArray());

    [Benchmark(Description = "floor: CRC-16/X-25 and copy of a gt06 position")]
    public (ushort, byte[]) PositionFloor() => (Crc16.X25(position.AsSpan(2..^4)), position.AsSpan().ToArray());

    [Benchmark(Description = "floor: CRC-16/MODBUS and copy of a galileosky packet")]
    public (ushort, byte[]) TaggedFloor() => (Crc16.Modbus(tagged.AsSpan(..^2)), tagged.AsSpan().ToArray());

    [Benchmark(Description = "jt600 binary record")]
    public DecodedFrame Record() => jt600.Decode(record, lockSession, DecodeOptions.Default);

    [Benchmark(Description = "jt600 lock report (text)")]
    public DecodedFrame Report() => jt600.Decode(report, lockSession, DecodeOptions.Default);

    [Benchmark(Description = "teltonika codec 8, 1 record")]
    public DecodedFrame Packet() => teltonika.Decode(packet, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "teltonika codec 8E, 10 records")]
    public DecodedFrame TenRecords() => teltonika.Decode(tenRecords, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "jt808 report with fields")]
    public DecodedFrame TerminalReport() => jt808.Decode(terminalReport, terminalSession, DecodeOptions.Default);

    [Benchmark(Description = "eseal report (text)")]
    public DecodedFrame SealReport() => eseal.Decode(sealReport, sealSession, DecodeOptions.Default);

    [Benchmark(Description = "gt06 position")]
    public DecodedFrame Position() => gt06.Decode(position, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "galileosky packet, 1 record")]
    public DecodedFrame Tagged() => galileosky.Decode(tagged, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "queclink report (text)")]
    public DecodedFrame Text() => queclink.Decode(text, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "ruptela extended, 1 record")]
    public DecodedFrame Extended() => ruptela.Decode(extended, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "meitrack report (text)")]
    public DecodedFrame Automatic() => meitrack.Decode(automatic, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "meitrack parameters, 1 record")]
    public DecodedFrame Parameters() => meitrack.Decode(parameters, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "osmand query")]
    public DecodedFrame Query() => osmand.Decode(query, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "osmand JSON")]
    public DecodedFrame Json() => osmand.Decode(json, trackerSession, DecodeOptions.Default);

    [Benchmark(Description = "wialon record (text)")]
    public DecodedFrame Relayed() => wialon.Decode(relayed, trackerSession, DecodeOptions.Default);
}
