using System.Text;

namespace Rahdari.Devices.Jt600;

/// <summary>The text frames, <c>(id,type,...)</c>. A missing closing bracket is accepted.</summary>
static class Jt600Text
{
    /// <summary>More fields than any known text frame has; the rest would stay in the last one.</summary>
    const int MaxFields = 32;

    public static DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        var text = frame[1..];
        if (text.EndsWith(")"u8)) text = text[..^1];
        Span<Range> places = stackalloc Range[MaxFields];
        // The payload of a peripheral is binary and may hold commas, so its frame is cut into seven fields only.
        var fields = new TextFields(text, (byte)',', places[..7]);
        var id = fields[0];
        if (id.Length is 0 or > 20 || id.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return session.Fail(DecodeCodes.NotThisProtocol, 1, "the terminal id is not decimal");
        if (fields.Count < 2)
            return session.Fail(DecodeCodes.Truncated, frame.Length, "the frame has no type");
        session = session.Named(id);
        if (fields[3].SequenceEqual("WLNET"u8) && fields[4].SequenceEqual("5"u8))
            return Peripheral(fields, session);
        fields = new TextFields(text, (byte)',', places);
        var type = fields[1];
        if (type.SequenceEqual("P45"u8)) return LockReport(fields, session);
        if (TellsPassword(type))
            return WithPassword(fields, session) with { Hidden = [(fields.OffsetOf(2) + 1)..(text.Length + 1)] };
        if (type.SequenceEqual("P22"u8) && fields[2].SequenceEqual("2"u8))
            return Simple(session, MessageKind.Other, options.Now is { } now ? Jt600Encoder.TimeAnswer(now) : null);
        if (type.SequenceEqual("@JT"u8)) return Simple(session, MessageKind.Heartbeat, null);
        if (type.SequenceEqual("W01"u8)) return Position(fields, session);
        if (TrackDate(fields) is { } date) return Track(fields, date, session);
        // Answers to commands and reports without a place: known to be whole, of no use here.
        return Simple(session, MessageKind.Other, null);
    }

    static bool TellsPassword(ReadOnlySpan<byte> type) =>
        type is [(byte)'P', (byte)'4', >= (byte)'2' and <= (byte)'4'] or [(byte)'P', (byte)'5', (byte)'2'];

    /// <summary>What stands behind the type of frames that tell passwords, to their end or that of the bytes.</summary>
    public static IReadOnlyList<Range> SecretsIn(ReadOnlySpan<byte> bytes)
    {
        List<Range>? found = null;
        Span<Range> places = stackalloc Range[3];
        for (var at = 0; bytes[at..].IndexOf(Jt600Frame.TextStart) is var next and >= 0;)
        {
            at += next + 1;
            var text = bytes[at..];
            var end = text.IndexOfAny(Jt600Frame.TextStart, (byte)')');
            if (end >= 0) text = text[..end];
            var fields = new TextFields(text, (byte)',', places);
            if (fields.Count > 2 && TellsPassword(fields[1]) && Decimals.AreDigits(fields[0]))
                (found ??= []).Add((at + fields.OffsetOf(2))..(at + text.Length));
        }
        return found is null ? [] : found;
    }

    /// <summary>Where the date of a U report stands: before it there may be the number of an event. Null where the
    /// frame is no U report with a place.</summary>
    static int? TrackDate(TextFields fields)
    {
        if (fields[1] is not [(byte)'U', >= (byte)'0' and <= (byte)'9', >= (byte)'0' and <= (byte)'9']) return null;
        var date = fields[2].Length == 6 ? 2 : 3;
        return fields[date].Length == 6 && fields[date + 1].Length == 6 && fields[date + 2] is [(byte)'T' or (byte)'F']
            ? date
            : null;
    }

