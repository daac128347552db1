using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Tests.Telemetry.Journaling;

public sealed class JournaledFixTests
{
    static readonly DateTimeOffset Received = DateTimeOffset.Parse("2026-03-01T10:00:00.123456Z");

    static readonly JournaledFix Full = new()
    {
        Device = new("jt600", "8000620011"),
        ReceivedAt = Received,
        Unit = UnitId.Parse("26PK" + "0000000000" + "01" + "J" + Check("26PK000000000001J") + "/3"),
        Role = DeviceRole.PrimeMover,
        Late = true,
        DuplicateFact = true,
        TimeSuspect = true,
        Checksum = ChecksumVerdict.Ok,
        DecoderVersion = 70_000,
        Identity = IdentityGrade.Network,
        Quarantine = new(Received.AddMinutes(-3), "[2001:db8::7]:40123"),
        ReleasedFrom = Received.AddHours(-1),
        Relay = new(new("sample-locks"), Received.AddSeconds(-4), RelayDoubt.VendorTimeAhead, First: true),
        Message = new()
        {
            Kind = MessageKind.Event,
            Record = RecordClass.Stored,
            Time = DateTimeOffset.Parse("2026-03-01T09:59:30.5Z"),
            Valid = false,
            Position = new(-225_805_167, 1_139_175_717),
            AltitudeMetres = -12,
            Speed = new(33_336),
            CourseDegrees = 304,
            Satellites = 6,
            BatteryPercent = 40,
            Charging = false,
            OdometerMetres = 5_000_000_000,
            DeviceSerial = 86,
            Seal = new(true, false, null, true, false),
            Events = [DeviceEvent.RopeCut, DeviceEvent.UnsealRefusedOutsideFence],
        },
    };

    [Fact]
    public void Everything_written_is_read_back()
    {
        var read = JournaledFix.Read(Entry(Full));

        Assert.Equal(Full with { Message = read.Message }, read);
        Assert.Equal(Full.Message.Events, read.Message.Events);
        Assert.Equal(Full.Message with { Events = [] }, read.Message with { Events = [] });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("8992302000001234560")]
    public void The_card_a_record_tells_is_read_back_with_the_one_of_the_books(string? booked)
    {
        var told = Full with
        {
            Message = Full.Message with { SimCard = SimCardNumber.Parse("89923020000012345678") },
            BookedCard = booked is null ? null : SimCardNumber.Parse(booked),
            DatedElsewhere = booked is null,
        };

        var read = JournaledFix.Read(Entry(told));

        Assert.Equal(told with { Message = read.Message }, read);
        Assert.Equal(told.Card, read.Card);
        for (var length = 0; length < Entry(told).Body.Length; length++)
        {
            var cut = Entry(told) with { Body = Entry(told).Body[..length] };
            Assert.Throws<InvalidDataException>(() => JournaledFix.Read(cut));
        }
    }

    [Fact]
    public void What_the_device_did_not_say_stays_unknown()
    {
        var bare = new JournaledFix
        {
            Device = new("teltonika", "356307042441013"),
            ReceivedAt = Received,
            DecoderVersion = 1,
            Message = new() { Kind = MessageKind.Heartbeat },
        };

        var read = JournaledFix.Read(Entry(bare));

        Assert.Equal(bare with { Message = read.Message }, read);
        Assert.Equal(bare.Message, read.Message with { Events = bare.Message.Events });
        Assert.Equal(Received, read.JudgedAt);
    }

    [Fact]
    public void A_suspect_time_is_not_judged_by()
    {
        Assert.Equal(Received, (Full with { ReleasedFrom = null }).JudgedAt);
        Assert.Equal(Received.AddHours(-1), Full.JudgedAt);
    }

    /// <summary>What builds before format 2 wrote.</summary>
    static readonly string Format1 =
        "010701030101" + "00011170" + "1BFB" + "0186" + "00064BF386C5A5A0" + "F28A7C91" + "43E67125" + "FFFFFFF4"
        + "00008238"
        + "00000130" + "00000006" + "00000028" + "000000012A05F200" + "00000056"
        + "14" + Hex(Full.Unit.ToString()!)
        + "02" + "08" + Hex("rope-cut") + "1C" + Hex("unseal-refused-outside-fence");

    [Fact]
    public void A_record_of_format_1_is_read_and_has_no_grade()
    {
        var read = JournalBody.Read(Convert.FromHexString(Format1), Full.Device, Received);

        var expected = Full with
        {
            Identity = IdentityGrade.None, Quarantine = null, ReleasedFrom = null, Relay = null,
        };
        Assert.Equal(expected with { Message = read.Message }, read);
        Assert.Equal(Full.Message.Events, read.Message.Events);
    }

    /// <summary>What builds before format 3 wrote.</summary>
    static readonly string Format2 =
        "021F" + Format1[4..] + "01" + "00064BF37DCF1540" + "13" + Hex("[2001:db8::7]:40123") + "00064BF2B1F60640";

