using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Telemetry.Quarantining;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Relaying;
using Rahdari.Telemetry.Segmenting;
using Rahdari.Transparency;

namespace Rahdari.Tests.Transparency;

/// <summary>
/// One event of every type, in an order in which they could happen. A new type or version is added at the end; its
/// file is written by running the tests with <c>RAHDARI_WRITE=1</c>.
/// </summary>
static class GoldenStory
{
    public static readonly DateTimeOffset Start = new(2026, 9, 1, 3, 0, 0, TimeSpan.Zero);

    static readonly Mrn Mrn = WithDigit("26PKKHI000000123M", Mrn.Parse);
    static readonly Grn Grn = WithDigit("26PK000000000001", Grn.Parse);
    static readonly OfficeId Karachi = OfficeId.Parse("pk:KARACHI"), Torkham = OfficeId.Parse("pk:TORKHAM"),
        FarTorkham = OfficeId.Parse("af:TORKHAM"), Control = OfficeId.Parse("pk:CONTROL");

    static readonly DeviceId Lock = new("jt600", "8000620011"), Tracker = new("teltonika", "352093081452251");
    static readonly UnitId First = new(Mrn, 1);
    static readonly string Digest = new('a', 64), Root = Convert.ToBase64String(new byte[32]);

    /// <summary>The subject, who speaks, and what happened; each an hour after the one before.</summary>
    public static readonly IReadOnlyList<(string Subject, OfficeId Office, EventBody Body)> Events =
    [
        ("node", Control, new KeysPublished(
            "pk-2026.demo.example", Convert.ToBase64String(GoldenFile.PublicKey),
            [new(Karachi, Convert.ToBase64String(GoldenFile.PublicKey))])),
        ("node", Control, new PackLoaded("pk-af", Digest)),
        ($"guarantee:{Grn}", Karachi, new GuaranteeRegistered(
            Grn, "1", Rupees(1_000_000), Start.AddYears(1), "Invented Assurance", "AA", "salt and hash")),
        ($"guarantee:{Grn}", Karachi, new LockPlaced(Grn, Mrn, 1, Rupees(300_000))),
        ($"guarantee:{Grn}", Karachi, new LockCredited(Grn, Mrn, 1, Rupees(300_000), "discharged")),
        .. Movement(),
        ($"device:{Lock}", Karachi, new DeviceTaken(Lock, First)),
        ($"device:{Lock}", Karachi, new DeviceFreed(Lock, First)),
        ("crossing:TORKHAM", Torkham, new CrossingClosed(
            "n-1", "TORKHAM", Torkham, Start.AddDays(2), Start.AddDays(9), "slide on the road")),
        ("crossing:TORKHAM", Torkham, new CrossingReopened("n-1", "TORKHAM", Torkham, Start.AddDays(5))),
        ("alert:a-1", Control, new AlertRaised(
            "a-1", First, AlertKind.RopeCut, AlertSeverity.Critical, Start.AddDays(1), Start.AddDays(1), true, Lock,
            341_000_000, 711_000_000, "alert.rope-cut", ["device", Lock.ToString()], "a-0")),
        ("alert:a-1", Control, new AlertExtended("a-1", Start.AddHours(20), Start.AddDays(2), true)),
        ("alert:a-1", Control, new AlertNarrowed("a-1", Start.AddHours(21), Start.AddDays(1))),
        ("alert:a-1", Control, new AlertAcknowledged("a-1", new OfficerId("o-7"))),
        ("alert:a-1", Control, new AlertResolved("a-1", new OfficerId("o-7"), AlertFinding.Confirmed, "rope replaced")),
        // Out of place: the lock was credited before, so that the books count it and move nothing.
        ($"guarantee:{Grn}", Karachi, new LockCalled(Grn, Mrn, 1, Rupees(300_000), "never arrived")),
        (Mrn.Value, Karachi, new MovementErased(Mrn, "the term of keeping is over")),
        (Mrn.Value, FarTorkham, new DeclarationRead(Mrn, new("pk-2026.demo.example", 5, Root), true)),
        ("reference:pk:KARACHI:26:agent-one:LRN-1", Karachi, new ReferenceUsed(Mrn)),
        ("alert:a-1", Control, new AlertRefuted("a-1", "a-2")),
        ($"device:{Tracker}", Karachi, new DeviceReceived(
            Tracker, "Invented Trackers", "T1", "3.27", "8992300000000000017")),
        ($"device:{Tracker}", Karachi, new DeviceCardChanged(Tracker, null, null, "3.28", null)),
        ($"device:{Tracker}", Karachi, new DeviceBooked(Tracker, First, Start.AddDays(3))),
        ($"device:{Tracker}", Karachi, new DeviceBookingReleased(Tracker, First)),
        ($"device:{Tracker}", Karachi, new DeviceSent(Tracker, Torkham)),
        ($"device:{Tracker}", Torkham, new DeviceReturned(Tracker, DeviceCondition.Damaged)),
        ($"device:{Tracker}", Torkham, new DeviceUnderRepair(Tracker, "damaged")),
        ($"device:{Tracker}", Torkham, new DeviceReportedLost(Tracker, "not in the crate")),
        ($"device:{Tracker}", Torkham, new DeviceRetired(Tracker, "never found")),
        (Mrn.Value, Karachi, new DeviceDetached(Mrn, 1, Tracker, DeviceRole.PrimeMover)
        {
            Reason = DetachReason.TractorChange,
        }),
        (Mrn.Value, Karachi, new CommandAuthorised(
            Mrn, 1, "c-1", Lock, CommandKind.Unlock, null, "opened for the scan", Start.AddDays(3))),
        (Mrn.Value, Karachi, new UnlockApproved(Mrn, 1, "c-1", Lock, Tracker, Start.AddDays(2), 140)),
        (Mrn.Value, Karachi, new CommandSent(Mrn, 1, "c-1", Lock)),
        (DeviceHolder.Subject(Lock), Control, new QuarantineEnded(
            Lock, Start.AddDays(1), QuarantineRuling.Release, "203.0.113.9", new OfficerId("o-7"), "the lock itself")),
        ($"track:{First}", Control, new TrackSegmentRecorded(
            Mrn, 1, "pk/live", 41, 97, 12, Root, Start.AddHours(20), Start.AddHours(21), Start.AddHours(19),
            Start.AddHours(21), SegmentCause.Alert)),
        ("opening:o-1", Control, new OpeningAuthorised(
            "o-1", First, Lock, [AlertKind.SealOpened, AlertKind.Unlocked], Start.AddHours(20), 341_000_000,
            711_000_000, new("e-1", "unit-examined", Torkham, new OfficerId("o-7"), Start.AddHours(21)))),
        ("opening:o-1", Control, new OpeningNotAuthorised("o-1")),
        ("relay:sample-locks:2026-09-01T02", Control, new RelayGapNoted(
            new PartyId("sample-locks"), Start.AddHours(-1), RelayGap.Unstated, 0, 0, 12)),
        ("relay:sample-locks:2026-09-01T02", Karachi, new RelayCountStated(
            new PartyId("sample-locks"), Start.AddHours(-1), [new(Lock, 12)], Root, Root + Root)),
        ("alert:a-1", Control, new AlertEscalated("a-1", 2)),
        (Mrn.Value, Control, new FollowingEnded(Mrn, 1, Torkham, Lock, Start.AddDays(1), 3)),
        (Mrn.Value, Control, new CommandWithheld(
            Mrn, 1, "c-1", Lock, "unit-outside-zone", ["metres", "41000", "zone", "2000"], true)),
    ];

