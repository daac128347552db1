namespace Rahdari.Devices.Eseal;

/// <summary>
/// The eSeal text protocol over TCP. Every message names its seal; there is no login and no checksum. Source and
/// quirks: README.md in this folder.
/// </summary>
sealed class EsealDecoder : IDeviceProtocol
{
    // Fields: ##S, maker, id, customer, firmware, type, index, date, time, interval, validity, place, course, km/h,
    // door, acceleration, card, volts, signal, E##.
    const int Id = 2, Type = 5, Index = 6, Date = 7, TimeOfDay = 8, Validity = 10, Place = 11, Course = 12, Kmh = 13,
        Door = 14, Fields = 20;

    public string Name => "eseal";

    public int DecoderVersion => 1;

    public int MaxFrameBytes => EsealFrame.MaxBytes;

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => EsealFrame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        frame = frame.TrimEnd("\r\n"u8);
        if (!frame.StartsWith(EsealFrame.Start))
            return session.Fail(DecodeCodes.NotThisProtocol, 0, "a frame starts with '##S,'");
        // A missing end mark is accepted, a part of it is not told from a field.
        if (frame.EndsWith(EsealFrame.End)) frame = frame[..^EsealFrame.End.Length];
        Span<Range> places = stackalloc Range[Fields];
        var fields = new TextFields(frame, (byte)',', places);
        var id = fields[Id];
        if (id.Length is 0 or > 20 || !Decimals.AreDigits(id))
            return session.Fail(DecodeCodes.NotThisProtocol, fields.OffsetOf(Id), "the seal's id is not decimal");
        if (fields.Count <= Type)
            return session.Fail(DecodeCodes.Truncated, frame.Length, "the frame has no type");
        session = session.Named(id);
        // Answers to commands and configurations have no place.
        if (fields[Date].Length != 10 || fields[Date][4] != '-') return Done(session, Other, null, null);
        // Only a field that another one follows is whole.
        if (fields.Count <= Door)
            return Done(
                session, new() { Kind = MessageKind.Event }, null,
                new(DecodeCodes.Truncated, frame.Length, "the frame has fewer fields than its type"));
        return Report(frame, fields, session, options.Zone ?? TimeSpan.Zero);
    }

    static readonly DeviceMessage Other = new() { Kind = MessageKind.Other };

    static DecodedFrame Report(ReadOnlySpan<byte> frame, TextFields fields, DeviceSession session, TimeSpan zone)
    {
        var time = Time(fields[Date], fields[TimeOfDay]) - zone;
        var position = PlaceOf(fields[Place]);
        var course = fields.Number(Course);
        var speed = fields.Fixed(Kmh, 3);
        bool? doorClosed = fields[Door].SequenceEqual("Close"u8) ? true
            : fields[Door].SequenceEqual("Open"u8) ? false
            : null;
        var told = EsealEvents.Of(fields[Type], doorClosed);
        var message = new DeviceMessage
        {
            Kind = MessageKind.Position,
            Record = EsealEvents.IsAlarm(fields[Type]) ? RecordClass.Alarm : RecordClass.Live,
            Time = time,
            Valid = fields[Validity].SequenceEqual("A"u8),
            Position = position,
            Speed = speed is { } kmh and <= 1_000_000 ? new Speed((int)kmh) : null,
            CourseDegrees = course is <= 360 ? course % 360 : null,
            DeviceSerial = fields.Number(Index),
            Seal = new(Locked: EsealEvents.LockedAfter(told), DoorClosed: doorClosed),
            Events = told is { } one ? [one] : [],
        };
        var bad = time is null ? Date : position is null ? Place : message.CourseDegrees is null ? Course : -1;
        return Done(
            session, message,
            EsealEvents.IsAnswered(fields[Type])
                ? EsealEncoder.Answer(frame[..fields.OffsetOf(Type)], fields[Type], fields[Index])
                : null,
            bad < 0 ? null : new(DecodeCodes.FieldInvalid, fields.OffsetOf(bad), "the field is no value of its kind"));
    }

    /// <summary>yyyy-mm-dd and hh:mm:ss.</summary>
    static DateTimeOffset? Time(ReadOnlySpan<byte> date, ReadOnlySpan<byte> time)
    {
        if (date.Length != 10 || time.Length != 8) return null;
        Span<byte> digits = stackalloc byte[14];
        date[..4].CopyTo(digits);
        date.Slice(5, 2).CopyTo(digits[4..]);
        date[8..].CopyTo(digits[6..]);
        time[..2].CopyTo(digits[8..]);
        time.Slice(3, 2).CopyTo(digits[10..]);
        time[6..].CopyTo(digits[12..]);
        return Decimals.Time(digits);
    }

    /// <summary>Two decimal degrees, each with its hemisphere behind it, and a blank between them.</summary>
    static GeoPosition? PlaceOf(ReadOnlySpan<byte> text)
    {
        var blank = text.IndexOf((byte)' ');
        if (blank < 2 || text[..blank] is not [.. var lat, var north]
            || text[(blank + 1)..] is not [.. var lon, var east])
            return null;
        return Decimals.Fixed(lat, 7) is { } latitude && Decimals.Fixed(lon, 7) is { } longitude
            && north is (byte)'N' or (byte)'S' && east is (byte)'E' or (byte)'W'
            ? Coordinates.FromE7(north == 'S' ? -latitude : latitude, east == 'W' ? -longitude : longitude)
            : null;
    }

    static DecodedFrame Done(DeviceSession session, DeviceMessage message, byte[]? reply, DecodeError? error) => new()
    {
        Checksum = ChecksumVerdict.None,
        DeviceId = session.DeviceId,
        Session = session,
        Messages = [message],
        Reply = reply,
        Error = error,
    };
}
