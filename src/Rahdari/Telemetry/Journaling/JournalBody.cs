using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Enriching;

namespace Rahdari.Telemetry.Journaling;

/// <summary>
/// The bytes of a journaled record, format 3. Big-endian: format 1, flags 1, checksum 1, kind 1, class 1, role 1
/// (255 none), decoder version 4, presence 2, seal bits 2 (two a key: 0 unknown, 1 no, 2 yes), the fields that are
/// present in the order of their presence bits, unit (length 1, ASCII), events (count 1, each length 1, ASCII slug),
/// identity grade 1, of a record kept apart the quarantine's since 8 and remote (length 1, ASCII), of a released copy
/// the receipt of its original 8, of a relayed one the vendor (length 1, ASCII), the vendor's receipt 8 (the least
/// number where it is not told), doubt 1, first of its frame 1, of one that tells a SIM card its number and the books'
/// (each length 1, ASCII; the books' empty where they have none). Format 2 knows no relayed records, format 1 ends with
/// the events. Device, receive time and raw frame stand beside the
/// body in the journal.
/// </summary>
static class JournalBody
{
    public const byte Format = 3;

    const byte WithoutIdentity = 1;

    const byte Late = 1, DuplicateFact = 2, TimeSuspect = 4, Quarantined = 8, Released = 16, Passed = 32,
        DatedElsewhere = 64;

    /// <summary>
    /// A flag says what a record is, and may say that it is evidence of nothing: a build that does not know one cannot
    /// know what it would read. It refuses the body, and the row is kept and passed over. Whoever adds a flag adds it
    /// here; bytes that change nothing for whoever leaves them out go to the end without one, and are ignored there.
    /// </summary>
    public const byte KnownFlags = Late | DuplicateFact | TimeSuspect | Quarantined | Released | Passed
        | DatedElsewhere;

    /// <summary>The place of a time that was not told.</summary>
    const long Untold = long.MinValue;

    const int Time = 1, ValidKnown = 2, Valid = 4, Position = 8, Altitude = 16, Speed = 32, Course = 64,
        Satellites = 128, Battery = 256, ChargingKnown = 512, Charging = 1024, Odometer = 2048, Serial = 4096,
        Card = 8192;

    /// <summary>A field this build does not know would be read as the one after it.</summary>
    public const int KnownPresence = Time | ValidKnown | Valid | Position | Altitude | Speed | Course | Satellites
        | Battery | ChargingKnown | Charging | Odometer | Serial | Card;

    const byte NoRole = 255;

