using System.Diagnostics.CodeAnalysis;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;

namespace Rahdari.Telemetry.Journaling;

/// <summary>Why a record is kept apart.</summary>
/// <param name="Since">Receipt of the record that showed that two devices speak; it names the quarantine.</param>
/// <param name="Remote">The address and port this record came from; empty where it is not known.</param>
public sealed record Quarantine(DateTimeOffset Since, string Remote);

/// <summary>What speaks against the time at which a vendor's platform says it received a frame.</summary>
public enum RelayDoubt
{
    None = 0,

    /// <summary>It lies further ahead of receipt here than a clock may be off.</summary>
    VendorTimeAhead = 1,

    /// <summary>It lies further before the device's own time than a clock may be off.</summary>
    VendorTimeBeforeDevice = 2,
}

/// <summary>Set where a vendor's platform passed the record on: that it is the device's is the vendor's word.</summary>
/// <param name="Vendor">The firm whose key the platform showed.</param>
/// <param name="ReceivedAt">When the platform says it received the frame; null where its protocol cannot say.</param>
/// <param name="First">The first record of its frame: frames are counted by it.</param>
public sealed record Relayed(PartyId Vendor, DateTimeOffset? ReceivedAt, RelayDoubt Doubt, bool First);

/// <summary>
/// One device record as the journal holds it: what the device said, when it came, and what the intake found out about
/// it without concluding anything. Judging reads nothing else.
/// </summary>
public sealed record JournaledFix
{
    public required DeviceId Device { get; init; }

    /// <summary>Corridor time of receipt, whole microseconds.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The record itself. Its time is the device's own and may be missing or suspect.</summary>
    public required DeviceMessage Message { get; init; }

    /// <summary>The unit the device was fitted to at the record's time; null where it was fitted to none.</summary>
    public UnitId? Unit { get; init; }

    /// <summary>As what it was fitted; null where it was not.</summary>
    public DeviceRole? Role { get; init; }

    /// <summary>Class stored, or older than a record of the same device already journaled. No clock is in it.</summary>
    public bool Late { get; init; }

    /// <summary>
    /// Another record of the device with the same time, position, seal bits and events is journaled already, in other
    /// bytes or over another way: this one is kept, and not judged again. What a vendor passed on makes no duplicate of
    /// what the device itself says.
    /// </summary>
    public bool DuplicateFact { get; init; }

    /// <summary>The record's time is further in the future or in the past than the rules of its date allow.</summary>
    public bool TimeSuspect { get; init; }

    /// <summary>
    /// Its own time lies in no fitting of the device to its unit, or after its receipt: a suspect time, judged by
    /// receipt. It may raise an alarm, and is no evidence of the unit's way.
    /// </summary>
    public bool DatedElsewhere { get; init; }

    /// <summary>Whether it belongs into the segments of its unit's track.</summary>
    [MemberNotNullWhen(true, nameof(Unit))]
    public bool IsEvidence => Unit is not null && Quarantine is null && !DatedElsewhere;

    public ChecksumVerdict Checksum { get; init; }

    /// <summary>The version of the decoder that read the raw frame.</summary>
    public required int DecoderVersion { get; init; }

    /// <summary>How sure it is that the record is from this device. Records of format 1 say nothing and have
    /// none.</summary>
    public IdentityGrade Identity { get; init; }

    /// <summary>The SIM card that the books had for the device when the record came; null where they had none, or the
    /// record tells of no card.</summary>
    public SimCardNumber? BookedCard { get; init; }

    /// <summary>Null where the record tells of no SIM card, as most do not.</summary>
    public ToldCard? Card => Message.SimCard is { } told ? new(told, BookedCard) : null;

    /// <summary>
    /// Set where the record is kept apart because two devices spoke under this id: it is evidence of nothing until an
    /// officer has decided.
    /// </summary>
    public Quarantine? Quarantine { get; init; }

    /// <summary>
    /// Set where this is the copy of a record kept apart that an officer released: when the record itself was received.
    /// </summary>
    public DateTimeOffset? ReleasedFrom { get; init; }

    /// <summary>Null where the device itself sent it here.</summary>
    public Relayed? Relay { get; init; }

    /// <summary>The time to judge by: the record's own where it is to be believed, else that of receipt.</summary>
    public DateTimeOffset JudgedAt =>
        TimeSuspect || Message.Time is not { } time ? ReleasedFrom ?? ReceivedAt : time;

    /// <summary>Reads a journal row back.</summary>
    /// <exception cref="InvalidDataException">The body is of a newer format, or damaged.</exception>
    public static JournaledFix Read(JournalRow row) => Read(row.Entry);

    /// <summary>False, with the reason, where the body is of a newer format, or damaged.</summary>
    public static bool TryRead(JournalEntry entry, [NotNullWhen(true)] out JournaledFix? fix, out string why)
    {
        try
        {
            (fix, why) = (Read(entry), "");
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            (fix, why) = (null, e.Message);
            return false;
        }
    }

    /// <inheritdoc cref="Read(JournalRow)"/>
    public static JournaledFix Read(JournalEntry entry) => JournalBody.Read(
        entry.Body, DeviceId.Parse(entry.Device), CorridorTime.FromMicros(entry.ReceivedMicros));
}