    static IEnumerable<(string, OfficeId, EventBody)> Movement()
    {
        (string, OfficeId, EventBody) At(OfficeId office, EventBody body) => (Mrn.Value, office, body);
        yield return At(Karachi, new DeclarationAccepted(
            Mrn, "LRN-1", Karachi, Torkham, FarTorkham, "indus", new AdministrationId("af"),
            [
                new(1, UnitKind.Container, ContainerNumber.Parse("CSQU3054383"), new Grams(20_000_000), "TLB-417"),
                new(2, UnitKind.BulkTruck, null, new Grams(18_000_000), "TLB-418"),
            ],
            "Holder", "Consignor", "Consignee", "Carrier",
            new Sealed<IReadOnlyList<GoodsItem>>([new("180690", "chocolate", Rupees(1_500_000), Rupees(300_000))])));
        yield return At(Karachi, new FeeAssessed(Mrn, "fee-1", Rupees(0), "rule 7"));
        yield return At(Karachi, new GuaranteeReserved(
            Mrn, Grn, Rupees(500_000), [new(1, Rupees(300_000)), new(2, Rupees(200_000))])
        {
            Type = "1",
            GuarantorRating = "AA",
        });
        yield return At(Karachi, new SelectionMade(Mrn,
            [
                new(1, "profile-1", 120_000, SelectionLane.Scan, "selection.drawn"),
                new(2, "profile-1", 900_000, SelectionLane.Green, "selection.drawn"),
            ]));
        yield return At(Karachi, new UnitExamined(Mrn, 1, "30", "A1", Digest));
        yield return At(Karachi, new SealFitted(Mrn, 1, SealNumber.Parse("PKC-000123"), SealClass.High));
        yield return At(Karachi, new DeviceFitted(Mrn, 1, Lock, DeviceRole.Container));
        yield return At(Karachi, new UnitGatedOut(Mrn, 1, Start.AddDays(7), "TLB-417", "A. Driver"));
        yield return At(Torkham, new UnitWeighed(Mrn, 1, Torkham, new Grams(20_010_000)));
        yield return At(Torkham, new UnitTurnedBack(Mrn, 1, Torkham, "papers missing"));
        yield return At(Torkham, new UnitExited(
            Mrn, 1, Torkham, SealNumber.Parse("PKC-000123"), SealCondition.Intact));
        yield return At(Torkham, new IrregularityOpened(Mrn, 1, "time-limit-exceeded", "e-1", ["limit", "7"]));
        yield return At(Torkham, new ObservationCorrected(Mrn, 1, "golden-unit-weighed-1", "wrong scale"));
        yield return At(Karachi, new UnitSeenBeyond(Mrn, 1, "TORKHAM", Tracker, Start.AddDays(1), 2_500));
        yield return At(Karachi, new EntryTranscribed(Mrn, 1, FarTorkham, "T-77", Start.AddDays(1), Digest));
        yield return At(FarTorkham, new UnitEntered(
            Mrn, 1, FarTorkham, SealNumber.Parse("PKC-000123"), SealCondition.Intact,
            new("pk-2026.demo.example", 12, Root)));
        yield return At(Karachi, new DeviceDetached(Mrn, 1, Lock, DeviceRole.Container));
        yield return At(Karachi, new UnitDischarged(
            Mrn, 1, EvidenceGrade.E4, false, new("af-2026.demo.example", 3, Root), Rupees(300_000)));
    }

    static Money Rupees(long minor) => new(minor, "PKR");

    static T WithDigit<T>(string number, Func<string, IFormatProvider?, T> parse) =>
        parse(number + CheckDigit.Of(number), null);
}
