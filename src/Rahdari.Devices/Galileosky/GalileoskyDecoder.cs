using System.Buffers.Binary;

namespace Rahdari.Devices.Galileosky;

/// <summary>
/// Galileosky trackers over TCP: packets of tagged records, compressed records, photographs, and packets by way of
/// Iridium. The first packet of a connection names the tracker. Source and quirks: README.md in this folder.
/// </summary>
sealed class GalileoskyDecoder : IDeviceProtocol
{
    public string Name => "galileosky";

    public int DecoderVersion => 5;

    public int MaxFrameBytes => GalileoskyFrame.MaxBytes;

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => GalileoskyFrame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        if (frame.Length > 0
            && frame[0] is not (GalileoskyFrame.Data or GalileoskyFrame.Photo or GalileoskyFrame.Compressed))
            return Fail(session, ChecksumVerdict.None, DecodeCodes.NotThisProtocol, 0, "no packet starts so");
        if (GalileoskyFrame.IsNothing(frame))
            return Done(frame, session, [new() { Kind = MessageKind.Heartbeat }], [], null);
        if (frame.Length < 6 || GalileoskyFrame.WholeLength(frame) is var whole && whole == 0)
            return Fail(session, ChecksumVerdict.Bad, DecodeCodes.LengthWrong, 1, "the length is none");
        if (frame.Length != whole)
            return Fail(
                session, ChecksumVerdict.Bad,
                frame.Length < whole ? DecodeCodes.Truncated : DecodeCodes.LengthWrong, Math.Min(frame.Length, whole),
                $"the packet has {whole} bytes by its header");
        if (GalileoskyFrame.IsIridium(frame)) return Iridium(frame, session, options);
        var computed = Crc16.Modbus(frame[..^2]);
        var told = BinaryPrimitives.ReadUInt16LittleEndian(frame[^2..]);
        if (computed != told)
            return Fail(
                session, ChecksumVerdict.Bad, DecodeCodes.ChecksumBad, frame.Length - 2,
                $"the packet says {told:X4}, its bytes give {computed:X4}");
        return frame[0] switch
        {
            GalileoskyFrame.Data => Records(frame, session),
            GalileoskyFrame.Compressed => Compressed(frame, session, options),
            // A part of a photograph: kept as it is.
            _ => Done(frame, session, [new() { Kind = MessageKind.Event }], [], null),
        };
    }

    static DecodedFrame Records(ReadOnlySpan<byte> frame, DeviceSession session)
    {
        var record = GalileoskyFrame.HasMoreWaiting(frame) ? RecordClass.Stored : RecordClass.Live;
        var messages = new List<DeviceMessage>(1);
        var places = new List<Range>(1);
        DecodeError? error = null;
        Span<bool> seen = stackalloc bool[256];
        var (at, start, end) = (GalileoskyFrame.HeadBytes, GalileoskyFrame.HeadBytes, frame.Length - 2);
        var reading = GalileoskyRecord.Begin();
        while (at < end)
        {
            var length = GalileoskyTags.Length(frame[at..end]);
            if (length == 0 || at + length > end)
            {
                error = new(DecodeCodes.RecordInvalid, at, $"tag {frame[at]:X2} is unknown or cut off");
                break;
            }
            var tag = frame[at];
            if (seen[tag])
            {
                // A tag that comes again begins the next record.
                Keep(ref reading, start..at);
                start = at;
                seen.Clear();
            }
            seen[tag] = true;
            if (tag == GalileoskyTags.Imei)
                session = Named(session, frame.Slice(at + 1, GalileoskyTags.ImeiBytes)) ?? session;
            else
                reading.Take(tag, frame[(at + 1)..(at + length)]);
            at += length;
        }
        Keep(ref reading, start..at);
        if (messages.Count > 0) return Done(frame, session, messages, places, error);
        // Names and versions alone are what a connection begins with.
        var kind = error is not null || reading.HasAnswer ? MessageKind.Event : MessageKind.Login;
        return Done(frame, session, [new() { Kind = kind }], [], error);

        void Keep(ref GalileoskyRecord one, Range place)
        {
            if (one.HasPlace || one.HasTime)
            {
                if (!one.IsWhole) error ??= Unreadable(place.Start.Value);
                messages.Add(one.Message(record));
                places.Add(place);
            }
            var answered = one.HasAnswer;
            one = GalileoskyRecord.Begin();
            if (answered) one.Take(GalileoskyTags.Answer, []);
        }
    }

    /// <summary>08: records of a fixed part, a count of tags, their numbers, their values.</summary>
    static DecodedFrame Compressed(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        var record = GalileoskyFrame.HasMoreWaiting(frame) ? RecordClass.Stored : RecordClass.Live;
        var messages = new List<DeviceMessage>(1);
        var places = new List<Range>(1);
        DecodeError? error = null;
        var (at, end) = (GalileoskyFrame.HeadBytes, frame.Length - 2);
        while (at < end)
        {
            var reading = GalileoskyRecord.Begin();
            var next = CompressedRecord(frame[..end], at, options.Now, ref reading);
            if (next < 0)
            {
                error ??= new(DecodeCodes.RecordInvalid, at, $"record {messages.Count + 1} leads astray");
                break;
            }
            if (!reading.IsWhole)
                error ??= options.Now is null
                    ? new(DecodeCodes.FieldInvalid, at, "the record does not tell its year")
                    : Unreadable(at);
            messages.Add(reading.Message(record));
            places.Add(at..next);
            at = next;
        }
        if (messages.Count == 0) messages.Add(new() { Kind = MessageKind.Event });
        return Done(frame, session, messages, places.Count == messages.Count ? places : [], error);
    }

    /// <summary>Reads one compressed record; answers where the next begins, -1 where it leads astray.</summary>
    static int CompressedRecord(
        ReadOnlySpan<byte> bytes, int at, DateTimeOffset? now, ref GalileoskyRecord reading)
    {
        const int countMask = 0x7F;
        if (at + GalileoskyRecord.MinimalBytes >= bytes.Length) return -1;
        reading.TakeMinimal(bytes[at..], now);
        at += GalileoskyRecord.MinimalBytes;
        var count = bytes[at++] & countMask;
        if (at + count > bytes.Length) return -1;
        var tags = bytes.Slice(at, count);
        at += count;
        foreach (var tag in tags)
        {
            var length = GalileoskyTags.Fixed(tag);
            if (length == 0 || at + length > bytes.Length) return -1;
            // A place of its own would be finer, but the fixed part is what the record is known by.
            if (tag != GalileoskyTags.Imei) reading.Take(tag, bytes.Slice(at, length));
            at += length;
        }
        return at;
    }

    /// <summary>
    /// By way of Iridium (big-endian): session of number 4, IMEI 15, status 1, counts 4, time 4; place of flags 1,
    /// degrees and thousandths of minutes, radius 4; then the tracker's own data, tagged or compressed. No answer.
    /// </summary>
    static DecodedFrame Iridium(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        const int imeiAt = 10, timeAt = 30, placeAt = 34, dataAt = 48;
        if (frame.Length < dataAt + 3)
            return Fail(
                session, ChecksumVerdict.None, DecodeCodes.LengthWrong, frame.Length,
                $"a session has at least {dataAt + 3} bytes");
        if (Named(session, frame.Slice(imeiAt, GalileoskyTags.ImeiBytes)) is not { } named)
            return Fail(session, ChecksumVerdict.None, DecodeCodes.FieldInvalid, imeiAt, "the IMEI is not decimal");
        var data = frame[(dataAt + 3)..];
        DecodeError? error = null;
        var reading = GalileoskyRecord.Begin();
        int flags = frame[placeAt + 3];
        var latitude = Minutes(frame[(placeAt + 4)..]);
        var longitude = Minutes(frame[(placeAt + 7)..]);
        reading.TakeSession(
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(frame[timeAt..])),
            (flags & 2) != 0 ? -latitude : latitude, (flags & 1) != 0 ? -longitude : longitude);
        if (!AreTags(data))
        {
            var own = reading;
            if (CompressedRecord(data, 0, options.Now, ref own) >= 0) reading = own;
            else error = new(DecodeCodes.RecordInvalid, dataAt + 3, "the tracker's own data lead astray");
        }
        else
        {
            for (var at = 0; at < data.Length; at += GalileoskyTags.Length(data[at..]))
                if (data[at] != GalileoskyTags.Imei)
                    reading.Take(data[at], data.Slice(at + 1, GalileoskyTags.Length(data[at..]) - 1));
        }
        return Done(frame, named, [reading.Message(RecordClass.Live)], [], error) with
        {
            Checksum = ChecksumVerdict.None, Reply = null,
        };
    }

    /// <summary>Degrees 1 and thousandths of minutes 2 in 1e-7 degrees.</summary>
    static long Minutes(ReadOnlySpan<byte> bytes) =>
        bytes[0] * 10_000_000L + BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]) * 500L / 3;

    static bool AreTags(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var length = GalileoskyTags.Length(bytes);
            if (length == 0 || length > bytes.Length) return false;
            bytes = bytes[length..];
        }
        return true;
    }

    /// <summary>Null where the bytes are no IMEI.</summary>
    static DeviceSession? Named(DeviceSession session, ReadOnlySpan<byte> imei) =>
        Decimals.AreDigits(imei) ? session.Named(imei) : null;

    static DecodeError Unreadable(int offset) =>
        new(DecodeCodes.FieldInvalid, offset, "place or course of the record are none");

    /// <summary>The answer repeats the packet's checksum; a photograph's part is answered under its own kind.</summary>
    static DecodedFrame Done(
        ReadOnlySpan<byte> frame, DeviceSession session, IReadOnlyList<DeviceMessage> messages,
        IReadOnlyList<Range> places, DecodeError? error) => new()
        {
            Checksum = ChecksumVerdict.Ok,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = messages,
            Places = places,
            Reply = [frame[0] == GalileoskyFrame.Photo ? GalileoskyFrame.Photo : (byte)0x02, frame[^2], frame[^1]],
            Error = error,
        };

    static DecodedFrame Fail(
        DeviceSession session, ChecksumVerdict checksum, string code, int offset, string detail) => new()
        {
            Checksum = checksum,
            DeviceId = session.DeviceId,
            Session = session,
            Error = new(code, offset, detail),
        };
}
