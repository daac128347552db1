using System.Buffers.Binary;
using Rahdari.Devices.Jt600;

namespace Rahdari.Devices.Jt808;

/// <summary>Reads the body of one whole message.</summary>
/// <param name="id">The terminal's id as it stands in the header.</param>
/// <param name="offset">Where the body starts in the bytes the frame's places are of.</param>
readonly ref struct Jt808Body(
    Jt808Header header, ReadOnlySpan<byte> id, DeviceSession session, DecodeOptions options, TimeSpan zone,
    int offset)
{
    /// <summary>Body of a short report before its fields: fix block 17, signal, satellites, km 4, battery, cell 6,
    /// product, status 2, alarm 2.</summary>
    const int ShortReportBytes = Jt600FixBlock.Bytes + 18;

    readonly Jt808Header header = header;
    readonly ReadOnlySpan<byte> id = id;
    readonly DeviceSession session = session;
    readonly DecodeOptions options = options;
    readonly TimeSpan zone = zone;
    readonly int offset = offset;

    /// <summary>Messages whose content is read, and whose parts are joined.</summary>
    public static bool IsRead(int id) => id is Jt808Ids.Report or Jt808Ids.QueryAnswer or Jt808Ids.VehicleAnswer
        or Jt808Ids.ShortBatch or Jt808Ids.Batch or Jt808Ids.Transparent or Jt808Ids.ShortReport
        or Jt808Ids.ShortBlindReport;

    public DecodedFrame Read(ReadOnlySpan<byte> body)
    {
        if (header.IsEncrypted)
            return Unread(DecodeCodes.FormNotRead, 3, "the body is encrypted", Jt808Encoder.Unsupported);
        var hidden = Jt808Secrets.Find(header.Id, body, offset);
        var frame = ReadOpen(body);
        return hidden.Length == 0 ? frame : frame with { Hidden = hidden };
    }

    DecodedFrame ReadOpen(ReadOnlySpan<byte> body) =>
        header.Id switch
        {
            Jt808Ids.Register => Register(),
            Jt808Ids.Authenticate => Authenticate(body),
            Jt808Ids.Heartbeat or Jt808Ids.OtherHeartbeat => Simple(MessageKind.Heartbeat, Answer()),
            Jt808Ids.TimeRequest or Jt808Ids.TimeQuery => Simple(
                MessageKind.Other,
                options.Now is { } now ? Jt808Encoder.Time(header, id, now) : null),
            Jt808Ids.Report => Report(body, RecordClass.Live),
            Jt808Ids.QueryAnswer or Jt808Ids.VehicleAnswer when body.Length > 2 => QueryAnswer(body),
            Jt808Ids.Batch => Batch(body),
            Jt808Ids.ShortBatch => body.Length == 7 ? BatteryTime(body) : ShortBatch(body),
            Jt808Ids.ShortReport or Jt808Ids.ShortBlindReport => ShortReport(body),
            Jt808Ids.Transparent => Transparent(body),
            // Answers to the platform's own commands want none.
            Jt808Ids.Attributes => Done(
                [new() { Kind = MessageKind.Other, SimCard = Jt808Attributes.CardIn(body) }], null, null),
            Jt808Ids.GeneralAnswer or Jt808Ids.Parameters or Jt808Ids.QueryAnswer
                or Jt808Ids.VehicleAnswer or Jt808Ids.CommandAnswer or Jt808Ids.TextAnswer =>
                Simple(MessageKind.Other, null),
            Jt808Ids.Logout or Jt808Ids.TextReport or Jt808Ids.DriverIdentity => Simple(MessageKind.Other, Answer()),
            // Kept and not read: the terminal is told that nobody acts on it.
            _ => Simple(MessageKind.Other, Answer(Jt808Encoder.Unsupported)),
        };

    DecodedFrame Register()
    {
        var code = options.RegistrationKey is { } key
            ? Jt808Registration.Code(key.Span, session.DeviceId!, options.KnownNetwork)
            : null;
        return Simple(MessageKind.Login, Jt808Encoder.Registered(header, id, code));
    }

    DecodedFrame Authenticate(ReadOnlySpan<byte> body)
    {
        if (options.RegistrationKey is not { } key)
            return Simple(MessageKind.Login, Answer(Jt808Encoder.Failed));
        var shown = Jt808Registration.Verify(key.Span, session.DeviceId!, body, header.Is2019);
        // A code that anybody gets for any id proves nothing: the connection has the grade it had.
        bool? proved = shown switch
        {
            Jt808Code.OfKnownNetwork => true,
            Jt808Code.OfAnybody => session.Authenticated,
            _ => false,
        };
        var known = shown is Jt808Code.OfKnownNetwork or Jt808Code.OfAnybody;
        return Simple(MessageKind.Login, Answer(known ? Jt808Encoder.Done : Jt808Encoder.Failed)) with
        {
            Session = session with { Authenticated = proved },
            Authenticated = proved,
        };
    }

    DecodedFrame Report(ReadOnlySpan<byte> body, RecordClass record)
    {
        if (body.Length < Jt808Report.MinBytes) return TooShort(body.Length);
        var report = new Jt808Report(zone, header.Is2019);
        return Single(report.Read(body, record), Answer(), report);
    }

    /// <summary>The answer to a query or to vehicle control: the command's serial, then a report. It wants no
    /// answer.</summary>
    DecodedFrame QueryAnswer(ReadOnlySpan<byte> body)
    {
        if (body.Length < 2 + Jt808Report.MinBytes) return TooShort(body.Length) with { Reply = null };
        var report = new Jt808Report(zone, header.Is2019);
        return Single(report.Read(body[2..], RecordClass.Live), null, report);
    }

    /// <summary>0704: count 2, type 1 (0 live, 1 from a blind area), then reports, each behind its length.</summary>
    DecodedFrame Batch(ReadOnlySpan<byte> body)
    {
        if (body.Length < 3) return TooShort(body.Length);
        var record = body[2] == 0 ? RecordClass.Live : RecordClass.Stored;
        return Reports(body, 3, 2, record, BinaryPrimitives.ReadUInt16BigEndian(body));
    }

    /// <summary>0210: reports, each behind its length of one byte.</summary>
    DecodedFrame ShortBatch(ReadOnlySpan<byte> body) => Reports(body, 0, 1, RecordClass.Live, null);

    DecodedFrame Reports(ReadOnlySpan<byte> body, int at, int lengthBytes, RecordClass record, int? count)
    {
        var there = CountReports(body, at, lengthBytes, out var astray);
        var messages = new DeviceMessage[there];
        var places = new Range[there];
        DecodeError? error = null;
        for (var i = 0; i < there; i++)
        {
            var length = LengthAt(body, at, lengthBytes);
            var start = at + lengthBytes;
            var report = new Jt808Report(zone, header.Is2019);
            messages[i] = report.Read(body.Slice(start, length), record);
            places[i] = (offset + start)..(offset + start + length);
            if (report.BadOffset >= 0)
                error ??= new(DecodeCodes.FieldInvalid, offset + start + report.BadOffset, report.BadDetail);
            at = start + length;
        }
        if (astray >= 0)
            error = new(
                DecodeCodes.RecordInvalid, offset + astray,
                $"record {there + 1} of {LengthAt(body, astray, lengthBytes)} bytes");
        if (there == 0)
            return Unread(
                DecodeCodes.RecordInvalid, offset, error?.Detail ?? "the batch is empty", Jt808Encoder.Wrong);
        if (count is { } told && told != there)
            error ??= new(DecodeCodes.CountsDiffer, offset, $"{told} records told, {there} there");
        return Done(messages, Answer(), error, places);
    }

    /// <summary>How many reports are whole; where one begins that is not, or -1.</summary>
    static int CountReports(ReadOnlySpan<byte> body, int at, int lengthBytes, out int astray)
    {
        for (var count = 0; ; count++)
        {
            astray = -1;
            if (at + lengthBytes > body.Length) return count;
            var length = LengthAt(body, at, lengthBytes);
            astray = at;
            if (length < Jt808Report.MinBytes || at + lengthBytes + length > body.Length) return count;
            at += lengthBytes + length;
        }
    }

    static int LengthAt(ReadOnlySpan<byte> body, int at, int bytes) =>
        bytes == 1 ? body[at] : BinaryPrimitives.ReadUInt16BigEndian(body[at..]);

    /// <summary>0210 of seven bytes: battery and time.</summary>
    DecodedFrame BatteryTime(ReadOnlySpan<byte> body)
    {
        var message = new DeviceMessage
        {
            Kind = MessageKind.Heartbeat,
            Time = new Jt808Report(zone, header.Is2019).Time(body[1..]),
            BatteryPercent = body[0] <= 100 ? body[0] : null,
        };
        return Done([message], Answer(), null);
    }

    /// <summary>5501 and 5502: a lock's fix as its maker's older protocol writes it (UTC), then its state.</summary>
    DecodedFrame ShortReport(ReadOnlySpan<byte> body)
    {
        var reply = header.AsksShortAnswer ? Jt808Encoder.ShortAnswer(header, id) : null;
        if (body.Length < ShortReportBytes) return TooShort(body.Length) with { Reply = null };
        var fix = Jt600FixBlock.Read(body);
        var rest = body[Jt600FixBlock.Bytes..];
        int battery = rest[6], product = rest[13];
        var message = new DeviceMessage
        {
            Kind = MessageKind.Position,
            Record = header.Id == Jt808Ids.ShortBlindReport ? RecordClass.Stored : RecordClass.Live,
            Time = fix.Time,
            // A blind report repeats where the lock was last; public decoders do not call it a fix either.
            Valid = fix.Valid && header.Id == Jt808Ids.ShortReport,
            Position = fix.Position,
            AltitudeMetres = Altitude(body[ShortReportBytes..]),
            Speed = fix.Speed,
            CourseDegrees = fix.CourseDegrees,
            Satellites = rest[1],
            OdometerMetres = BinaryPrimitives.ReadUInt32BigEndian(rest[2..]) * 1000L,
            BatteryPercent = battery <= 100 ? battery : null,
            Charging = battery is 0xAA or 0xAB ? true : null,
            DeviceSerial = header.Serial,
            Events = ShortEvents(product, BinaryPrimitives.ReadUInt16BigEndian(rest[16..])),
        };
        var error = fix.BadOffset < 0
            ? null
            : new DecodeError(DecodeCodes.FieldInvalid, offset + fix.BadOffset, "the fix block");
        return Done([message], reply, error);
    }

    /// <param name="fields">Number, length, value; 02 is the altitude.</param>
    static int? Altitude(ReadOnlySpan<byte> fields)
    {
        while (fields.Length >= 2 && fields[1] <= fields.Length - 2)
        {
            if (fields[0] == 0x02 && fields[1] == 2) return BinaryPrimitives.ReadInt16BigEndian(fields[2..]);
            fields = fields[(2 + fields[1])..];
        }
        return null;
    }

    /// <summary>Products 1 and 2 are trackers, 3 is a lock.</summary>
    static IReadOnlyList<DeviceEvent> ShortEvents(int product, int alarm)
    {
        List<DeviceEvent>? events = null;
        if (product is 1 or 2 && (alarm & 1) != 0) (events ??= new(1)).Add(DeviceEvent.BatteryLow);
        if (product == 3)
        {
            if ((alarm & (1 << 1 | 1 << 3)) != 0) (events ??= new(1)).Add(DeviceEvent.BatteryLow);
            if ((alarm & 1 << 2) != 0) (events ??= new(1)).Add(DeviceEvent.Vibration);
            if ((alarm & 1 << 5) != 0) (events ??= new(1)).Add(DeviceEvent.FenceEntered);
            if ((alarm & 1 << 6) != 0) (events ??= new(1)).Add(DeviceEvent.FenceLeft);
        }
        return events is null ? [] : events;
    }

    /// <summary>0900: data of a peripheral or lock; some kinds carry a fix. All of them are kept.</summary>
    DecodedFrame Transparent(ReadOnlySpan<byte> body)
    {
        var (message, bad) = new Jt808Transparent(zone).Read(body);
        var error = bad < 0 ? null : new DecodeError(DecodeCodes.FieldInvalid, offset + bad, "the fix of the data");
        return Done([message], Answer(), error);
    }

    DecodedFrame TooShort(int length) => Unread(
        DecodeCodes.RecordInvalid, offset + length, "the body is shorter than a report", Jt808Encoder.Wrong);

    /// <summary>The frame's bytes are kept, the terminal is told that they were no use.</summary>
    DecodedFrame Unread(string code, int at, string detail, byte result) =>
        Simple(MessageKind.Event, Answer(result)) with { Error = new(code, at, detail) };

    DecodedFrame Single(DeviceMessage message, byte[]? reply, Jt808Report report) => Done(
        [message], reply,
        report.BadOffset < 0 ? null : new(DecodeCodes.FieldInvalid, offset + report.BadOffset, report.BadDetail));

    DecodedFrame Simple(MessageKind kind, byte[]? reply) => Done([new() { Kind = kind }], reply, null);

    DecodedFrame Done(
        DeviceMessage[] messages, byte[]? reply, DecodeError? error, Range[]? places = null) => new()
    {
        Checksum = ChecksumVerdict.Ok,
        DeviceId = session.DeviceId,
        Authenticated = session.Authenticated,
        Session = session,
        Messages = messages,
        Places = places ?? [],
        Reply = reply,
        Error = error,
    };

    byte[] Answer(byte result = Jt808Encoder.Done) => Jt808Encoder.Answer(header, id, result);
}