    [Fact]
    public void A_record_of_format_2_is_read_and_came_over_no_relay()
    {
        var read = JournalBody.Read(Convert.FromHexString(Format2), Full.Device, Received);

        Assert.Equal(Full with { Message = read.Message, Relay = null }, read);
    }

    [Fact]
    public void The_bytes_of_format_3_never_change() => Assert.Equal(
        "033F" + Format2[4..] + "0C" + Hex("sample-locks") + "00064BF3884CA140" + "01" + "01",
        Convert.ToHexString(JournalBody.Write(Full)),
        ignoreCase: true);

    [Fact]
    public void A_vendor_that_cannot_tell_its_time_of_receipt_is_read_back_so()
    {
        var relayed = Full with { Relay = new(new("v-1"), null, RelayDoubt.None, First: false) };

        Assert.Equal(relayed.Relay, JournaledFix.Read(Entry(relayed)).Relay);
    }

    [Theory]
    [InlineData(2, 9)]
    [InlineData(1, 2)]
    public void A_damaged_mark_of_the_relay_is_refused(int fromEnd, byte value)
    {
        var body = JournalBody.Write(Full);
        body[^fromEnd] = value;

        Assert.Throws<InvalidDataException>(() => JournalBody.Read(body, Full.Device, Received));
    }

    [Fact]
    public void An_unknown_grade_is_refused()
    {
        var body = JournalBody.Write(Full with { Quarantine = null, ReleasedFrom = null, Relay = null });
        body[^1] = 7;
        Assert.Contains(
            "grade 7",
            Assert.Throws<InvalidDataException>(() => JournalBody.Read(body, Full.Device, Received)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_format_is_refused_by_number()
    {
        var body = JournalBody.Write(Full);
        body[0] = 4;

        var thrown = Assert.Throws<InvalidDataException>(() => JournalBody.Read(body, Full.Device, Received));
        Assert.Contains("format 4", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>The bits of a byte or two that a mask leaves over.</summary>
    static TheoryData<int> Beyond(int known, int bits) =>
        new(Enumerable.Range(0, bits).Select(b => 1 << b).Where(b => (known & b) == 0));

    public static TheoryData<int> UnknownFlags => Beyond(JournalBody.KnownFlags, 8);

    public static TheoryData<int> UnknownPresence => Beyond(JournalBody.KnownPresence, 16);

    [Theory]
    [MemberData(nameof(UnknownFlags))]
    public void A_mark_of_a_newer_build_is_refused_by_its_bit_and_not_left_out(int bit)
    {
        foreach (var format in new[] { Format1, Format2, Convert.ToHexString(JournalBody.Write(Full)) })
        {
            var body = Convert.FromHexString(format);
            body[1] |= (byte)bit;

            var thrown = Assert.Throws<InvalidDataException>(() => JournalBody.Read(body, Full.Device, Received));
            Assert.Contains($"flags 0x{bit:X2}", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(UnknownPresence))]
    public void A_field_of_a_newer_build_is_refused_by_its_bit_and_not_read_as_another(int bit)
    {
        var body = JournalBody.Write(Full);
        body[10] |= (byte)(bit >> 8);
        body[11] |= (byte)bit;

        var thrown = Assert.Throws<InvalidDataException>(() => JournalBody.Read(body, Full.Device, Received));
        Assert.Contains($"fields 0x{bit:X4}", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_newer_build_adds_at_the_end_without_a_mark_changes_nothing_of_what_is_read()
    {
        byte[] longer = [.. JournalBody.Write(Full), 3, (byte)'n', (byte)'e', (byte)'w'];

        var read = JournalBody.Read(longer, Full.Device, Received);
        Assert.Equal(Full with { Message = read.Message }, read);
    }

    [Fact]
    public void A_body_cut_off_anywhere_is_refused()
    {
        var body = JournalBody.Write(Full);
        for (var length = 0; length < body.Length; length++)
            Assert.Throws<InvalidDataException>(() => JournalBody.Read(body.AsSpan(0, length), Full.Device, Received));
    }

    [Fact]
    public void A_body_with_any_byte_changed_is_read_or_refused_and_nothing_else()
    {
        var body = JournalBody.Write(Full);
        for (var i = 0; i < body.Length; i++)
            for (var value = 0; value < 256; value++)
            {
                byte[] changed = [.. body[..i], (byte)value, .. body[(i + 1)..]];
                var entry = Entry(Full) with { Body = changed };
                Assert.True(JournaledFix.TryRead(entry, out _, out var why) || why.Length > 0);
            }
    }

    static JournalEntry Entry(JournaledFix fix) => new(
        "pk/live", fix.Device.ToString(), fix.ReceivedAt.ToMicros(), null, [], [], JournalBody.Write(fix));

    static string Hex(string text) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text));

    static int Check(string text) => CheckDigit.Of(text);
}