    /// <summary>P45: id, type, date, time, latitude, N|S, longitude, E|W, A|V, km/h, course, source, verification,
    /// card, password ok, wrong passwords, serial, [km].</summary>
    static DecodedFrame LockReport(TextFields fields, DeviceSession session)
    {
        var wrongPasswords = fields.Number(15) ?? 0;
        var events = Jt600LockReport.Events(
            fields.Number(11), fields.Number(12), fields[14].SequenceEqual("1"u8), wrongPasswords);
        var reader = new FieldReader(fields);
        var message = new DeviceMessage
        {
            Kind = MessageKind.Event,
            Time = reader.Time(2, 3),
            Position = reader.Decimal(4, 5, 6, 7),
            Valid = fields[8].SequenceEqual("A"u8),
            Speed = reader.KilometresPerHour(9),
            CourseDegrees = reader.Course(10),
            OdometerMetres = fields.Number(17) * 1000L,
            DeviceSerial = fields.Number(16),
            Seal = new(Locked: Jt600LockReport.LockedAfter(events)),
            Events = events,
        };
        // Only firmware from the JT701D on reports its mileage, and it is the one that knows the newer answer.
        var reply = fields.Count <= 17 ? Jt600Encoder.LockReportReceivedOld()
            : fields.Number(16) is { } serial ? Jt600Encoder.Received(serial)
            : null;
        return Done(session, message, reply, reader.Error ?? (fields.Count < 17 ? Short(fields) : null));
    }

    /// <summary>P42 to P44 and P52 tell passwords. P52,2: the lock drew a new dynamic one and repeats it until it hears
    /// it back.</summary>
    static DecodedFrame WithPassword(TextFields fields, DeviceSession session)
    {
        if (!fields[1].SequenceEqual("P52"u8) || !fields[2].SequenceEqual("2"u8))
            return Simple(session, MessageKind.Other, null);
        var password = fields[3];
        var whole = Jt600Encoder.IsPasswordLength(password.Length)
            && password.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        if (whole)
        {
            session = session with { OneTimePassword = Encoding.ASCII.GetString(password) };
            return Simple(session, MessageKind.Other, [.. "(P52,2,"u8, .. password, (byte)')']);
        }
        return Simple(session, MessageKind.Other, null) with
        {
            Error = new(DecodeCodes.FieldInvalid, fields.OffsetOf(3) + 1, "the password is not 4 to 10 digits"),
        };
    }

    /// <summary>U01, U02, U03, U06: type, [event,] date, time, T|F, latitude, N|S, longitude, E|W, speed, course,
    /// satellites, battery%, ...</summary>
    static DecodedFrame Track(TextFields fields, int date, DeviceSession session)
    {
        var reply = fields[1][2] switch
        {
            (byte)'1' or (byte)'2' or (byte)'3' => "(S39)"u8.ToArray(),
            (byte)'6' => "(S20)"u8.ToArray(),
            _ => null,
        };
        var reader = new FieldReader(fields);
        var message = new DeviceMessage
        {
            Kind = MessageKind.Position,
            Time = reader.Time(date, date + 1),
            Valid = fields[date + 2].SequenceEqual("T"u8),
            Position = reader.Decimal(date + 3, date + 4, date + 5, date + 6),
            Speed = reader.KilometresPerHour(date + 7),
            CourseDegrees = reader.Course(date + 8),
            Satellites = fields.Number(date + 9),
            BatteryPercent = reader.Percent(date + 10),
        };
        return Done(session, message, reply, reader.Error);
    }

    /// <summary>W01: type, DDDMM.MMMM, E|W, DDMM.MMMM, N|S, A|V, date, time, speed, course, ...</summary>
    static DecodedFrame Position(TextFields fields, DeviceSession session)
    {
        var reader = new FieldReader(fields);
        var message = new DeviceMessage
        {
            Kind = MessageKind.Position,
            Position = reader.DegreesMinutes(4, 5, 2, 3),
            Valid = fields[6].SequenceEqual("A"u8),
            Time = reader.Time(7, 8),
            Speed = reader.KilometresPerHour(9),
            CourseDegrees = reader.Course(10),
        };
        return Done(session, message, null, reader.Error);
    }

    /// <summary>
    /// WLNET,5: what a sub-lock or sensor told this lock by radio: id, version, serial, WLNET, 5, kind, then the lock's
    /// own fix block and the peripheral's data, escaped. The peripheral's own state is another seal's and not read.
    /// </summary>
    static DecodedFrame Peripheral(TextFields fields, DeviceSession session)
    {
        Span<byte> payload = stackalloc byte[Jt600FixBlock.Bytes];
        var serial = fields.Number(2);
        var reply = serial is { } received ? Jt600Encoder.Received(received) : null;
        if (Unescape(fields[6], payload) < payload.Length)
            return Simple(session, MessageKind.Other, reply) with { Error = Short(fields) };
        var fix = Jt600FixBlock.Read(payload);
        var message = new DeviceMessage
        {
            Kind = MessageKind.Position,
            Time = fix.Time,
            Valid = fix.Valid,
            Position = fix.Position,
            Speed = fix.Speed,
            CourseDegrees = fix.CourseDegrees,
            DeviceSerial = serial,
        };
        var error = fix.BadOffset < 0
            ? null
            : new DecodeError(DecodeCodes.FieldInvalid, fields.OffsetOf(6) + 1 + fix.BadOffset, "the fix block");
        return Done(session, message, reply, error);
    }

