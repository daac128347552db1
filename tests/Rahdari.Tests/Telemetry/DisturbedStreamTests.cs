using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Telemetry.Connecting;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry;

/// <summary>
/// However a trip's records come over the network, once all are in they tell the same track, the same states of the
/// seal and the same alerts: from the device's socket through the journal to the rules.
/// </summary>
public sealed class DisturbedStreamTests
{
    static readonly SealState Cut = new(Locked: true, RopePresent: false, CoverClosed: true);

    static readonly AlertKind[] Compared =
    [
        AlertKind.RopeCut, AlertKind.SealOpened, AlertKind.CoverOpened, AlertKind.Unlocked, AlertKind.UnplannedStop,
        AlertKind.HotSpotStop, AlertKind.NightStop, AlertKind.OffCorridor, AlertKind.WrongDirection,
    ];

    /// <summary>Six kilometres off the road at minutes 60 to 98, a stop of two hours from 160 on, the rope cut at 340.
    /// </summary>
    static readonly IReadOnlyList<DeviceMessage> Trip =
    [
        .. Enumerable.Range(0, 200).Select(i =>
        {
            var minute = i * 2;
            var driven = minute < 160 ? minute : minute < 280 ? 160 : minute - 120;
            var aside = Math.Clamp(Math.Min(minute - 56, 100 - minute) * 1_500, 0, 6_000);
            return Fix(
                minute, 10 + driven * 0.8, aside, minute is >= 160 and < 280 ? 0 : 48, minute < 340 ? Shut : Cut,
                minute == 340 ? [DeviceEvent.RopeCut] : []).Message with { DeviceSerial = i % 256 };
        }),
    ];

    /// <summary>What the platform knows of the trip once everything has come.</summary>
    sealed record Known(
        IReadOnlyList<(DateTimeOffset?, GeoPosition?, Speed?)> Track, IReadOnlyList<(DateTimeOffset?, SealState)> Seal,
        IReadOnlyList<(AlertKind, DateTimeOffset)> Alerts);

    [Fact]
    public async Task Streams_disturbed_in_every_way_tell_the_same_in_the_end()
    {
        var clean = await KnownAsync([[.. Trip.Select(Frame)]], new Random(0));
        Assert.Equal(Trip.Count, clean.Track.Count);
        Assert.Equal(
            [AlertKind.OffCorridor, AlertKind.UnplannedStop, AlertKind.RopeCut], clean.Alerts.Select(a => a.Item1));

        for (var seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            var told = await KnownAsync(Disturbed(random), random);
            Assert.Equal(clean.Track, told.Track);
            Assert.Equal(clean.Seal, told.Seal);
            Assert.Equal(clean.Alerts, told.Alerts);
        }
    }

    /// <summary>The frames of each connection, one after the other.</summary>
    static List<List<byte[]>> Disturbed(Random random)
    {
        var (first, kept) = (new List<byte[]>(), new List<byte[]>());
        var gap = random.Next(20, 120);
        foreach (var (message, i) in Trip.Select((m, i) => (m, i)))
        {
            // Delayed: from a gap in coverage the records come at the end, as the device's memory has them.
            if (i >= gap && i < gap + 70) kept.Add(Frame(message with { Record = RecordClass.Stored }));
            else first.Add(Frame(message));
            // Duplicated.
            if (random.Next(6) == 0 && first.Count > 0) first.Add(first[^1]);
        }
        // Reordered among neighbours; what was kept in any order.
        for (var at = 0; at + 5 <= first.Count; at += random.Next(5, 20)) Shuffle(first, at, 5, random);
        if (random.Next(2) == 0) Shuffle(kept, 0, kept.Count, random);
        // Replayed: a part comes again over another connection.
        var again = first.GetRange(random.Next(60), 60);
        return random.Next(2) == 0 ? [first, kept, again] : [first, again, kept];
    }

    static void Shuffle(List<byte[]> frames, int at, int count, Random random)
    {
        var some = frames.GetRange(at, count).ToArray();
        random.Shuffle(some);
        for (var i = 0; i < count; i++) frames[at + i] = some[i];
    }

    static byte[] Frame(DeviceMessage message) => Jt600Encoder.Record(SealDevice.Serial, message);

    static async Task<Known> KnownAsync(List<List<byte[]>> connections, Random random)
    {
        await using var node = await IntakeHost.StartAsync();
        node.Clock.ContinueFrom(Start.AddHours(8));
        node.Fitted.Units[SealDevice] = new(Unit, DeviceRole.Container);
        foreach (var frames in connections)
        {
            using var device = await node.ConnectAsync();
            var draining = device.DrainAsync();
            // Coalesced and split: the network cuts where it likes.
            var bytes = frames.SelectMany(f => f).ToArray();
            for (var at = 0; at < bytes.Length;)
            {
                var length = Math.Min(random.Next(1, 2_000), bytes.Length - at);
                await device.SendAsync(bytes[at..(at + length)]);
                at += length;
            }
            device.EndSending();
            await draining;
        }
        IReadOnlyList<JournaledFix> live = await node.LaneAsync("live"), late = await node.LaneAsync("late");
        List<JournaledFix> fixes = [.. random.Next(2) == 0 ? live.Concat(late) : late.Concat(live)];
        Assert.All(fixes, f => Assert.True(f.IsEvidence));
        var facts = fixes.Where(f => !f.DuplicateFact).OrderBy(f => f.JudgedAt).ToList();
        var (watch, _) = Judged(fixes);
        return new(
            [.. facts.Select(f => (f.Message.Time, f.Message.Position, f.Message.Speed))],
            [.. facts.Select(f => (f.Message.Time, f.Message.Seal))],
            [
                .. watch.Told.Where(t => !t.IsRefuted && Compared.Contains(t.Kind)).Select(t => (t.Kind, t.From))
                    .OrderBy(t => t.From),
            ]);
    }
}
