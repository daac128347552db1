using System.Reflection;
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

/// <summary>What decoding a frame allocates, counted: the objects of the result and none besides.</summary>
public sealed class DecodingCostTests
{
    const string Lock = "8000620011", Tracker = "356307042441013", Terminal = "013912345678";

    static readonly Func<object, object> Copy = typeof(object)
        .GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!
        .CreateDelegate<Func<object, object>>();

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

    public static TheoryData<string, string, byte[]> Frames => new()
    {
        { "jt600", Lock, Jt600Encoder.Record(Lock, Message) },
        { "teltonika", Tracker, TeltonikaEncoder.Packet([Message]) },
        { "teltonika", Tracker, TeltonikaEncoder.Packet([.. Enumerable.Repeat(Message, 10)], extended: true) },
        { "gt06", Tracker, Gt06Encoder.Position(Message, 1) },
        { "galileosky", Tracker, GalileoskyEncoder.Records(Tracker, [Message]) },
        { "ruptela", Tracker, RuptelaEncoder.Packet(Tracker, [Message]) },
        { "jt808", Terminal, Jt808Encoder.Report(Terminal, Message, 1) },
        { "jt808", Terminal, Jt808Encoder.Report(Terminal, Message with { Events = [DeviceEvent.RopeCut] }, 1) },
        { "jt808", Terminal, Jt808Encoder.Batch(Terminal, [Message, Message, Message], 1) },
        { "eseal", "1000821", EsealEncoder.Report("1000821", Message) },
        { "queclink", Tracker, QueclinkEncoder.Report(Tracker, [Message, Message]) },
        { "meitrack", Tracker, MeitrackEncoder.Report(Tracker, Message) },
        { "meitrack", Tracker, MeitrackEncoder.Batch(Tracker, [Message, Message]) },
        { "meitrack", Tracker, MeitrackEncoder.FixedBatch(Tracker, [Message, Message]) },
        { "osmand", Tracker, OsmandEncoder.Query(Tracker, Message) },
        { "osmand", Tracker, OsmandEncoder.Json(Tracker, Message) },
        { "wialon", Tracker, WialonEncoder.Data(Message) },
        { "wialon", Tracker, WialonEncoder.Batch([Message, Message]) },
        { "jt600", Lock, Jt600Encoder.LockReport(Lock, Message) },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Reading_a_frame_allocates_its_result_and_nothing_besides(string protocol, string device, byte[] frame)
    {
        var decoder = Registry.Find(protocol)!;
        var session = new DeviceSession(device);
        // Tables and types are there after the first.
        var first = decoder.Decode(frame, session, DecodeOptions.Default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = decoder.Decode(frame, session, DecodeOptions.Default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        // What two results share was not made for either.
        var shared = Reachable(first);
        var own = Reachable(result);
        own.ExceptWith(shared);
        Assert.NotEmpty(result.Messages);
        Assert.Equal(own.Sum(SizeOf), allocated);
    }

    static long SizeOf(object o)
    {
        Copy(o);
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(Copy(o));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static HashSet<object> Reachable(object root)
    {
        var found = new HashSet<object>(ReferenceEqualityComparer.Instance) { root };
        var left = new Stack<object>([root]);
        while (left.TryPop(out var next))
            foreach (var reached in ReachedFrom(next).Where(found.Add)) left.Push(reached);
        return found;
    }

    static IEnumerable<object> ReachedFrom(object o)
    {
        if (o is string or Type) return [];
        if (o is Array array)
            return array.Cast<object?>().OfType<object>()
                .SelectMany(e => e.GetType().IsValueType ? ReachedFrom(e) : [e]);
        return Fields(o.GetType()).Select(f => f.GetValue(o)).OfType<object>()
            .SelectMany(v => v.GetType().IsValueType ? v.GetType().IsPrimitive ? [] : ReachedFrom(v) : [v]);
    }

    static IEnumerable<FieldInfo> Fields(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                yield return field;
    }
}
