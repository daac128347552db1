using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Rahdari.Devices;
using Rahdari.Tests.Devices;

namespace Rahdari.Benchmarks.Devices;

/// <summary>
/// What reading one frame costs, beside named measures of the same run: SHA-256 over a lock's record, which the journal
/// computes of every record anyway, and the floor below which no reading can be that checks and keeps: the protocol's
/// own checksum over the same bytes, and a copy of them. Only the ratio says something about another machine.
/// </summary>
[MemoryDiagnoser, ShortRunJob]
public class DecodingBenchmarks
{
    readonly byte[] record = SampleFrames.LockRecord.Bytes, packet = SampleFrames.Packet.Bytes,
        tenRecords = SampleFrames.TenRecords.Bytes, position = SampleFrames.Position.Bytes,
        tagged = SampleFrames.Tagged.Bytes;

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
    public DecodedFrame Record() => SampleFrames.LockRecord.Decode();

    [Benchmark(Description = "jt600 lock report (text)")]
    public DecodedFrame Report() => SampleFrames.LockReport.Decode();

    [Benchmark(Description = "teltonika codec 8, 1 record")]
    public DecodedFrame Packet() => SampleFrames.Packet.Decode();

    [Benchmark(Description = "teltonika codec 8E, 10 records")]
    public DecodedFrame TenRecords() => SampleFrames.TenRecords.Decode();

    [Benchmark(Description = "jt808 report with fields")]
    public DecodedFrame TerminalReport() => SampleFrames.TerminalReport.Decode();

    [Benchmark(Description = "eseal report (text)")]
    public DecodedFrame SealReport() => SampleFrames.SealReport.Decode();

    [Benchmark(Description = "gt06 position")]
    public DecodedFrame Position() => SampleFrames.Position.Decode();

    [Benchmark(Description = "galileosky packet, 1 record")]
    public DecodedFrame Tagged() => SampleFrames.Tagged.Decode();

    [Benchmark(Description = "queclink report (text)")]
    public DecodedFrame Text() => SampleFrames.Text.Decode();

    [Benchmark(Description = "ruptela extended, 1 record")]
    public DecodedFrame Extended() => SampleFrames.Extended.Decode();

    [Benchmark(Description = "meitrack report (text)")]
    public DecodedFrame Automatic() => SampleFrames.Automatic.Decode();

    [Benchmark(Description = "meitrack parameters, 1 record")]
    public DecodedFrame Parameters() => SampleFrames.Parameters.Decode();

    [Benchmark(Description = "osmand query")]
    public DecodedFrame Query() => SampleFrames.Query.Decode();

    [Benchmark(Description = "osmand JSON")]
    public DecodedFrame Json() => SampleFrames.Json.Decode();

    [Benchmark(Description = "wialon record (text)")]
    public DecodedFrame Relayed() => SampleFrames.Relayed.Decode();
}
