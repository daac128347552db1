using System.Diagnostics;
using System.Text;
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
using Xunit.Abstractions;

namespace Rahdari.Tests.Devices;

/// <summary>
/// Damaged frames of every protocol: bits turned, ends cut, lengths and counts changed, parts of other frames put in,
/// parts repeated, and checksums made good again so that the damage gets past them. The seed is the protocol's place
/// and is printed; RAHDARI_LONG=1 makes a million of each.
/// </summary>
public sealed class MutatedFramesTests(ITestOutputHelper output)
{
    const string Imei = "356307042441013";

    /// <summary>
    /// Far above what the largest frame needs: a batch of 500 records, their places and their answer.
    /// </summary>
    const long MaxAllocatedBytes = 512 * 1024;

    static readonly TimeSpan MaxCall = TimeSpan.FromMilliseconds(100);

    static readonly bool IsLong = Environment.GetEnvironmentVariable("RAHDARI_LONG") == "1";

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56Z"),
        Valid = true,
        Position = new(248_607_120, 670_099_320),
        AltitudeMetres = 12,
        Speed = Speed.FromKilometresPerHour(61),
        CourseDegrees = 271,
        Satellites = 9,
        BatteryPercent = 80,
        OdometerMetres = 12_000,
        DeviceSerial = 7,
        Seal = new(true, true, true),
    };

    /// <summary>What a node at work tells its decoders, beside what <c>decode</c> does.</summary>
    static readonly DecodeOptions OfANode = new(
        Now: DateTimeOffset.Parse("2026-03-01T12:35:00Z"), RegistrationKey: new byte[32], Simulated: true);

    public static TheoryData<string> Built => [.. Registry.Protocols.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Built))]
    public void No_damage_breaks_a_decoder_or_makes_it_take_long_or_much(string name)
    {
        var protocol = Registry.Find(name)!;
        var (seed, count) = (Registry.PortIndex(protocol) + 1, IsLong ? 1_000_000 : 400);
        var random = new Random(seed);
        var frames = Frames(name);
        var reached = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var largest = 0L;
        for (var i = 0; i < count; i++)
        {
            var mutant = Mutate(frames, random, name);
            var session = random.Next(2) == 0 ? DeviceSession.Fresh : new DeviceSession(Imei);
            var options = random.Next(2) == 0 ? DecodeOptions.Default : OfANode;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var frame = Timed(protocol, mutant, session, options);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            largest = Math.Max(largest, allocated);
            var fault = allocated > MaxAllocatedBytes ? $"{allocated} bytes allocated"
                : FaultOf(frame, mutant) ?? FaultOfScanning(protocol, mutant);
            if (fault is not null)
                Assert.Fail($"{name}, seed {seed}, number {i}: {fault}: {Convert.ToHexString(mutant)}");
            var outcome = Outcome(frame);
            reached[outcome] = reached.GetValueOrDefault(outcome) + 1;
        }
        output.WriteLine($"{name}: seed {seed}, {count} frames, at most {largest} bytes a call; reached:");
        foreach (var (outcome, times) in reached) output.WriteLine($"  {times,9} {outcome}");
        Assert.True(reached.Count >= 3, $"{name} ends in {reached.Count} ways only: the damage does not reach it");
    }

    /// <summary>A call that takes too long is tried again: a busy machine is no fault of the decoder.</summary>
    static DecodedFrame Timed(
        IDeviceProtocol protocol, byte[] mutant, DeviceSession session, DecodeOptions options)
    {
        if (!IsLong) return protocol.Decode(mutant, session, options);
        for (var attempt = 1; ; attempt++)
        {
            var start = Stopwatch.GetTimestamp();
            var frame = protocol.Decode(mutant, session, options);
            if (Stopwatch.GetElapsedTime(start) <= MaxCall) return frame;
            Assert.True(attempt < 5, $"{protocol.Name}: over {MaxCall}: {Convert.ToHexString(mutant)}");
        }
    }

    /// <summary>What no frame may be decoded to; null where all is well.</summary>
    static string? FaultOf(DecodedFrame frame, byte[] mutant)
    {
        if (frame.Messages.Count == 0 && frame.Error is null) return "neither read nor refused";
        if (frame.Checksum == ChecksumVerdict.Bad
            && (frame.Messages.Count > 0 || frame.Reply is not null || frame.Error is null))
            return "used though its checksum is bad";
        if (frame.Error is { } error && (error.Offset < 0 || error.Offset > mutant.Length + 1))
            return $"an error at byte {error.Offset}";
        if (frame.Places.Count > 0 && frame.Places.Count != frame.Messages.Count) return "places and messages differ";
        var whole = frame.Whole ?? mutant;
        foreach (var range in frame.Places)
            if (range.Start.Value >= range.End.Value || range.End.Value > whole.Length) return $"a place at {range}";
        foreach (var message in frame.Messages)
        {
            if (message.Position is { } position
                && (Math.Abs(position.Latitude) > 90 || Math.Abs(position.Longitude) > 180)) return "no place on earth";
            if (message.CourseDegrees is < 0 or > 359) return $"course {message.CourseDegrees}";
            if (message.BatteryPercent is < 0 or > 100) return $"battery {message.BatteryPercent}";
            if (message.Speed is { MetresPerHour: < 0 }) return "a negative speed";
        }
        return null;
    }

    /// <summary>Scanning gets on with every step, so it ends after as many steps as there are bytes.</summary>
    static string? FaultOfScanning(IDeviceProtocol protocol, byte[] mutant)
    {
        for (var rest = mutant.AsSpan(); !rest.IsEmpty;)
        {
            var scan = protocol.Scan(rest);
            if (scan.Kind == FrameScanKind.NeedMore)
                return rest.Length < protocol.MaxFrameBytes ? null : "a full buffer asks for more";
            if (scan.Length <= 0 || scan.Length > rest.Length) return $"a step of {scan.Length} bytes";
            if (scan.Kind == FrameScanKind.Frame && scan.Length > protocol.MaxFrameBytes)
                return "a frame beyond the limit";
            rest = rest[scan.Length..];
        }
        return null;
    }

    static string Outcome(DecodedFrame frame) => string.Join(' ',
        frame.Checksum, frame.Error?.Code ?? "no-error", frame.Reply is null ? "unanswered" : "answered",
        string.Join('+', frame.Messages.Select(m => m.Kind).Distinct()));

    /// <summary>Whole frames of a protocol: what its encoder makes, and what was recorded where that is at
    /// hand.</summary>
    static List<byte[]> Frames(string name)
    {
        var stored = Sample with { Record = RecordClass.Stored };
        List<byte[]> frames = name switch
        {
            "jt600" =>
            [
                Jt600Encoder.Record("8000620011", Sample), Jt600Encoder.LockReport("8000620011", Sample),
                Jt600Encoder.Heartbeat("8000620011"),
            ],
            "teltonika" =>
            [
                TeltonikaEncoder.Login(Imei), TeltonikaEncoder.Packet([Sample, stored]),
                TeltonikaEncoder.Packet([Sample], extended: true),
            ],
            "jt808" =>
            [
                Jt808Encoder.Register("013812345678", 1), Jt808Encoder.Report("013812345678", Sample, 2),
                Jt808Encoder.Heartbeat("013812345678", 3),
            ],
            "eseal" => [EsealEncoder.Report("1234567890", Sample), EsealEncoder.StartupTaken("1234567890")],
            "gt06" =>
            [
                Gt06Encoder.Login(Imei, 1), Gt06Encoder.Position(Sample, 2), Gt06Encoder.Alarm(Sample, 3),
                Gt06Encoder.Heartbeat(4),
            ],
            "queclink" =>
            [
                QueclinkEncoder.Report(Imei, [Sample, Sample]), QueclinkEncoder.Report(Imei, [stored]),
                QueclinkEncoder.Heartbeat(Imei, Sample.Time!.Value, 1),
                QueclinkEncoder.Report(Imei, [Sample with { Events = [DeviceEvent.Jamming] }]),
            ],
            "ruptela" =>
            [
                RuptelaEncoder.Identification(Imei), RuptelaEncoder.Packet(Imei, [Sample, stored]),
                RuptelaEncoder.Packet(Imei, [Sample], extended: false),
                RuptelaEncoder.Packet(Imei, [Sample with { Events = [DeviceEvent.Towed] }]),
            ],
            "meitrack" =>
            [
                MeitrackEncoder.Report(Imei, Sample), MeitrackEncoder.Batch(Imei, [Sample, stored]),
                MeitrackEncoder.FixedBatch(Imei, [Sample, stored]),
            ],
            "galileosky" =>
            [
                GalileoskyEncoder.Login(Imei), GalileoskyEncoder.Records(Imei, [Sample, stored]),
                GalileoskyEncoder.Records(null, [stored, Sample]), GalileoskyEncoder.Compressed([Sample, stored]),
                GalileoskyEncoder.Compressed([stored]), GalileoskyEncoder.CommandAnswer(Imei, "STATUS OK"),
                GalileoskyEncoder.Photo(1, [0xFF, 0xD8]), GalileoskyEncoder.ByIridium(Imei, Sample, false),
                GalileoskyEncoder.ByIridium(Imei, Sample, true),
            ],
            "osmand" =>
            [
                OsmandEncoder.Query("1", Sample), OsmandEncoder.Json("1", Sample),
                Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nContent-Length: 17\r\n\r\nid=1&lat=1&lon=10"),
            ],
            "wialon" =>
            [
                WialonEncoder.Login("1"), WialonEncoder.Data(Sample), WialonEncoder.Batch([Sample, stored]),
                WialonEncoder.Ping(),
            ],
            _ => [],
        };
        if (Checkout.Vectors is not null && name is "osmand") frames.AddRange(RecordedFrames.Asserted(name));
        else if (Checkout.Vectors is not null && name is not "wialon")
            frames.AddRange(RecordedFrames.All(name switch
            {
                "queclink" => "gl200",
                "galileosky" => "galileo",
                _ => name,
            }));
        return frames;
    }

    static byte[] Mutate(List<byte[]> frames, Random random, string name)
    {
        var bytes = frames[random.Next(frames.Count)].ToList();
        for (var edits = random.Next(1, 5); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(80, bytes.Count - at) + 1);
            switch (random.Next(8))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                // Lengths and counts stand near the start in most protocols.
                case 4: bytes[Math.Min(at, random.Next(16))] = (byte)"\0\u00FF\u0001"[random.Next(3)]; break;
                case 5: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 6:
                    var other = frames[random.Next(frames.Count)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 80)]);
                    break;
                case 7: bytes[at] = (byte)"0123456789.,;|-NAZ"[random.Next(18)]; break;
            }
        }
        var mutant = bytes.ToArray();
        return random.Next(2) == 0 ? mutant : Sealed(mutant, name);
    }

    /// <summary>Makes checksum and length good again where that takes no more than a line.</summary>
    static byte[] Sealed(byte[] frame, string name)
    {
        switch (name)
        {
            case "teltonika" when frame.Length > 12:
                var data = frame[8..^4];
                var ibm = Crc16.Ibm(data);
                return
                [
                    0, 0, 0, 0, 0, 0, (byte)(data.Length >> 8), (byte)data.Length, .. data, 0, 0, (byte)(ibm >> 8),
                    (byte)ibm,
                ];
            case "galileosky" when frame.Length > 5:
                var packet = frame[3..^2];
                byte[] summedUp =
                [
                    frame[0], (byte)packet.Length, (byte)(packet.Length >> 8 & 0x7F | frame[2] & 0x80), .. packet,
                ];
                var modbus = Crc16.Modbus(summedUp);
                return [.. summedUp, (byte)modbus, (byte)(modbus >> 8)];
            case "gt06" when frame.Length > 10 && frame[0] is Gt06Frame.Short or Gt06Frame.Long:
                var told = frame[0] == Gt06Frame.Short && frame.Length > 9
                    ? (byte[])[(byte)(frame.Length - 5), .. frame[3..^4]]
                    : [(byte)(frame.Length - 6 >> 8), (byte)(frame.Length - 6), .. frame[4..^4]];
                var x25 = Crc16.X25(told);
                return [frame[0], frame[0], .. told, (byte)(x25 >> 8), (byte)x25, 0x0D, 0x0A];
            case "jt808" when frame.Length > 15 && frame[0] == Jt808Frame.Flag:
                var inner = new byte[frame.Length];
                var count = Jt808Frame.Unescape(frame.AsSpan(1..^1), Jt808Frame.Flag, inner);
                if (count < 13) return frame;
                inner[count - 1] = Jt808Frame.Check(inner.AsSpan(0, count - 1));
                return Jt808Frame.Enclose(inner.AsSpan(0, count), Jt808Frame.Flag);
            case "ruptela" when frame.Length > 4:
                var body = frame[2..^2];
                var kermit = RuptelaChecksum.Of(body);
                return
                [
                    (byte)(body.Length >> 8), (byte)body.Length, .. body, (byte)(kermit >> 8), (byte)kermit,
                ];
            case "meitrack" when Array.LastIndexOf(frame, (byte)'*') is var star and > 0:
                var summed = frame[..(star + 1)];
                return [.. summed, .. Encoding.ASCII.GetBytes($"{MeitrackFrame.Sum(summed):X2}\r\n")];
            case "wialon" when Array.LastIndexOf(frame, (byte)';') is var end and > 3:
                var crc = Crc16.Ibm(frame.AsSpan(3, end - 2));
                return [.. frame[..(end + 1)], .. Encoding.ASCII.GetBytes($"{crc:X}\r\n")];
            default:
                return frame;
        }
    }
}