    public static byte[] Write(JournaledFix fix)
    {
        var buffer = new ArrayBufferWriter<byte>(96);
        var message = fix.Message;
        buffer.Write([
            Format,
            (byte)((fix.Late ? Late : 0) | (fix.DuplicateFact ? DuplicateFact : 0)
                | (fix.TimeSuspect ? TimeSuspect : 0) | (fix.Quarantine is null ? 0 : Quarantined)
                | (fix.ReleasedFrom is null ? 0 : Released) | (fix.Relay is null ? 0 : Passed)
                | (fix.DatedElsewhere ? DatedElsewhere : 0)),
            (byte)fix.Checksum, (byte)message.Kind, (byte)message.Record, fix.Role is { } role ? (byte)role : NoRole,
        ]);
        Int32(buffer, fix.DecoderVersion);
        UInt16(buffer, Presence(message));
        UInt16(buffer, SealBits(message.Seal));
        if (message.Time is { } time) Int64(buffer, time.ToMicros());
        if (message.Position is { } position)
        {
            Int32(buffer, position.LatitudeE7);
            Int32(buffer, position.LongitudeE7);
        }
        if (message.AltitudeMetres is { } altitude) Int32(buffer, altitude);
        if (message.Speed is { } speed) Int32(buffer, speed.MetresPerHour);
        if (message.CourseDegrees is { } course) Int32(buffer, course);
        if (message.Satellites is { } satellites) Int32(buffer, satellites);
        if (message.BatteryPercent is { } battery) Int32(buffer, battery);
        if (message.OdometerMetres is { } odometer) Int64(buffer, odometer);
        if (message.DeviceSerial is { } serial) Int32(buffer, serial);
        Text(buffer, fix.Unit?.ToString() ?? "");
        buffer.Write([checked((byte)message.Events.Count)]);
        foreach (var deviceEvent in message.Events) Text(buffer, deviceEvent.Slug());
        buffer.Write([(byte)fix.Identity]);
        if (fix.Quarantine is { } quarantine)
        {
            Int64(buffer, quarantine.Since.ToMicros());
            Text(buffer, quarantine.Remote);
        }
        if (fix.ReleasedFrom is { } received) Int64(buffer, received.ToMicros());
        if (fix.Relay is { } relay) Write(buffer, relay);
        if (message.SimCard is { } card)
        {
            Text(buffer, card.Value);
            Text(buffer, fix.BookedCard?.Value ?? "");
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">The body is of a newer format, has a flag or field that this build does
    /// not know, or is damaged.</exception>
    public static JournaledFix Read(ReadOnlySpan<byte> body, DeviceId device, DateTimeOffset receivedAt)
    {
        try
        {
            return ReadFields(body, device, receivedAt);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"journal record with a field that cannot be: {e.Message}", e);
        }
    }

    static JournaledFix ReadFields(ReadOnlySpan<byte> body, DeviceId device, DateTimeOffset receivedAt)
    {
        var reader = new Reader(body);
        var format = reader.Byte();
        if (format is not (>= WithoutIdentity and <= Format))
            throw new InvalidDataException($"journal record of format {format}; this build reads 1 to {Format}");
        byte flags = reader.Byte(), checksum = reader.Byte(), kind = reader.Byte(), record = reader.Byte();
        var role = reader.Byte();
        var (decoderVersion, presence, seal) = (reader.Int32(), reader.UInt16(), reader.UInt16());
        if ((flags & ~KnownFlags) is not 0 and var marks)
            throw new InvalidDataException($"journal record with flags 0x{marks:X2} that this build does not know");
        if ((presence & ~KnownPresence) is not 0 and var fields)
            throw new InvalidDataException($"journal record with fields 0x{fields:X4} that this build does not know");
        var message = new DeviceMessage
        {
            Kind = Known((MessageKind)kind),
            Record = Known((RecordClass)record),
            Time = (presence & Time) != 0 ? CorridorTime.FromMicros(reader.Int64()) : null,
            Valid = (presence & ValidKnown) != 0 ? (presence & Valid) != 0 : null,
            Position = (presence & Position) != 0 ? new GeoPosition(reader.Int32(), reader.Int32()) : null,
            AltitudeMetres = (presence & Altitude) != 0 ? reader.Int32() : null,
            Speed = (presence & Speed) != 0 ? new Speed(reader.Int32()) : null,
            CourseDegrees = (presence & Course) != 0 ? reader.Int32() : null,
            Satellites = (presence & Satellites) != 0 ? reader.Int32() : null,
            BatteryPercent = (presence & Battery) != 0 ? reader.Int32() : null,
            Charging = (presence & ChargingKnown) != 0 ? (presence & Charging) != 0 : null,
            OdometerMetres = (presence & Odometer) != 0 ? reader.Int64() : null,
            DeviceSerial = (presence & Serial) != 0 ? reader.Int32() : null,
            Seal = SealOf(seal),
        };
        var unit = reader.Text();
        message = message with { Events = Events(ref reader) };
        var identity = format == WithoutIdentity ? 0 : reader.Byte();
        var fix = new JournaledFix
        {
            Device = device,
            ReceivedAt = receivedAt,
            Message = message,
            Unit = unit.Length == 0 ? null : UnitId.Parse(unit),
            Role = role == NoRole ? null : Known((DeviceRole)role),
            Late = (flags & Late) != 0,
            DuplicateFact = (flags & DuplicateFact) != 0,
            TimeSuspect = (flags & TimeSuspect) != 0,
            DatedElsewhere = (flags & DatedElsewhere) != 0,
            Checksum = Known((ChecksumVerdict)checksum),
            DecoderVersion = decoderVersion,
            Identity = Enum.IsDefined((IdentityGrade)identity)
                ? (IdentityGrade)identity
                : throw new InvalidDataException($"journal record with the unknown identity grade {identity}"),
            Quarantine = (flags & Quarantined) != 0
                ? new(CorridorTime.FromMicros(reader.Int64()), reader.Text())
                : null,
            ReleasedFrom = (flags & Released) != 0 ? CorridorTime.FromMicros(reader.Int64()) : null,
            Relay = (flags & Passed) != 0 ? RelayOf(ref reader) : null,
        };
        return (presence & Card) == 0 ? fix : fix with
        {
            Message = fix.Message with { SimCard = CardOf(reader.Text()) }, BookedCard = CardOf(reader.Text()),
        };
    }

    static SimCardNumber? CardOf(string text) => text.Length == 0 ? null : SimCardNumber.Parse(text);

    static T Known<T>(T value) where T : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new InvalidDataException($"journal record with the unknown {typeof(T).Name} {value:D}");

    static void Write(ArrayBufferWriter<byte> buffer, Relayed relay)
    {
        Text(buffer, relay.Vendor.Value);
        Int64(buffer, relay.ReceivedAt?.ToMicros() ?? Untold);
        buffer.Write([(byte)relay.Doubt, (byte)(relay.First ? 1 : 0)]);
    }

    static Relayed RelayOf(ref Reader reader)
    {
        var (vendor, received) = (reader.Text(), reader.Int64());
        var (doubt, first) = ((RelayDoubt)reader.Byte(), reader.Byte());
        return PartyId.TryParse(vendor, null, out var party) && Enum.IsDefined(doubt) && first <= 1
            ? new(party, received == Untold ? null : CorridorTime.FromMicros(received), doubt, first == 1)
            : throw new InvalidDataException("journal record with an unreadable mark of its relay");
    }

    static IReadOnlyList<DeviceEvent> Events(ref Reader reader)
    {
        var count = reader.Byte();
        if (count == 0) return [];
        var events = new DeviceEvent[count];
        for (var i = 0; i < count; i++)
        {
            var slug = reader.Text();
            events[i] = DeviceEvents.TryParse(slug, out var known)
                ? known
                : throw new InvalidDataException($"journal record with the unknown event '{slug}'");
        }
        return events;
    }

    static ushort Presence(DeviceMessage m) => (ushort)(
        (m.Time is null ? 0 : Time)
        | (m.Valid is null ? 0 : ValidKnown) | (m.Valid == true ? Valid : 0)
        | (m.Position is null ? 0 : Position)
        | (m.AltitudeMetres is null ? 0 : Altitude)
        | (m.Speed is null ? 0 : Speed)
        | (m.CourseDegrees is null ? 0 : Course)
        | (m.Satellites is null ? 0 : Satellites)
        | (m.BatteryPercent is null ? 0 : Battery)
        | (m.Charging is null ? 0 : ChargingKnown) | (m.Charging == true ? Charging : 0)
        | (m.OdometerMetres is null ? 0 : Odometer)
        | (m.DeviceSerial is null ? 0 : Serial)
        | (m.SimCard is null ? 0 : Card));

    static ushort SealBits(SealState seal) => (ushort)(Two(seal.Locked) | Two(seal.RopePresent) << 2
        | Two(seal.CoverClosed) << 4 | Two(seal.ShackleClosed) << 6 | Two(seal.DoorClosed) << 8);

    static SealState SealOf(int bits) =>
        new(Known(bits), Known(bits >> 2), Known(bits >> 4), Known(bits >> 6), Known(bits >> 8));

    static int Two(bool? value) => value switch { null => 0, false => 1, true => 2 };

    static bool? Known(int bits) => (bits & 3) switch { 1 => false, 2 => true, _ => null };

    static void UInt16(ArrayBufferWriter<byte> buffer, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer.GetSpan(2), value);
        buffer.Advance(2);
    }

    static void Int32(ArrayBufferWriter<byte> buffer, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(4), value);
        buffer.Advance(4);
    }

    static void Int64(ArrayBufferWriter<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    static void Text(ArrayBufferWriter<byte> buffer, string text)
    {
        var span = buffer.GetSpan(text.Length + 1);
        span[0] = checked((byte)text.Length);
        buffer.Advance(1 + Encoding.ASCII.GetBytes(text, span[1..]));
    }

    ref struct Reader(ReadOnlySpan<byte> left)
    {
        ReadOnlySpan<byte> left = left;

        public byte Byte() => Take(1)[0];
        public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));
        public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));
        public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));
        public string Text() => Encoding.ASCII.GetString(Take(Byte()));

        ReadOnlySpan<byte> Take(int count)
        {
            if (left.Length < count) throw new InvalidDataException("journal record is cut off");
            var taken = left[..count];
            left = left[count..];
            return taken;
        }
    }
}