    /// <summary>Undoes the escape of binary payloads in text frames; answers how many bytes were written.</summary>
    static int Unescape(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var written = 0;
        for (var i = 0; i < source.Length && written < target.Length; i++)
        {
            var value = source[i];
            if (value == 0x3D && i + 1 < source.Length)
            {
                value = source[++i] switch
                {
                    0x15 => 0x28,
                    0x14 => 0x29,
                    0x11 => 0x2C,
                    0x00 => 0x3D,
                    var other => other,
                };
            }
            target[written++] = value;
        }
        return written;
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

    static DecodedFrame Simple(DeviceSession session, MessageKind kind, byte[]? reply) =>
        Done(session, new() { Kind = kind }, reply, null);

    static DecodeError Short(TextFields fields) =>
        new(DecodeCodes.Truncated, fields.OffsetOf(fields.Count) + 1, "the frame has fewer fields than its type");

    /// <summary>Reads fields into values and remembers the first one that could not be read.</summary>
    ref struct FieldReader(TextFields fields)
    {
        readonly TextFields fields = fields;

        public DecodeError? Error { get; private set; }

        /// <summary>ddmmyy and hhmmss, UTC.</summary>
        public DateTimeOffset? Time(int date, int time)
        {
            var (ddmmyy, hhmmss) = (fields.Number(date), fields.Number(time));
            var value = ddmmyy is { } d && hhmmss is { } t && d <= 311_299
                ? Calendar.Utc(d % 100, d / 100 % 100, d / 10_000, t)
                : null;
            return value ?? Bad<DateTimeOffset?>(date, "date and time are none");
        }

        /// <summary>Two decimal degrees, each with its hemisphere.</summary>
        public GeoPosition? Decimal(int latitude, int north, int longitude, int east)
        {
            var (lat, lon) = (fields.Fixed(latitude, 7), fields.Fixed(longitude, 7));
            var position = lat is { } a && lon is { } o
                ? Coordinates.FromE7(Signed(a, north, (byte)'S'), Signed(o, east, (byte)'W'))
                : null;
            return position ?? Bad<GeoPosition?>(latitude, "latitude and longitude are no place");
        }

        /// <summary>DDMM.MMMM and DDDMM.MMMM, each with its hemisphere.</summary>
        public GeoPosition? DegreesMinutes(int latitude, int north, int longitude, int east)
        {
            var position = fields.Fixed(latitude, 4) is { } lat && fields.Fixed(longitude, 4) is { } lon
                ? Coordinates.FromDegreesMinutes(
                    lat, !fields[north].SequenceEqual("S"u8), lon, !fields[east].SequenceEqual("W"u8))
                : null;
            return position ?? Bad<GeoPosition?>(latitude, "latitude and longitude are no place");
        }

        public Speed? KilometresPerHour(int place) => fields.Fixed(place, 3) is { } value and <= 1_000_000
            ? new Speed((int)value)
            : Bad<Speed?>(place, "the speed is none");

        /// <summary>Whole degrees; a fraction is cut.</summary>
        public int? Course(int place) => fields.Fixed(place, 0) is { } value and <= 360
            ? (int)value % 360
            : Bad<int?>(place, "the course is beyond 360 degrees");

        /// <summary>A share such as <c>85%</c>.</summary>
        public int? Percent(int place)
        {
            var field = fields[place];
            if (!field.EndsWith("%"u8)) return null;
            return System.Buffers.Text.Utf8Parser.TryParse(field[..^1], out int value, out var read)
                && read == field.Length - 1 && value is >= 0 and <= 100
                ? value
                : null;
        }

        long Signed(long value, int hemisphere, byte negative) =>
            fields[hemisphere] is [var letter] && letter == negative ? -value : value;

        T? Bad<T>(int place, string detail)
        {
            Error ??= new(DecodeCodes.FieldInvalid, fields.OffsetOf(place) + 1, detail);
            return default;
        }
    }
}
