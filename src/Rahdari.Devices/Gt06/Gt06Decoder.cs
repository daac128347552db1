using System.Buffers.Binary;

namespace Rahdari.Devices.Gt06;

/// <summary>
/// GT06 and its descendants (Concox, Jimi and many others) over TCP. The connection names its device once, in the
/// login. Source and quirks: README.md in this folder.
/// </summary>
sealed class Gt06Decoder : IDeviceProtocol
{
    public string Name => "gt06";

    public int DecoderVersion => 6;

    public int MaxFrameBytes => Gt06Frame.MaxBytes;

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => Gt06Frame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        if (frame.IsEmpty || frame[0] is not (Gt06Frame.Short or Gt06Frame.Long)
            || frame.Length > 1 && frame[1] != frame[0])
            return session.Fail(ChecksumVerdict.None, DecodeCodes.NotThisProtocol, 0, "no start of a frame");
        var head = Gt06Frame.HeadBytes(frame[0]);
        if (frame.Length < head + 1 || Gt06Frame.WholeLength(frame) is var whole && whole == 0)
            return session.Fail(ChecksumVerdict.Bad, DecodeCodes.LengthWrong, 2, "the length is none");
        // Without its end mark a frame is accepted where the length says that nothing else is missing.
        var body = Gt06Frame.Ends(frame) ? frame[..^2] : frame.Length == whole - 2 ? frame : frame[..0];
        if (body.Length < head + 5)
            return session.Fail(
                ChecksumVerdict.Bad, DecodeCodes.Truncated, frame.Length,
                $"the frame has {whole} bytes by its header");
        var computed = Crc16.X25(body[2..^2]);
        var told = BinaryPrimitives.ReadUInt16BigEndian(body[^2..]);
        if (computed != told)
            return session.Fail(
                ChecksumVerdict.Bad, DecodeCodes.ChecksumBad, body.Length - 2,
                $"the frame says {told:X4}, its bytes give {computed:X4}");
        var message = new Message(
            frame[0] == Gt06Frame.Long, body[head], body[(head + 1)..^4],
            BinaryPrimitives.ReadUInt16BigEndian(body[^4..]), head + 1);
        var decoded = message.IsLong ? Extended(message, session, options) : Basic(message, session, options);
        return body.Length == whole - 2 || decoded.Error is not null
            ? decoded
            : decoded with { Error = new(DecodeCodes.LengthWrong, 2, "the length leaves bytes out") };
    }

    /// <summary>What stands between header and checksum.</summary>
    /// <param name="offset">Where the content starts in the frame.</param>
    readonly ref struct Message(bool isLong, byte type, ReadOnlySpan<byte> content, int serial, int offset)
    {
        public readonly ReadOnlySpan<byte> Content = content;
        public bool IsLong { get; } = isLong;
        public byte Type { get; } = type;
        public int Serial { get; } = serial;
        public int Offset { get; } = offset;
    }

    static DecodedFrame Basic(Message message, DeviceSession session, DecodeOptions options)
    {
        var content = message.Content;
        switch (message.Type)
        {
            case Gt06Types.Login:
                return Login(message, session);
            case Gt06Types.Status or Gt06Types.Heartbeat:
                return Heartbeat(message, session);
            case Gt06Types.TimeRequest:
                return Simple(
                    session, MessageKind.Other,
                    options.Now is { } now ? Gt06Encoder.Time(message.Serial, now) : null);
            case Gt06Types.CellsStatus or Gt06Types.CellsAlarm
                when Gt06Basic.HasStatusWithoutFix(message.Type, content):
                return Done(session, message, Gt06Basic.CellsAndStatus(message.Type, content), -1);
            case Gt06Types.ShortTextAnswer when Gt06Extended.CardIn(content) is { } card:
                return Done(session, message, new() { Kind = MessageKind.Other, SimCard = card }, -1) with
                {
                    Reply = null,
                };
            case Gt06Types.CameraAlarm:
                return CameraAlarm(message, session, options);
        }
        var at = Gt06Basic.FixAt(message.Type, content);
        if (at < 0)
            return message.Type switch
            {
                Gt06Types.GpsVl => Done(session, message, Gt06Basic.Status(content), -1),
                Gt06Types.DeviceStatus or Gt06Types.Peripheral =>
                    Done(session, message, new() { Kind = MessageKind.Other }, -1),
                _ => Simple(session, MessageKind.Other, null),
            };
        if (Gt06Basic.ImeiAt(at) is var imei and >= 0)
            session = Named(session, content.Slice(imei, Gt06Basic.ImeiBytes)) ?? session;
        var (read, bad) = Gt06Basic.Read(message.Type, content, at, ZoneOf(message.Type, session, options));
        return Done(session, message, read, bad);
    }

    static DecodedFrame Extended(Message message, DeviceSession session, DecodeOptions options)
    {
        var content = message.Content;
        var zone = ZoneOf(message.Type, session, options);
        switch (message.Type)
        {
            case Gt06Types.GpsCellsStatus4 or Gt06Types.Alarm33:
                var (lengths, badLength) = Gt06Extended.Lengths(message.Type, content, zone);
                return Done(session, message, lengths, badLength);
            case Gt06Types.Modules:
                var (modules, badModule) = Gt06Extended.Modules(content);
                return Done(session, message, modules ?? new() { Kind = MessageKind.Other }, badModule);
            case Gt06Types.TextAnswer:
                return Gt06Extended.Position(content) is { } position
                    ? Done(session, message, position, -1) with { Reply = null }
                    : Simple(session, MessageKind.Other, null);
            case Gt06Types.Info:
                return Done(session, message, Gt06Extended.Info(content, zone), -1) with { Reply = null };
        }
        return Basic(message, session, options);
    }

    /// <summary>IMEI 8, type 2, [zone and language 2].</summary>
    static DecodedFrame Login(Message message, DeviceSession session)
    {
        var content = message.Content;
        if (content.Length < Gt06Basic.ImeiBytes || Named(session, content[..Gt06Basic.ImeiBytes]) is not { } named)
            return session.Fail(
                ChecksumVerdict.Ok, DecodeCodes.FieldInvalid, message.Offset, "the IMEI is not decimal");
        if (content.Length >= Gt06Basic.ImeiBytes + 4)
            named = named with
            {
                Zone = LoginZone(BinaryPrimitives.ReadUInt16BigEndian(content[(Gt06Basic.ImeiBytes + 2)..])),
            };
        return Simple(named, MessageKind.Login, Gt06Encoder.Answer(Gt06Types.Login, message.Serial));
    }

    /// <summary>Hours and minutes as one decimal number in the upper 12 bits, west in bit 3.</summary>
    static TimeSpan? LoginZone(int word)
    {
        var size = TimeSpan.FromMinutes((word >> 4) / 100 * 60 + (word >> 4) % 100);
        if (size > TimeSpan.FromHours(14)) return null;
        return (word & 8) != 0 ? -size : size;
    }

    /// <summary>
    /// Status 1, voltage 1, signal 1: only the shortest form is the same with all makers. It tells levels as those of
    /// three bytes and of five (with alarm and language) do; one of four is described nowhere.
    /// </summary>
    static DecodedFrame Heartbeat(Message message, DeviceSession session)
    {
        var content = message.Content;
        var read = new DeviceMessage
        {
            Kind = MessageKind.Heartbeat,
            BatteryPercent = message.Type == Gt06Types.Status && content.Length is >= 3 and <= 5
                ? Gt06Status.BatteryPercent(content[1], tellsLevels: content.Length != 4)
                : null,
            Charging = content.Length > 0 ? Gt06Status.Charging(content[0]) : null,
        };
        return Done(session, message, read, -1);
    }

    /// <summary>
    /// 95 of cameras: a time and an event; or a fix without satellites and speed; or, behind a mark and a version, a
    /// fix with both and the flags before the speed.
    /// </summary>
    static DecodedFrame CameraAlarm(Message message, DeviceSession session, DecodeOptions options)
    {
        const int markBytes = 3;
        var content = message.Content;
        var zone = ZoneOf(message.Type, session, options);
        if (content.Length >= markBytes + Gt06Fix.SwappedBytes && content is [0xFF, 0xFF, ..])
        {
            var marked = Gt06Fix.ReadSwapped(content[markBytes..], zone);
            return Done(
                session, message, marked.Message(RecordClass.Alarm, []),
                marked.BadOffset < 0 ? -1 : markBytes + marked.BadOffset);
        }
        if (content.Length > Gt06Fix.BareBytes)
        {
            var bare = Gt06Fix.ReadBare(content, zone);
            IReadOnlyList<DeviceEvent> events = content[Gt06Fix.BareBytes] switch
            {
                0x01 => [DeviceEvent.Panic],
                0x80 => [DeviceEvent.Vibration],
                0x88 => [DeviceEvent.PowerCut],
                _ => [],
            };
            return Done(session, message, bare.Message(RecordClass.Alarm, events), bare.BadOffset);
        }
        var time = content.Length >= Gt06Fix.TimeBytes ? Gt06Fix.TimeOf(content) - zone : null;
        var read = new DeviceMessage { Kind = MessageKind.Event, Record = RecordClass.Alarm, Time = time };
        return Done(session, message, read, time is null ? 0 : -1);
    }

    /// <summary>The caller's zone; else, for numbers not in UTC by the maker's documents, the login's.</summary>
    static TimeSpan ZoneOf(byte type, DeviceSession session, DecodeOptions options) =>
        options.Zone ?? (Gt06Types.IsUtc(type) ? null : session.Zone) ?? TimeSpan.Zero;

    /// <summary>An IMEI in eight bytes: a nibble to spare and 15 digits; null where it is none.</summary>
    static DeviceSession? Named(DeviceSession session, ReadOnlySpan<byte> imei)
    {
        if (!Bcd.IsDecimal(imei)) return null;
        Span<char> digits = stackalloc char[2 * Gt06Basic.ImeiBytes];
        Bcd.Spell(imei, digits);
        return session.Named(digits[1..]);
    }

    static DecodedFrame Done(DeviceSession session, Message message, DeviceMessage read, int bad) => new()
    {
        Checksum = ChecksumVerdict.Ok,
        DeviceId = session.DeviceId,
        Session = session,
        // Where it tells no time, its number alone tells it from what was said before.
        Messages = [IsUntimedFact(read) ? read with { DeviceSerial = message.Serial } : read],
        Reply = Gt06Encoder.Answer(message.Type, message.Serial, message.IsLong && message.Type != Gt06Types.Modules),
        Error = bad < 0 ? null : new(DecodeCodes.FieldInvalid, message.Offset + bad, "a field of the content"),
    };

    static bool IsUntimedFact(DeviceMessage read) => read.Time is null
        && (read.Kind is MessageKind.Event or MessageKind.Position || read.Events.Count > 0);

    static DecodedFrame Simple(DeviceSession session, MessageKind kind, byte[]? reply) => new()
    {
        Checksum = ChecksumVerdict.Ok,
        DeviceId = session.DeviceId,
        Session = session,
        Messages = [new() { Kind = kind }],
        Reply = reply,
    };
}
