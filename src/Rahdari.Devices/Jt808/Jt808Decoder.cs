using System.Globalization;

namespace Rahdari.Devices.Jt808;

/// <summary>
/// JT/T 808 of 2011, 2013 and 2019 over TCP, with the extensions of padlocks and door locks. Every message names its
/// terminal. Source and quirks: README.md in this folder.
/// </summary>
sealed class Jt808Decoder : IDeviceProtocol
{
    /// <summary>The standard's times are China's; firmware for other countries is set to UTC.</summary>
    static readonly TimeSpan StandardZone = TimeSpan.FromHours(8);

    public string Name => "jt808";

    public int DecoderVersion => 5;

    public int MaxFrameBytes => Jt808Frame.MaxBytes;

    public (int LeastSeconds, int MostSeconds)? ReportIntervals =>
        (Jt808Encoder.LeastInterval, Jt808Encoder.MostInterval);

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => Jt808Frame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        if (frame.IsEmpty || frame[0] is not (Jt808Frame.Flag or Jt808Frame.OtherFlag or Jt808Frame.TextStart))
            return session.Fail(ChecksumVerdict.None, DecodeCodes.NotThisProtocol, 0, "no flag starts the frame");
        if (frame[0] == Jt808Frame.TextStart) return Text(frame, session, options);
        if (frame.Length > Jt808Frame.MaxBytes)
            return session.Fail(
                ChecksumVerdict.Bad, DecodeCodes.LengthWrong, Jt808Frame.MaxBytes,
                $"a frame has {Jt808Frame.MaxBytes} bytes at most");
        Span<byte> unescaped = stackalloc byte[Jt808Frame.MaxBytes];
        var found = Unwrap(frame, unescaped);
        if (found.Header is not { } header || found.Checksum == ChecksumVerdict.Bad)
            return found.Header is null
                ? session.Fail(ChecksumVerdict.Bad, DecodeCodes.Truncated, frame.Length, "the header is cut off")
                : session.Fail(
                    ChecksumVerdict.Bad, DecodeCodes.ChecksumBad, frame.Length - 1,
                    "neither escaped nor unescaped do the bytes give the check byte");
        return Message(frame, unescaped[..found.Length], header, found.Escaped, session, options);
    }

    public IReadOnlyList<Range> SecretsIn(ReadOnlySpan<byte> bytes) => Jt808Secrets.Anywhere(bytes);

    public byte[]? Encode(DeviceCommand command, string deviceId, int serial) => command switch
    {
        DeviceCommand.PositionNow => Jt808Encoder.Query(deviceId, serial),
        DeviceCommand.ReportEvery report => Jt808Encoder.ReportEvery(deviceId, report.Interval, serial),
        DeviceCommand.Lock => Jt808Encoder.Lock(deviceId, serial),
        _ => null,
    };

    readonly record struct Unwrapped(Jt808Header? Header, int Length, bool Escaped, ChecksumVerdict Checksum);

    /// <summary>
    /// Takes flags and escapes off. Recorded frames come escaped and unescaped, with and without the flag behind them:
    /// the reading whose check byte and length fit is taken; a wrong length only of a frame between two flags.
    /// </summary>
    static Unwrapped Unwrap(ReadOnlySpan<byte> frame, Span<byte> target)
    {
        var ended = frame.Length > 1 && frame[^1] == frame[0];
        var headed = false;
        for (var way = ended ? 0 : 2; way < 4; way++)
        {
            var length = Unwrap(frame, way, target);
            if (length < 0 || Jt808Header.Read(target[..length], frame[0]) is not { } header) continue;
            headed = true;
            if (Jt808Frame.Check(target[..length]) == 0 && header.Fits(target[..length]))
                return new(header, length, way % 2 == 0, ChecksumVerdict.Ok);
        }
        for (var way = 0; ended && way < 2; way++)
        {
            var length = Unwrap(frame, way, target);
            if (length < 0 || Jt808Header.Read(target[..length], frame[0]) is not { } header) continue;
            if (Jt808Frame.Check(target[..length]) == 0) return new(header, length, way == 0, ChecksumVerdict.Ok);
        }
        return new(headed ? default(Jt808Header) : null, 0, false, ChecksumVerdict.Bad);
    }

    /// <param name="way">0 and 1 with a flag behind, 2 and 3 without; even ones escaped.</param>
    static int Unwrap(ReadOnlySpan<byte> frame, int way, Span<byte> target)
    {
        var inner = way < 2 ? frame[1..^1] : frame[1..];
        if (way % 2 == 0) return Jt808Frame.Unescape(inner, frame[0], target);
        inner.CopyTo(target);
        return inner.Length;
    }

    static DecodedFrame Message(
        ReadOnlySpan<byte> frame, ReadOnlySpan<byte> read, Jt808Header header, bool escaped, DeviceSession session,
        DecodeOptions options)
    {
        var id = read.Slice(header.IdOffset, header.IdBytes);
        session = Named(session, id);
        session = Aged(session, out var givenUp);
        var error = givenUp > 0 ? new DecodeError(DecodeCodes.PartsGivenUp, 1, "its other parts did not come") : null;
        if (!header.Fits(read))
            error = new(
                DecodeCodes.LengthWrong, 3, $"the header says {header.BodyBytes} bytes of body, there are others");
        var body = read[header.Bytes..^1];
        if (header.IsPart && header.Total > 1)
        {
            var part = Jt808Parts.Add(header, read, body, session, options.Zone ?? StandardZone, error);
            if (part.Whole is not null) return part;
            part = WithCheck(part, read.Length);
            if (escaped) InFrame(part, frame, header.Flag);
            return part;
        }
        var reader = new Jt808Body(header, id, session, options, options.Zone ?? StandardZone, 1 + header.Bytes);
        var decoded = WithCheck(reader.Read(body), read.Length);
        if (escaped) InFrame(decoded, frame, header.Flag);
        return error is null ? decoded : decoded with { Error = error };
    }

    /// <summary>The check byte is the exclusive or of all others: beside them it would tell that of what is
    /// covered.</summary>
    /// <param name="at">Of the check byte in the unescaped frame.</param>
    static DecodedFrame WithCheck(DecodedFrame decoded, int at)
    {
        if (decoded.Hidden.Count == 0) return decoded;
        Range[] hidden = [.. decoded.Hidden, at..(at + 1)];
        return decoded with { Hidden = hidden };
    }

    /// <summary>Makes places in the unescaped bytes, fresh from the reader, places in the escaped ones.</summary>
    static void InFrame(DecodedFrame decoded, ReadOnlySpan<byte> frame, byte flag)
    {
        if (decoded.Places.Count + decoded.Hidden.Count == 0 || !Jt808Frame.HasEscapes(frame[1..^1], flag)) return;
        if (decoded.Places is Range[] places) Place(places, frame[1..], flag);
        if (decoded.Hidden is Range[] hidden) Place(hidden, frame[1..], flag);
    }

    static void Place(Range[] places, ReadOnlySpan<byte> inner, byte flag)
    {
        for (var i = 0; i < places.Length; i++)
            places[i] = (1 + Jt808Frame.EscapedOffset(inner, flag, places[i].Start.Value - 1))
                ..(1 + Jt808Frame.EscapedOffset(inner, flag, places[i].End.Value - 1));
    }

    /// <summary>
    /// Lines in brackets between frames: one asks for the time and is answered by itself with the time in it.
    /// </summary>
    static DecodedFrame Text(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        var asksTime = frame.IndexOf("BASE,2"u8) >= 0;
        return new()
        {
            Checksum = ChecksumVerdict.None,
            DeviceId = session.DeviceId,
            Authenticated = session.Authenticated,
            Session = session,
            Messages = [new() { Kind = MessageKind.Other }],
            Reply = asksTime && options.Now is { } now ? Jt808Encoder.TextTime(frame, now) : null,
        };
    }

    static DeviceSession Aged(DeviceSession session, out int givenUp)
    {
        var parts = session.Parts.Aged(out givenUp);
        return ReferenceEquals(parts, session.Parts) ? session : session with { Parts = parts };
    }

    /// <summary>
    /// The id as its digits stand in the header, zeros included: their number tells which header the terminal has. An
    /// id of six bytes that is not decimal is an IMEI without its check digit.
    /// </summary>
    static DeviceSession Named(DeviceSession session, ReadOnlySpan<byte> id)
    {
        Span<char> digits = stackalloc char[20];
        return session.Named(digits[..Digits(id, digits)]);
    }

    static int Digits(ReadOnlySpan<byte> id, Span<char> digits)
    {
        if (!Bcd.IsDecimal(id) && id.Length == 6)
        {
            const long tooLarge = 100_000_000_000_000;
            long number = 0;
            foreach (var value in id) number = number << 8 | value;
            if (number < tooLarge)
            {
                number.TryFormat(digits, out var written, "D14", CultureInfo.InvariantCulture);
                digits[written] = (char)('0' + Luhn(number));
                return written + 1;
            }
        }
        for (var i = 0; i < id.Length; i++)
            (digits[2 * i], digits[2 * i + 1]) = (Hex(id[i] >> 4), Hex(id[i] & 0x0F));
        return 2 * id.Length;
    }

    static char Hex(int nibble) => (char)(nibble < 10 ? '0' + nibble : 'A' + nibble - 10);

    /// <summary>The check digit of an IMEI (ISO/IEC 7812).</summary>
    internal static int Luhn(long number)
    {
        var sum = 0;
        for (var twice = true; number > 0; number /= 10, twice = !twice)
        {
            var digit = (int)(number % 10) * (twice ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return (10 - sum % 10) % 10;
    }
}
