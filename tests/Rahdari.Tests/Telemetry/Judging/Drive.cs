using System.Collections.Immutable;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>
/// A unit on a straight road: from 30 N 70 E to the north, three degrees long, the corridor a kilometre wide to each
/// side, an office at either end (zone 5 km) and one allowed stop at kilometre 100 (radius 2 km, two hours).
/// </summary>
static class Drive
{
    public static readonly DateTimeOffset Start = new(2026, 9, 1, 5, 0, 0, TimeSpan.Zero);
    public static readonly UnitId Unit = UnitId.Parse($"26PKKHI000000123J{CheckDigit.Of("26PKKHI000000123J")}/1");
    public static readonly DeviceId SealDevice = DeviceId.Parse("jt600:8000620011");
    public static readonly DeviceId Tracker = DeviceId.Parse("teltonika:356307042441013");

    public const string RouteId = "straight";

    public static readonly JudgingRules RoadRules = new()
    {
        OffCorridorEnterMetresBeyond = 500,
        OffCorridorLeaveMetresBeyond = 100,
        OffCorridorFixes = 3,
        OffCorridorSeconds = 300,
        StopRadiusMetres = 200,
        StopSeconds = 5_400,
        StopSpeedMetresPerHour = 5_000,
        SilenceSeconds = 3_600,
        ImplausibleSpeedMetresPerHour = 180_000,
        ImplausibleMinimumMetres = 2_000,
        FutureToleranceSeconds = 600,
        OldestRecordDays = 60,
    };

    public static readonly SealState Shut = new(Locked: true, RopePresent: true, CoverClosed: true);

    public static readonly CorridorPack Pack = MakePack();
    public static readonly Surroundings Around = new(Pack, new CorridorGeometry(Pack.Routes[0]));

    public static FollowedUnit Followed(DateTimeOffset? exited = null, DateTimeOffset? ended = null) => new(
        Unit, RouteId, Start, exited, ended,
        [new(SealDevice, DeviceRole.Container, Start, null), new(Tracker, DeviceRole.PrimeMover, Start, null)]);

    /// <summary>A record made at a minute of the trip, at a kilometre of the road.</summary>
    public static JournaledFix Fix(
        double minute, double kilometre, double metresEast = 0, int kmh = 50, SealState? seal = null,
        IReadOnlyList<DeviceEvent>? events = null, DeviceId? device = null, double? receivedAtMinute = null,
        bool late = false, bool? valid = true, int satellites = 9, string? relay = null)
    {
        var (north, _) = Earth.MetresPerDegree(31.5);
        var latitude = 30 + kilometre * 1000 / north;
        var (_, east) = Earth.MetresPerDegree(latitude);
        return new()
        {
            Device = device ?? SealDevice,
            ReceivedAt = Start.AddMinutes(receivedAtMinute ?? minute),
            Unit = Unit,
            Late = late,
            DecoderVersion = 1,
            Relay = relay is null ? null : new(new PartyId(relay), null, RelayDoubt.None, First: true),
            Message = new()
            {
                Kind = MessageKind.Position,
                Time = Start.AddMinutes(minute),
                Valid = valid,
                Position = new((int)Math.Round(latitude * 1e7), (int)Math.Round((70 + metresEast / east) * 1e7)),
                Speed = Speed.FromKilometresPerHour(kmh),
                Satellites = satellites,
                Seal = seal ?? Shut,
                Events = events ?? [],
            },
        };
    }

    /// <summary>Judges records in the order given; what waits is folded at the end.</summary>
    public static (UnitWatch Watch, ImmutableList<Finding> Findings) Judged(
        IEnumerable<JournaledFix> fixes, FollowedUnit? unit = null, Surroundings? around = null)
    {
        var (watch, all, taken) = (new UnitWatch(unit ?? Followed()), new List<Finding>(), new List<JudgedRecord>());
        foreach (var fix in fixes)
        {
            if (fix.DuplicateFact) continue;
            taken.Add(JudgedRecord.Of(fix));
            watch.Take(taken[^1], around ?? Around, all);
        }
        watch.FoldWaiting(taken, around ?? Around, all);
        return (watch, [.. all]);
    }

    /// <summary>What devices of the unit were heard.</summary>
    public static Hearing Heard(IEnumerable<JournaledFix> fixes, Hearing? from = null) => fixes.Aggregate(
        from ?? Hearing.Empty, (hearing, fix) => hearing.At(
            fix.Device.ToString(), fix.ReceivedAt, fix.Message.Position,
            TimeSpan.FromSeconds(RoadRules.SilenceSeconds)));

    public static IEnumerable<Finding.Raise> Raised(this IEnumerable<Finding> findings) =>
        findings.OfType<Finding.Raise>();

    public static double Minute(DateTimeOffset time) => (time - Start).TotalMinutes;

    static CorridorPack MakePack()
    {
        var real = CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();
        Office Office(string id, double latitude, params OfficeRole[] roles) => new(
            OfficeId.Parse(id), "place.x", new(latitude, 70), "Asia/Karachi", roles, null, 5_000,
            Dated<OpeningHours>.Never);
        return real with
        {
            Offices =
            [
                Office("pk:KARACHI", 30, OfficeRole.Departure), Office("pk:TORKHAM", 33, OfficeRole.Exit),
                Office("pk:CONTROL", 31.5, OfficeRole.ControlRoom),
            ],
            Judging = new([new(RoadRules, DateTimeOffset.MinValue, null, "test")]),
            Routes =
            [
                new(RouteId, "route.x", [OfficeId.Parse("pk:KARACHI")], "TORKHAM", OfficeId.Parse("pk:TORKHAM"),
                    [new("place.a", "place.b", [new(30, 70), new(33, 70)], 500, 1_000)],
                    [new("place.stop", new(30 + 100_000 / Earth.MetresPerDegree(31.5).Latitude, 70), 2_000, 120)]),
            ],
        };
    }
}
