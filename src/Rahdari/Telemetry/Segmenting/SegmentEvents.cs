using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>Why a segment ends where it does.</summary>
public enum SegmentCause { Time, Alert, Crossing, Full }

/// <summary>
/// A range of one journal stream, as far as it is about one unit, in order of receipt. Whoever is given one of its
/// records later can hold it against the root. No position, device or person is in it.
/// </summary>
/// <param name="Stream">The journal stream.</param>
/// <param name="FirstRow">The first record's number in the stream.</param>
/// <param name="LastRow">The last one's; rows between them that are not counted are about other units.</param>
/// <param name="Records">How many records of the unit are in the range.</param>
/// <param name="Root">RFC 6962 root over <see cref="SegmentRecord"/>, 32 bytes, base64.</param>
/// <param name="FirstReceived">Receipt of the earliest record; a late record has a late segment.</param>
/// <param name="FirstEvent">The earliest time a record is of; null where none names one.</param>
[EventType("track-segment-recorded")]
public sealed record TrackSegmentRecorded(
    Mrn Mrn, int Unit, string Stream, long FirstRow, long LastRow, int Records, string Root,
    DateTimeOffset FirstReceived, DateTimeOffset LastReceived, DateTimeOffset? FirstEvent, DateTimeOffset? LastEvent,
    SegmentCause Cause) : EventBody
{
    /// <summary>
    /// Rows in it of which this node could not read the record, so that nothing in the row itself says whose it is: its
    /// device was fitted to the unit. Whether a later build can read them or not, they are in this segment. Null where
    /// all were read.
    /// </summary>
    public IReadOnlyList<long>? Unread { get; init; }
}
