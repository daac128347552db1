using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements;

/// <summary>How a unit is carried and followed.</summary>
public enum UnitKind { Container, BulkTruck, Wagon }

public enum SelectionLane { Green, Documents, Scan, Examination }

public enum DeviceRole { Container, PrimeMover }

/// <summary>Why an officer takes a device off a unit that is not discharged.</summary>
public enum DetachReason { TractorChange, HandOver, DeviceFault, Other }

/// <summary>ISO 17712 class of a mechanical seal.</summary>
public enum SealClass { Indicative, Security, High }

public enum SealCondition { Intact, Broken, Missing, NumberDiffers }

public sealed record DeclaredUnit(
    int Number, UnitKind Kind, ContainerNumber? Container, Grams GrossMass, Sealed<string> Vehicle);

public sealed record GoodsItem(string HsCode, string Description, Money Value, Money DutyAtRisk);

[EventType("declaration-accepted")]
public sealed record DeclarationAccepted(
    Mrn Mrn, string LocalReference, OfficeId OfficeOfDeparture, OfficeId OfficeOfExit, OfficeId OfficeOfEntry,
    string RouteId, AdministrationId Counterpart, IReadOnlyList<DeclaredUnit> Units, Sealed<string> Holder,
    Sealed<string> Consignor, Sealed<string> Consignee, Sealed<string> Carrier,
    Sealed<IReadOnlyList<GoodsItem>> Goods) : EventBody
{
    /// <summary>Whose declaration it is at the node that accepted it; opaque, and of no meaning elsewhere.</summary>
    public PartyId? Declarant { get; init; }
}

/// <summary>
/// Stays inside the node, on the stream of one declarant's reference at one office in one year: two declarations under
/// one reference meet there as two writers of one stream.
/// </summary>
[EventType("reference-used", Leaf = false)]
public sealed record ReferenceUsed(Mrn Mrn) : EventBody;

/// <summary>The fee by the rules of the date; an amount of zero says that no fee was in force.</summary>
[EventType("fee-assessed")]
public sealed record FeeAssessed(Mrn Mrn, string? FeeId, Money Amount, string Source) : EventBody;

public sealed record UnitLock(int Unit, Money Amount);

/// <summary>
/// Accounts stay at home; what the other side needs to recompute how movements are covered stands here.
/// </summary>
[EventType("guarantee-reserved")]
public sealed record GuaranteeReserved(Mrn Mrn, Grn Grn, Money Amount, IReadOnlyList<UnitLock> Units) : EventBody
{
    /// <summary>CL251.</summary>
    public string? Type { get; init; }

    /// <summary>Where the guarantor is an insurer.</summary>
    public string? GuarantorRating { get; init; }
}

/// <param name="DrawPerMillion">
/// The random draw the lane was decided with, kept so that anyone can decide again.
/// </param>
public sealed record UnitSelection(int Unit, string Profile, int DrawPerMillion, SelectionLane Lane, string ReasonKey);

[EventType("selection-made")]
public sealed record SelectionMade(Mrn Mrn, IReadOnlyList<UnitSelection> Units) : EventBody;

/// <param name="Kind">Control type, CL716: 30 scan, 40 physical.</param>
/// <param name="Result">Control result: A1 satisfactory, A2 considered satisfactory, B1 not satisfactory.</param>
[EventType("unit-examined")]
public sealed record UnitExamined(Mrn Mrn, int Unit, string Kind, string Result, string? ImageSha256) : EventBody;

[EventType("seal-fitted")]
public sealed record SealFitted(Mrn Mrn, int Unit, SealNumber Seal, SealClass Class) : EventBody;

[EventType("device-fitted")]
public sealed record DeviceFitted(Mrn Mrn, int Unit, DeviceId Device, DeviceRole Role) : EventBody;

/// <summary>
/// Stays inside the node, on the stream <c>device:ID</c>: two movements that reach for one device at once meet there
/// as two writers of one stream, and the second decides again.
/// </summary>
[EventType("device-taken", Leaf = false)]
public sealed record DeviceTaken(DeviceId Device, UnitId Unit) : EventBody;

[EventType("device-freed", Leaf = false)]
public sealed record DeviceFreed(DeviceId Device, UnitId Unit) : EventBody;

/// <summary>The device no longer speaks for the unit; it may be fitted to another.</summary>
[EventType("device-detached")]
public sealed record DeviceDetached(Mrn Mrn, int Unit, DeviceId Device, DeviceRole Role) : EventBody
{
    /// <summary>
    /// Null where another device took its place, the unit was discharged, or the device was put on another unit.
    /// </summary>
    public DetachReason? Reason { get; init; }
}

