using System.Globalization;
using System.Text;

namespace Rahdari.Devices.Queclink;

/// <summary>
/// Queclink @Track in text. Every report names its device; the binary form is recognised and refused. Source and
/// quirks: README.md in this folder.
/// </summary>
sealed class QueclinkDecoder : IDeviceProtocol
{
    /// <summary>Fields looked at: 15 positions of 13 fields and what stands around them.</summary>
    const int MaxFields = 256;

    /// <summary>Most positions of one report: as many as its fields can hold, so that none is left out.</summary>
    const int MaxPlaces = MaxFields / QueclinkPlace.Behind;

    /// <summary>An IMEI has 15 digits, a MEID 14 hexadecimal ones.</summary>
    const int MinId = 14, MaxId = 17;

    public string Name => "queclink";

    public int DecoderVersion => 5;

    public int MaxFrameBytes => QueclinkFrame.MaxBytes;

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => QueclinkFrame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        var form = QueclinkFrame.FormOf(frame);
        if (form == QueclinkForm.None)
            return session.Fail(DecodeCodes.NotThisProtocol, 0, "a frame starts with +RESP:, +BUFF: or +ACK:");
        if (form == QueclinkForm.Binary)
            return session.Fail(
                DecodeCodes.BinaryFormUnsupported, 0,
                $"the binary form ({Encoding.ASCII.GetString(frame[..4])}) is not read; set the device to text");
        var text = frame.EndsWith("$"u8) ? frame[..^1] : frame;
        Span<Range> places = stackalloc Range[MaxFields];
        var fields = new TextFields(text, (byte)',', places);
        var type = TypeOf(fields[0]);
        // Old firmware has no version before the id.
        var id = IsId(fields[1]) ? 1 : 2;
        if (type.Length != 3 || !IsId(fields[id]))
            return session.Fail(DecodeCodes.NotThisProtocol, fields.OffsetOf(id), "the type or the device id is none");
        session = session.Named(fields[id]);
        var tail = Tail(fields);
        if (form == QueclinkForm.Acknowledgement) return Acknowledgement(fields, type, tail, session);
        return Report(fields, type, id + 1, tail, form == QueclinkForm.Buffered, session, options);
    }

    static DecodedFrame Report(
        TextFields fields, ReadOnlySpan<byte> type, int start, int tail, bool buffered, DeviceSession session,
        DecodeOptions options)
    {
        Span<int> found = stackalloc int[MaxPlaces];
        var count = QueclinkPlace.Find(fields, start, found);
        var events = QueclinkEvents.Of(type, fields);
        var serial = SerialOf(fields[tail]);
        var record = buffered ? RecordClass.Stored : RecordClass.Live;
        var messages = new DeviceMessage[Math.Max(1, count)];
        var misplaced = -1;
        // A report of the vehicle's bus carries the place last known; its accuracy says whether it was taken for it.
        var repeats = type.SequenceEqual("CAN"u8);
        for (var i = 0; i < count; i++)
        {
            messages[i] = QueclinkPlace.Read(fields, found[i], repeats, record, serial, i == 0 ? events : []);
            // What happened now is told with the place and time of the last fix where there is none now.
            if (i == 0 && events.Count > 0 && QueclinkEvents.HappensNow(type)
                && !QueclinkPlace.IsCurrent(fields, found[i])
                && Decimals.Time(fields[tail - 1]) is { } sent)
                messages[i] = messages[i] with { Time = sent - (options.Zone ?? TimeSpan.Zero), Valid = false };
            if (messages[i].Position is null && misplaced < 0) misplaced = found[i];
        }
        var card = CardOf(type, fields, start);
        if (count > 0 && card is not null) messages[0] = messages[0] with { SimCard = card };
        if (count == 0)
            messages[0] = new()
            {
                Kind = events.Count > 0 ? MessageKind.Event : MessageKind.Other,
                Record = record,
                Time = Decimals.Time(fields[tail - 1]) - (options.Zone ?? TimeSpan.Zero),
                DeviceSerial = serial,
                SimCard = card,
                Events = events,
            };
        return new()
        {
            Checksum = ChecksumVerdict.None,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = messages,
            Reply = serial is null ? null : QueclinkEncoder.Received(fields[tail]),
            Error = misplaced >= 0
                ? new(DecodeCodes.FieldInvalid, fields.OffsetOf(misplaced), "longitude, latitude and time are none")
                : serial is null
                    ? new(DecodeCodes.Truncated, fields.OffsetOf(fields.Count), "the running number is missing")
                    : null,
        };
    }

    /// <summary>The card's number, which two reports tell; where it stands differs by family.</summary>
    /// <param name="start">Of the fields behind the id.</param>
    static SimCardNumber? CardOf(ReadOnlySpan<byte> type, TextFields fields, int start)
    {
        if (!type.SequenceEqual("INF"u8) && !type.SequenceEqual("CID"u8)) return null;
        for (var i = start; i < fields.Count; i++)
            if (SimCardNumber.Read(fields[i]) is { } card) return card;
        return null;
    }

    /// <summary>+ACK: the heartbeat wants an answer, an answer to a command does not.</summary>
    static DecodedFrame Acknowledgement(
        TextFields fields, ReadOnlySpan<byte> type, int tail, DeviceSession session)
    {
        var heartbeat = type.SequenceEqual("HBD"u8);
        var serial = SerialOf(fields[tail]);
        return new()
        {
            Checksum = ChecksumVerdict.None,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = [new() { Kind = heartbeat ? MessageKind.Heartbeat : MessageKind.Other, DeviceSerial = serial }],
            Reply = heartbeat && serial is not null ? QueclinkEncoder.HeartbeatReceived(fields[1], fields[tail]) : null,
            Error = serial is null
                ? new(DecodeCodes.Truncated, fields.OffsetOf(fields.Count), "the running number is missing")
                : null,
        };
    }

    /// <summary>The place of the running number: the last field, or the one before an old version's number.</summary>
    static int Tail(TextFields fields)
    {
        var last = fields.Count - 1;
        return SerialOf(fields[last]) is null && last > 3 && SerialOf(fields[last - 1]) is not null ? last - 1 : last;
    }

    static int? SerialOf(ReadOnlySpan<byte> field) =>
        field.Length == 4
        && int.TryParse(field, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    static ReadOnlySpan<byte> TypeOf(ReadOnlySpan<byte> head)
    {
        var type = head[(head.IndexOf((byte)':') + 1)..];
        return type.StartsWith("GT"u8) ? type[2..] : [];
    }

    static bool IsId(ReadOnlySpan<byte> id) => id.Length is >= MinId and <= MaxId && QueclinkFrame.AreHexDigits(id);
}
