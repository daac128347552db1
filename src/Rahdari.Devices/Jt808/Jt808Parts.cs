using System.Buffers;

namespace Rahdari.Devices.Jt808;

/// <summary>
/// Sub-packages. Each part is answered by itself, as the standard has it and as terminals wait for; so each part's
/// bytes go to the journal before, and only the part that makes the message whole is answered after its records. If a
/// connection breaks in between, the parts are still in the journal, and the terminal is asked for the missing ones
/// (8003) when the last part comes without them.
/// </summary>
static class Jt808Parts
{
    public static DecodedFrame Add(
        Jt808Header header, ReadOnlySpan<byte> read, ReadOnlySpan<byte> body, DeviceSession session, TimeSpan zone,
        DecodeError? error)
    {
        var id = read.Slice(header.IdOffset, header.IdBytes);
        if (!Jt808Body.IsRead(header.Id))
            return Part(session, Jt808Encoder.Answer(header, id, Jt808Encoder.Unsupported), error, []);
        var hidden = Hidden(header, body, session);
        if (header.Number < 1 || header.Number > header.Total || header.Total > MessageParts.MaxParts)
            return Part(session, Jt808Encoder.Answer(header, id, Jt808Encoder.Wrong), new(
                DecodeCodes.PartsGivenUp, header.Bytes - 3,
                $"part {header.Number} of {header.Total}; a message has {MessageParts.MaxParts} parts at most"),
                hidden);
        var added = session.Parts.Add(
            header.Id, header.Serial, header.Total, header.Number, read[..header.Bytes], body);
        session = session with { Parts = added.Parts };
        if (added.GaveUp)
            error ??= new(DecodeCodes.PartsGivenUp, header.Bytes - 3, "a message under way was given up for this part");
        if (added.Whole is { } whole)
        {
            var reader = new Jt808Body(header, id, session, DecodeOptions.Default, zone, header.Bytes);
            var decoded = reader.Read(whole.AsSpan(header.Bytes));
            return decoded with { Whole = whole, Error = error ?? decoded.Error };
        }
        var tooLong = added.GaveUp && added.Missing.Count == 0;
        var answer = Jt808Encoder.Answer(
            header, id, tooLong ? Jt808Encoder.Unsupported : Jt808Encoder.Done);
        if (!tooLong && header.Number == header.Total && added.Missing.Count > 0)
            answer = [.. answer, .. Jt808Encoder.Resupply(header, id, added.Missing)];
        return Part(session, answer, error, hidden);
    }

    /// <summary>
    /// Where passwords lie in a part, in the bytes of its own frame; where they may lie, where earlier parts are
    /// missing: the part is acknowledged, and the rest of it must be readable in the journal once these come over
    /// another connection.
    /// </summary>
    static IReadOnlyList<Range> Hidden(Jt808Header header, ReadOnlySpan<byte> body, DeviceSession session)
    {
        var joined = ArrayPool<byte>.Shared.Rent(MessageParts.MaxBytes + body.Length);
        try
        {
            var before = session.Parts.CopyBefore(header.Id, header.Serial, header.Total, header.Number, joined);
            if (before < 0 || header.Number < 1) return Jt808Secrets.FindLoose(header.Id, body, 1 + header.Bytes);
            body.CopyTo(joined.AsSpan(before));
            return Jt808Secrets.FindInPart(
                header.Id, joined.AsSpan(0, before + body.Length), before, body.Length, 1 + header.Bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined, clearArray: true);
        }
    }

    static DecodedFrame Part(
        DeviceSession session, byte[] answer, DecodeError? error, IReadOnlyList<Range> hidden) => new()
    {
        Checksum = ChecksumVerdict.Ok,
        DeviceId = session.DeviceId,
        Authenticated = session.Authenticated,
        Session = session,
        Messages = [new() { Kind = MessageKind.Other }],
        Hidden = hidden,
        Reply = answer,
        Error = error,
    };
}
