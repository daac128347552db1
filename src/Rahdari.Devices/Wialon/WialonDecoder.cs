using System.Globalization;

namespace Rahdari.Devices.Wialon;

/// <summary>
/// Wialon IPS 1.1 and 2.0 in text, as trackers and relaying platforms send it. The connection names its device once, in
/// the login; 2.0 has a checksum. Source and quirks: README.md in this folder.
/// </summary>
sealed class WialonDecoder : IDeviceProtocol
{
    /// <summary>Records of one batch; a batch of the intake stays small.</summary>
    public const int MaxRecords = 500;

    const int MaxFields = 20;

    public string Name => "wialon";

    public int DecoderVersion => 2;

    public int MaxFrameBytes => WialonFrame.MaxBytes;

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => WialonFrame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        var start = frame.IndexOf((byte)'#');
        var type = start < 0 ? [] : WialonFrame.TypeOf(frame[start..]);
        if (type.IsEmpty)
            return session.Fail(ChecksumVerdict.None, DecodeCodes.NotThisProtocol, 0, "a packet starts with #TYPE#");
        // In a datagram the device's id, and before it the version, stand before the packet.
        if (start > 0)
        {
            var id = frame[..start];
            id = id[(id.LastIndexOf((byte)';') + 1)..];
            if (!WrittenId.IsOne(id))
                return session.Fail(
                    ChecksumVerdict.None, DecodeCodes.NotThisProtocol, 0,
                    $"the device id is not of {WrittenId.Form}");
            session = session.Named(id);
        }
        start += type.Length + 2;
        var line = frame[start..].IndexOf("\r\n"u8);
        var message = line < 0 ? frame[start..] : frame.Slice(start, line);
        if (line < 0 && message.EndsWith("\r"u8)) message = message[..^1];
        return type switch
        {
            [(byte)'L'] => Login(message, start, session),
            [(byte)'S', (byte)'D'] => Data(message, start, "ASD", session),
            [(byte)'D'] => Data(message, start, "AD", session),
            [(byte)'B'] => Batch(message, start, session),
            [(byte)'P'] => Simple(session, MessageKind.Heartbeat, WialonEncoder.Answer("AP", "")),
            [(byte)'M'] => Simple(session, MessageKind.Other, WialonEncoder.Answer("AM", "1")),
            // Pictures, files, answers to commands: known to be whole, of no use here.
            _ => Simple(session, MessageKind.Other, null),
        };
    }

    /// <summary>id; password, or from 2.0 on version; id; password; checksum.</summary>
    static DecodedFrame Login(ReadOnlySpan<byte> message, int offset, DeviceSession session)
    {
        Span<Range> places = stackalloc Range[MaxFields];
        var fields = new TextFields(message, (byte)';', places);
        var password = PasswordField(fields);
        var verdict = password == 2 && fields.Count > 3 ? Verdict(message, fields[3]) : ChecksumVerdict.None;
        var id = fields[password - 1];
        var at = offset + fields.OffsetOf(password);
        Range? secret = fields[password].IsEmpty || fields[password].SequenceEqual("NA"u8)
            ? null
            : at..(at + fields[password].Length);
        if (verdict == ChecksumVerdict.Bad)
            return BadChecksum(session, offset + fields.OffsetOf(3)) with { Secret = secret };
        if (!WrittenId.IsOne(id))
            return session.Fail(
                verdict, DecodeCodes.FieldInvalid, offset + fields.OffsetOf(password - 1),
                $"the device id is not of {WrittenId.Form}") with
            {
                Reply = WialonEncoder.Answer("AL", "0"), Secret = secret,
            };
        session = session.Named(id);
        return Simple(session, MessageKind.Login, WialonEncoder.Answer("AL", "1")) with
        {
            Checksum = verdict, Secret = secret, SecretRefused = WialonEncoder.Answer("AL", "01"),
        };
    }

    /// <summary>
    /// Which field of a login is the password: the one behind the id. A version stands before the id from 2.0 on; it
    /// has digits, a dot and digits, and id and password behind it. An id may look like one.
    /// </summary>
    static int PasswordField(TextFields fields)
    {
        var dot = fields[0].IndexOf((byte)'.');
        return fields.Count > 2 && dot > 0 && dot + 1 < fields[0].Length
            && Decimals.AreDigits(fields[0][..dot]) && Decimals.AreDigits(fields[0][(dot + 1)..]) ? 2 : 1;
    }

    /// <summary>What stands in a login behind its id, to the end of the line, of the bytes or of a damaged login.
    /// </summary>
    public IReadOnlyList<Range> SecretsIn(ReadOnlySpan<byte> bytes)
    {
        List<Range>? found = null;
        Span<Range> places = stackalloc Range[MaxFields];
        for (var at = 0; bytes[at..].IndexOf("#L#"u8) is var next and >= 0;)
        {
            at += next + 3;
            var line = bytes[at..];
            var end = line.IndexOfAny((byte)'\r', (byte)'\n');
            if (end >= 0) line = line[..end];
            var fields = new TextFields(line, (byte)';', places);
            var password = PasswordField(fields);
            if (password < fields.Count && !fields[password].SequenceEqual("NA"u8))
                (found ??= []).Add((at + fields.OffsetOf(password))..(at + line.Length));
        }
        return found is null ? [] : found;
    }

    /// <summary>A record in the short or the long form; one field more is its checksum.</summary>
    static DecodedFrame Data(ReadOnlySpan<byte> message, int offset, string answer, DeviceSession session)
    {
        Span<Range> places = stackalloc Range[MaxFields];
        var fields = new TextFields(message, (byte)';', places);
        var last = fields.Count - 1;
        var verdict = IsChecksum(fields[last], last) ? Verdict(message, fields[last]) : ChecksumVerdict.None;
        if (verdict == ChecksumVerdict.Bad) return BadChecksum(session, offset + fields.OffsetOf(last));
        var whole = fields.Count - (verdict == ChecksumVerdict.Ok ? 1 : 0);
        if (whole is not (WialonRecord.ShortFields or WialonRecord.LongFields))
            return Refused(session, verdict, offset, answer, "-1");
        return WialonRecord.Read(fields, RecordClass.Live, offset, out var error) is { } record
            ? Done(session, verdict, [record], [], WialonEncoder.Answer(answer, "1"), error)
            : Refused(session, verdict, offset, answer, "-1");
    }

    /// <summary>
    /// Behind the fields of either form stands a checksum; so does what stands in the place of the parameters and has
    /// not their form, for then a separator is lost.
    /// </summary>
    static bool IsChecksum(ReadOnlySpan<byte> field, int place) => place switch
    {
        WialonRecord.ShortFields or >= WialonRecord.LongFields => !field.IsEmpty,
        WialonRecord.LongFields - 1 => !field.IsEmpty && !field.Contains((byte)':') && !field.SequenceEqual("NA"u8),
        _ => false,
    };

    /// <summary>Records between bars; from 2.0 on the checksum behind the last bar.</summary>
    static DecodedFrame Batch(ReadOnlySpan<byte> message, int offset, DeviceSession session)
    {
        var tail = message[(message.LastIndexOf((byte)'|') + 1)..];
        var hasChecksum = tail.Length > 0 && tail.Length < message.Length && !tail.Contains((byte)';');
        var verdict = hasChecksum ? Verdict(message, tail) : ChecksumVerdict.None;
        if (verdict == ChecksumVerdict.Bad) return BadChecksum(session, offset + message.Length - tail.Length);
        var records = hasChecksum ? message[..^(tail.Length + 1)] : message.TrimEnd((byte)'|');
        var count = records.Count((byte)'|') + 1;
        if (records.IsEmpty || count > MaxRecords) return Refused(session, verdict, offset, "AB", "0");
        var messages = new DeviceMessage[count];
        var ranges = new Range[count];
        Span<Range> places = stackalloc Range[MaxFields];
        DecodeError? error = null;
        var (read, at) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            var end = records[at..].IndexOf((byte)'|');
            var text = end < 0 ? records[at..] : records.Slice(at, end);
            var fields = new TextFields(text, (byte)';', places);
            if (WialonRecord.Read(fields, RecordClass.Stored, offset + at, out var invalid) is { } record)
            {
                ranges[read] = (offset + at)..(offset + at + text.Length);
                messages[read++] = record;
            }
            else invalid = new(DecodeCodes.RecordInvalid, offset + at, $"record {i + 1} has fewer fields than one has");
            error ??= invalid;
            at += text.Length + 1;
        }
        if (read == 0) return Refused(session, verdict, offset, "AB", "0");
        return Done(
            session, verdict, read == count ? messages : messages[..read], read == count ? ranges : ranges[..read],
            WialonEncoder.Answer("AB", read.ToString(CultureInfo.InvariantCulture)), error);
    }

    /// <summary>The checksum is of everything in the message before it.</summary>
    static ChecksumVerdict Verdict(ReadOnlySpan<byte> message, ReadOnlySpan<byte> told)
    {
        var digits = told.StartsWith("0x"u8) || told.StartsWith("0X"u8) ? told[2..] : told;
        return digits.Length is > 0 and <= 4
            && ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && value == Crc16.Ibm(message[..^told.Length])
            ? ChecksumVerdict.Ok
            : ChecksumVerdict.Bad;
    }

    static DecodedFrame Done(
        DeviceSession session, ChecksumVerdict checksum, DeviceMessage[] messages, Range[] places, byte[]? reply,
        DecodeError? error) => new()
        {
            Checksum = checksum,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = messages,
            Places = places,
            Reply = reply,
            Error = error,
        };

    static DecodedFrame Simple(DeviceSession session, MessageKind kind, byte[]? reply) =>
        Done(session, ChecksumVerdict.None, [new() { Kind = kind }], [], reply, null);

    static DecodedFrame Refused(
        DeviceSession session, ChecksumVerdict checksum, int offset, string answer, string code) =>
        session.Fail(checksum, DecodeCodes.RecordInvalid, offset, "the packet holds no record, or too many") with
        {
            Reply = WialonEncoder.Answer(answer, code),
        };

    static DecodedFrame BadChecksum(DeviceSession session, int offset) => session.Fail(
        ChecksumVerdict.Bad, DecodeCodes.ChecksumBad, offset, "the checksum is not of the text before it");
}
