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

namespace Rahdari.Tests.Devices;

/// <summary>A whole frame on a connection whose device is known by then.</summary>
sealed record SampleFrame(string Protocol, string Device, byte[] Bytes)
{
    readonly IDeviceProtocol decoder = Registry.Find(Protocol)!;
    readonly DeviceSession session = new(Device);

    public DecodedFrame Decode() => decoder.Decode(Bytes, session, DecodeOptions.Default);
}

/// <summary>
/// The frames by which the cost of decoding is known: what it allocates is counted of all of them here, what some take
/// is measured by the benchmarks, which compile this file too.
/// </summary>
static class SampleFrames
{
    const string Lock = "8000620011", Tracker = "356307042441013", Terminal = "013912345678", Seal = "1000821";

    /// <summary>What every seal and tracker can say, in units that every protocol has.</summary>
    public static readonly DeviceMessage Message = new()
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

    public static readonly SampleFrame
        LockRecord = new("jt600", Lock, Jt600Encoder.Record(Lock, Message)),
        LockReport = new(
            "jt600", Lock, Jt600Encoder.LockReport(Lock, Message with { Events = [DeviceEvent.UnsealedByCard] })),
        Packet = new("teltonika", Tracker, TeltonikaEncoder.Packet([Message])),
        TenRecords = new(
            "teltonika", Tracker, TeltonikaEncoder.Packet([.. Enumerable.Repeat(Message, 10)], extended: true)),
        TerminalReport = new("jt808", Terminal, Jt808Encoder.Report(Terminal, Message, 1)),
        SealReport = new("eseal", Seal, EsealEncoder.Report(Seal, Message)),
        Position = new("gt06", Tracker, Gt06Encoder.Position(Message, 1)),
        Tagged = new("galileosky", Tracker, GalileoskyEncoder.Records(Tracker, [Message])),
        Text = new("queclink", Tracker, QueclinkEncoder.Report(Tracker, [Message])),
        Extended = new("ruptela", Tracker, RuptelaEncoder.Packet(Tracker, [Message])),
        Automatic = new("meitrack", Tracker, MeitrackEncoder.Report(Tracker, Message)),
        Parameters = new("meitrack", Tracker, MeitrackEncoder.Batch(Tracker, [Message])),
        Query = new("osmand", Tracker, OsmandEncoder.Query(Tracker, Message)),
        Json = new("osmand", Tracker, OsmandEncoder.Json(Tracker, Message)),
        Relayed = new("wialon", Tracker, WialonEncoder.Data(Message));

    public static readonly IReadOnlyList<SampleFrame> All =
    [
        LockRecord, LockReport, Packet, TenRecords, TerminalReport, SealReport, Position, Tagged, Text, Extended,
        Automatic, Parameters, Query, Json, Relayed,
        new("jt600", Lock, Jt600Encoder.LockReport(Lock, Message)),
        new("jt808", Terminal, Jt808Encoder.Report(Terminal, Message with { Events = [DeviceEvent.RopeCut] }, 1)),
        new("jt808", Terminal, Jt808Encoder.Batch(Terminal, [Message, Message, Message], 1)),
        new("queclink", Tracker, QueclinkEncoder.Report(Tracker, [Message, Message])),
        new("meitrack", Tracker, MeitrackEncoder.Batch(Tracker, [Message, Message])),
        new("meitrack", Tracker, MeitrackEncoder.FixedBatch(Tracker, [Message, Message])),
        new("wialon", Tracker, WialonEncoder.Batch([Message, Message])),
    ];
}