[EventType("unit-weighed")]
public sealed record UnitWeighed(Mrn Mrn, int Unit, OfficeId Station, Grams Mass) : EventBody;

/// <param name="TimeLimit">Exclusive; null where the rules of the date say nothing.</param>
[EventType("unit-gated-out")]
public sealed record UnitGatedOut(
    Mrn Mrn, int Unit, DateTimeOffset? TimeLimit, Sealed<string> Vehicle, Sealed<string> Driver) : EventBody;

[EventType("unit-exited")]
public sealed record UnitExited(Mrn Mrn, int Unit, OfficeId Office, SealNumber? SealSeen, SealCondition Condition)
    : EventBody;

/// <summary>
/// Recorded only by the administration entered. The reference names the other side's exit it answers.
/// </summary>
[EventType("unit-entered")]
public sealed record UnitEntered(
    Mrn Mrn, int Unit, OfficeId Office, SealNumber? SealSeen, SealCondition Condition, EntryReference? Answers)
    : EventBody;

/// <summary>An entry of the other side's log.</summary>
public sealed record EntryReference(string Origin, long Index, string Leaf);

/// <summary>
/// The other side's paper about an entry, as a named officer read it (grade E3). It is never taken for the other
/// side's own word.
/// </summary>
/// <param name="Paper">The paper's own number.</param>
/// <param name="Dated">The date of entry the paper states.</param>
[EventType("entry-transcribed")]
public sealed record EntryTranscribed(
    Mrn Mrn, int Unit, OfficeId Office, string Paper, DateTimeOffset Dated, string? ImageSha256) : EventBody;

/// <summary>A device of the unit was heard beyond the crossing after the exit (grade E2).</summary>
/// <param name="Fixed">The time of the fix.</param>
/// <param name="MetresBeyond">How far from the crossing, at least.</param>
[EventType("unit-seen-beyond")]
public sealed record UnitSeenBeyond(
    Mrn Mrn, int Unit, string Crossing, DeviceId Device, DateTimeOffset Fixed, int MetresBeyond) : EventBody;

/// <summary>
/// From here on the recording side follows the unit no more: so many fixes of a device beyond the crossing have proved
/// that it crossed, and its corridor follows nobody beyond the exit.
/// </summary>
/// <param name="Office">The office of exit.</param>
/// <param name="LastFix">The time of the newest fix kept.</param>
/// <param name="Fixes">How many of the device were kept beyond the crossing.</param>
[EventType("following-ended")]
public sealed record FollowingEnded(
    Mrn Mrn, int Unit, OfficeId Office, DeviceId Device, DateTimeOffset LastFix, int Fixes) : EventBody;

[EventType("unit-turned-back")]
public sealed record UnitTurnedBack(Mrn Mrn, int Unit, OfficeId Office, string Reason) : EventBody;

/// <summary>The departure office's decision on a grade. Unreconciled: the other side has not answered.</summary>
[EventType("unit-discharged")]
public sealed record UnitDischarged(
    Mrn Mrn, int Unit, EvidenceGrade Grade, bool Unreconciled, EntryReference? Answer, Money Credited) : EventBody;

/// <summary>Something happened out of place. It is recorded beside the observation that showed it.</summary>
/// <param name="Code">Stable, a key of the catalogues as <c>irregularity.CODE</c>.</param>
[EventType("irregularity-opened")]
public sealed record IrregularityOpened(
    Mrn Mrn, int? Unit, string Code, string Cause, IReadOnlyList<string> Details) : EventBody;

/// <summary>A wrong observation is corrected by a later event that cites it; the first one stays.</summary>
[EventType("observation-corrected")]
public sealed record ObservationCorrected(Mrn Mrn, int? Unit, string EventId, string Reason) : EventBody;

/// <summary>
/// Recorded by the side the movement goes to when it has read the declaration: from then on it cannot say that it was
/// never told.
/// </summary>
/// <param name="Declaration">The declaration's place in the other side's log.</param>
/// <param name="Opened">Every agreed field was opened, and each opening is the one committed to.</param>
[EventType("declaration-read")]
public sealed record DeclarationRead(Mrn Mrn, EntryReference Declaration, bool Opened) : EventBody;

/// <summary>
/// This side deleted the key of its copy of the personal and commercial fields. What is public stays, and so does every
/// leaf; the other side's copy is not touched.
/// </summary>
[EventType("movement-erased")]
public sealed record MovementErased(Mrn Mrn, string Reason) : EventBody, IErases;
