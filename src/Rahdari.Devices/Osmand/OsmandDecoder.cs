using System.Text;
using System.Text.Json;

namespace Rahdari.Devices.Osmand;

/// <summary>
/// Phones over HTTP: OsmAnd's query, forms, and the JSON of location libraries. A request is answered 200 once its
/// records are durable, or refused by the name of the parameter. Source and quirks: README.md in this folder.
/// </summary>
sealed class OsmandDecoder : IDeviceProtocol
{
    public string Name => "osmand";

    public int DecoderVersion => 2;

    public int MaxFrameBytes => OsmandFrame.MaxBytes;

    public bool HasManyLines => true;

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => OsmandFrame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        var zone = options.Zone ?? TimeSpan.Zero;
        if (OsmandFrame.MayStart(frame) && frame.Length > 4) return Request(frame, session, zone, options.Simulated);
        if (frame.StartsWith("{"u8)) return Recorded(frame, session, zone);
        // A query alone, as a log keeps it.
        var query = frame.StartsWith("/?"u8) ? frame[2..] : frame.StartsWith("?"u8) ? frame[1..] : frame;
        return query.Contains((byte)'=')
            ? Content(query, [], session, zone)
            : session.Fail(DecodeCodes.NotThisProtocol, 0, "this is no request, no query and no JSON");
    }

    static DecodedFrame Request(ReadOnlySpan<byte> frame, DeviceSession session, TimeSpan zone, bool simulated)
    {
        var length = OsmandFrame.HeadLength(frame);
        if (length < 0 && frame.Length >= OsmandFrame.MaxHeadBytes)
            return Refused(session, simulated, DecodeCodes.LengthWrong, new(
                "431 Request Header Fields Too Large", $"a head has at most {OsmandFrame.MaxHeadBytes} bytes"));
        var head = new OsmandHead(length < 0 ? frame : frame[..length]);
        // A request line says all there is of a GET.
        var lineAlone = length < 0 && head.Refusal is null && head.Method.SequenceEqual("GET"u8);
        if (length < 0 && !lineAlone)
            return session.Fail(DecodeCodes.Truncated, 0, "the head has no blank line at its end");
        if (head.Refusal is { } refusal) return Refused(session, simulated, DecodeCodes.FormNotRead, refusal);
        var rest = length < 0 ? [] : frame[length..];
        if (rest.Length < head.BodyLength)
            return session.Fail(DecodeCodes.Truncated, 0, $"the body has {head.BodyLength} bytes by its head");
        if (!head.Method.SequenceEqual("GET"u8) && !head.Method.SequenceEqual("POST"u8))
            return Answered(
                session.Fail(DecodeCodes.FormNotRead, 0, "only GET and POST are read"), simulated, head.KeepAlive,
                new("405 Method Not Allowed", "only GET and POST are read"));
        var kept = OsmandEncoder.Answer(null, head.KeepAlive, simulated);
        var read = Content(head.Query, rest[..head.BodyLength], session, zone, kept, !head.KeepAlive);
        return read.Messages.Count > 0
            ? read
            : Answered(
                read, simulated, head.KeepAlive, new("400 Bad Request", read.Error?.Detail ?? "nothing was sent"));
    }

    /// <summary>A query, then a body: JSON, or a form.</summary>
    /// <param name="kept">The answer where there are records.</param>
    static DecodedFrame Content(
        ReadOnlySpan<byte> query, ReadOnlySpan<byte> body, DeviceSession session, TimeSpan zone, byte[]? kept = null,
        bool ends = false)
    {
        Span<byte> id = stackalloc byte[OsmandFix.MaxId + 1];
        var idLength = 0;
        var fix = new OsmandFix(zone);
        OsmandQuery.Read(query, ref fix, id, ref idLength);
        var leftOut = fix.LeftOut;
        var text = body.TrimStart(" \t\r\n"u8);
        if (!text.StartsWith("{"u8))
        {
            OsmandQuery.Read(body, ref fix, id, ref idLength);
            var message = fix.Message();
            return Done([message], fix.Refused, fix.LeftOut, id[..idLength], session, kept, ends);
        }
        var messages = new List<DeviceMessage>(1);
        string? refused;
        try
        {
            refused = OsmandJson.Read(text, zone, messages, id, ref idLength, ref leftOut);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws at the first byte that is no JSON, or at text that is no UTF-8.
            return session.Fail(DecodeCodes.FieldInvalid, 0, "the body is no JSON");
        }
        return Done(messages, refused, leftOut, id[..idLength], session, kept, ends);
    }

    static DecodedFrame Done(
        IReadOnlyList<DeviceMessage?> messages, string? refused, string? leftOut, ReadOnlySpan<byte> id,
        DeviceSession session, byte[]? kept, bool ends)
    {
        if (refused is not null)
            return session.Fail(DecodeCodes.FieldInvalid, 0, $"{refused} is missing or cannot be read");
        if (!WrittenId.IsOne(id))
            return session.Fail(DecodeCodes.FieldInvalid, 0, $"id is missing, or is not of {WrittenId.Form}");
        session = session.Named(id);
        return new()
        {
            Checksum = ChecksumVerdict.None,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = messages as IReadOnlyList<DeviceMessage> ?? [],
            Reply = kept,
            EndsConnection = ends,
            Error = leftOut is null
                ? null
                : new(DecodeCodes.FieldInvalid, 0, $"{leftOut} cannot be read and is left out"),
        };
    }

    /// <summary>
    /// A request written down as JSON, <c>{"method":..., "url":..., "body":...}</c>, or the body of one.
    /// </summary>
    static DecodedFrame Recorded(ReadOnlySpan<byte> json, DeviceSession session, TimeSpan zone)
    {
        string? url = null, body = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isUrl = reader.ValueTextEquals("url"u8) || reader.ValueTextEquals("uri"u8);
                var isBody = reader.ValueTextEquals("body"u8);
                reader.Read();
                if (isUrl && reader.TokenType == JsonTokenType.String) url = reader.GetString();
                else if (isBody && reader.TokenType == JsonTokenType.String) body = reader.GetString();
                else reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return session.Fail(DecodeCodes.FieldInvalid, 0, "the text starts as JSON and is none");
        }
        if (url is null && body is null) return Content([], json, session, zone);
        var query = url is null || url.IndexOf('?') < 0 ? "" : url[(url.IndexOf('?') + 1)..];
        return Content(Encoding.UTF8.GetBytes(query), Encoding.UTF8.GetBytes(body ?? ""), session, zone);
    }

    /// <summary>A request whose end is not known: it is answered, and nothing after it is read.</summary>
    static DecodedFrame Refused(DeviceSession session, bool simulated, string code, OsmandRefusal refusal) =>
        Answered(session.Fail(code, 0, refusal.Detail), simulated, keepAlive: false, refusal);

    static DecodedFrame Answered(
        DecodedFrame frame, bool simulated, bool keepAlive, OsmandRefusal? refusal) => frame with
    {
        Reply = OsmandEncoder.Answer(refusal, keepAlive, simulated),
        EndsConnection = !keepAlive,
    };
}
