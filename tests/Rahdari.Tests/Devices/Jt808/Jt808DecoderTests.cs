using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Jt808;

namespace Rahdari.Tests.Devices.Jt808;

public sealed class Jt808DecoderTests
{
    const string Id = "013912345678", Id2019 = "00000000013912345678", OtherId = "00139123456789";

    static readonly Jt808Decoder Decoder = new();

    static readonly DecodeOptions Options = new(
        Now: DateTimeOffset.Parse("2026-03-01T12:34:56Z"), RegistrationKey: new byte[32]);

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56Z"),
        Valid = true,
        Position = new(248_607_120, 670_099_320),
        AltitudeMetres = -12,
        Speed = new(61_500),
        CourseDegrees = 271,
        Satellites = 9,
        BatteryPercent = 80,
        OdometerMetres = 12_300,
    };

    /// <summary>Frames whose third-party reading differs, by the start of their id.</summary>
    static readonly Dictionary<string, Differs> Differences = new()
    {
        // Vehicle data with a place but no course: the third party's 0 is its default.
        ["e8874b40"] = Differs.NoCourse,
    };

    static IEnumerable<byte[]> EveryKind() =>
    [
        Jt808Encoder.Register(Id, 1), Jt808Encoder.Authenticate(Id, "nonsense", 2), Jt808Encoder.Heartbeat(Id, 3),
        Jt808Encoder.AskTime(Id, 4), Jt808Encoder.Report(Id, Sample, 0x7E7D),
        Jt808Encoder.Report(Id2019, Sample, 6), Jt808Encoder.Report(OtherId, Sample, 0xE73D),
        Jt808Encoder.Batch(Id, [Sample, Sample with { Record = RecordClass.Stored }], 7),
        .. Jt808Encoder.BatchInParts(Id, [Sample, Sample, Sample], 8, 50),
        "(7560405553,BASE,2,TIME)"u8.ToArray(),
    ];

    [VectorsFact]
    public void Recorded_frames_read_as_a_third_party_reads_them_and_bad_checksums_are_told()
    {
        var (compared, bad) = (0, 0);
        foreach (var recorded in RecordedFrames.Expected("jt808"))
        {
            var frame = Decode(recorded.Bytes);
            if (recorded.Bytes[1..^1].Aggregate(0, (check, b) => check ^ b) != 0)
            {
                Assert.Equal(ChecksumVerdict.Bad, frame.Checksum);
                Assert.Empty(frame.Messages);
                Assert.Null(frame.Reply);
                bad++;
                continue;
            }
            Assert.Equal(ChecksumVerdict.Ok, frame.Checksum);
            Assert.NotNull(frame.DeviceId);
            compared += RecordedFrames.AssertSame(recorded, frame, Differences);
        }
        Assert.True(compared > 60 && bad > 0, $"{compared} {bad}");
    }

    [VectorsFact]
    public void Recorded_frames_read_the_same_escaped_as_on_the_wire_and_without_the_flag_behind()
    {
        foreach (var bytes in RecordedFrames.All("jt808").Where(b => Decode(b).Checksum == ChecksumVerdict.Ok))
        {
            var plain = Decode(bytes);
            var wire = Jt808Frame.Enclose(bytes.AsSpan(1, bytes.Length - 2), bytes[0]);
            Wire.AssertTruncatesCleanly(Decoder, wire);
            AssertSame(plain, Decode(wire));
            if (plain.Error is null) AssertSame(plain, Decode(wire[..^1]));
        }
    }

    [VectorsFact]
    public void A_recorded_frame_cut_off_anywhere_gives_no_place_that_the_whole_does_not_give()
    {
        foreach (var bytes in RecordedFrames.All("jt808"))
        {
            var places = Decode(bytes).Messages.Select(m => m.Position).ToHashSet();
            for (var length = 0; length < bytes.Length; length++)
                Assert.All(Decode(bytes[..length]).Messages, m => Assert.Contains(m.Position, places.Append(null)));
        }
    }

    [Fact]
    public void Every_kind_of_message_survives_truncation_anywhere() =>
        Assert.All(EveryKind(), f => Wire.AssertTruncatesCleanly(Decoder, f));

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(100_000)]
    public void Every_kind_of_message_is_found_in_a_stream_however_it_is_cut(int piece)
    {
        var kinds = EveryKind().ToList();
        byte[] stream = [0x11, 0x7E, .. kinds.SelectMany(f => f), 0xE7, 1, 2, 0x3D, .. kinds[0]];

        var frames = Wire.Feed(Decoder, stream, piece);

        Assert.Equal(kinds.Count + 1, frames.Count);
        Assert.All(frames, f => Assert.Null(f.Error));
        Assert.Equal(3, Assert.Single(frames, f => f.Whole is not null).Messages.Count);
    }

    [Theory]
    [InlineData(Id)]
    [InlineData(Id2019)]
    [InlineData(OtherId)]
    [InlineData("356307042441013")]
    public void A_report_is_read_as_it_was_written(string id) => Messages.ForAll(
        Messages.Positions.Select(Coarse), message =>
        {
            var frame = Decode(Jt808Encoder.Report(id, message, message.DeviceSerial ?? 0));

            Assert.Null(frame.Error);
            Assert.Equal(id, frame.DeviceId);
            var read = Assert.Single(frame.Messages);
            Assert.Equal(
                message with { Events = [], Record = RecordClass.Live, DeviceSerial = null },
                read with { Events = [] });
        });

    [Fact]
    public void A_batch_is_read_as_it_was_written_and_each_record_knows_its_bytes() => Messages.ForAll(
        Messages.Positions.Select(Coarse), message =>
        {
            var stored = message with { Record = RecordClass.Stored };
            var wire = Jt808Encoder.Batch(Id, [stored, Sample], 0x7D7E, TimeSpan.Zero);
            var frame = Decode(wire, Options with { Zone = TimeSpan.Zero });

            Assert.Equal(2, frame.Messages.Count);
            Assert.All(frame.Messages, m => Assert.Equal(RecordClass.Stored, m.Record));
            Assert.Equal(message.Time, frame.Messages[0].Time);
            Assert.Equal(message.Position, frame.Messages[0].Position);
            Assert.Equal(frame.Places[0].End.Value, wire.Length - Tail(wire, Sample));
            Assert.Equal(General(0x7D7E, 0x0704, 0), frame.Reply);
        });

    [Fact]
    public void Every_event_a_padlock_tells_is_read_as_it_was_written()
    {
        DeviceEvent[] carried =
        [
            DeviceEvent.ShackleClosed, DeviceEvent.ShackleOpened, DeviceEvent.SealedAuto, DeviceEvent.SealedByCard,
            DeviceEvent.UnsealedByCard, DeviceEvent.SealedByBluetooth, DeviceEvent.UnsealedByBluetooth,
            DeviceEvent.SealedByPlatform, DeviceEvent.UnsealedByPlatform, DeviceEvent.SealedBySms,
            DeviceEvent.UnsealedBySms, DeviceEvent.IllegalCard, DeviceEvent.UnsealRefusedUnregisteredCard,
            DeviceEvent.UnsealRefusedOutsideFence, DeviceEvent.OpenedWhileSealed, DeviceEvent.Tampered,
            DeviceEvent.RopeCut, DeviceEvent.WrongPasswords, DeviceEvent.BatteryLow, DeviceEvent.MotorStuck,
            DeviceEvent.DoorOpened, DeviceEvent.PowerCut, DeviceEvent.Panic, DeviceEvent.Towed, DeviceEvent.Fall,
            DeviceEvent.Vibration,
        ];
        Assert.All(carried, e =>
            Assert.Equal([e], Read(Jt808Encoder.Report(Id, Sample with { Events = [e] }, 1)).Events));
    }

    [Fact]
    public void An_unlocking_refused_outside_the_fence_is_no_unlocking()
    {
        var refused = Read(Jt808Encoder.Report(
            Id, Sample with { Events = [DeviceEvent.UnsealRefusedOutsideFence], Seal = new(Locked: true) }, 1));

        Assert.True(refused.Seal.Locked);
        Assert.False(Read(Jt808Encoder.Report(
            Id, Sample with { Events = [DeviceEvent.UnsealedByCard] }, 1)).Seal.Locked);
    }

    [Theory]
    [InlineData("630b0012345678900e5c318000", true)]
    [InlineData("630b0012345678900e5c308000", false)]
    [InlineData("d50e0100026043232795980277530030", false)]
    [InlineData("d50e0100026043232795980277530010", true)]
    public void Sub_locks_tell_whether_all_of_them_are_locked(string field, bool locked) =>
        Assert.Equal(locked, Read(WithField(field)).Seal.Locked);

    [Fact]
    public void A_registration_from_a_known_network_gets_a_code_that_this_terminal_alone_can_show()
    {
        var registered = Decode(Jt808Encoder.Register(Id, 5), Options with { KnownNetwork = true });
        var code = System.Text.Encoding.ASCII.GetString(registered.Reply![16..^2]);

        Assert.Equal(MessageKind.Login, Assert.Single(registered.Messages).Kind);
        Assert.Equal(0, registered.Reply[15]);
        Assert.Null(registered.Authenticated);
        Assert.Equal(Jt808Registration.CodeCharacters, code.Length);
        var proved = Decode(Jt808Encoder.Authenticate(Id, code, 6));
        Assert.True(proved.Authenticated);
        Assert.Equal(General(6, 0x0102, 0), proved.Reply);
        var later = Decoder.Decode(Jt808Encoder.Report(Id, Sample, 7), proved.Session, Options);
        Assert.True(later.Authenticated);
        var another = Decoder.Decode(Jt808Encoder.Report(Id2019, Sample, 7), proved.Session, Options);
        Assert.Null(another.Authenticated);
        var wrong = Decode(Jt808Encoder.Authenticate("013912345679", code, 6));
        Assert.False(wrong.Authenticated);
        Assert.Equal(1, wrong.Reply![^3]);
    }

    [Fact]
    public void Without_a_key_a_registration_is_refused_and_no_code_is_believed()
    {
        var refused = Decode(Jt808Encoder.Register(Id, 5), DecodeOptions.Default);
        var code = System.Text.Encoding.ASCII.GetString(Jt808Registration.Code(new byte[32], Id, known: true));

        Assert.Equal(4, refused.Reply![15]);
        Assert.Null(Decode(Jt808Encoder.Authenticate(Id, code, 6), DecodeOptions.Default).Authenticated);
        Assert.True(Decode(Jt808Encoder.Authenticate(
            Id2019, System.Text.Encoding.ASCII.GetString(Jt808Registration.Code(new byte[32], Id2019, known: true)), 6))
            .Authenticated);
    }

    [Fact]
    public void The_code_that_anybody_gets_for_any_id_opens_the_session_and_proves_nothing()
    {
        var code = System.Text.Encoding.ASCII.GetString(Decode(Jt808Encoder.Register(Id, 5)).Reply![16..^2]);

        var shown = Decode(Jt808Encoder.Authenticate(Id, code, 6));

        Assert.Equal(General(6, 0x0102, 0), shown.Reply);
        Assert.Null(shown.Authenticated);
        Assert.Null(Decode(
            Jt808Encoder.Authenticate(Id, code, 6), Options with { KnownNetwork = true }).Authenticated);
        Assert.NotEqual(code, System.Text.Encoding.ASCII.GetString(
            Decode(Jt808Encoder.Register(Id, 5), Options with { KnownNetwork = true }).Reply![16..^2]));

        // Nor does it take away what was shown before: a wrong code stays one.
        var failed = Decode(Jt808Encoder.Authenticate(Id, "wrong", 7));
        Assert.False(failed.Authenticated);
        Assert.False(Decoder.Decode(Jt808Encoder.Authenticate(Id, code, 8), failed.Session, Options).Authenticated);
    }

    [Fact]
    public void Parts_are_each_answered_and_the_last_gives_the_records()
    {
        var messages = Enumerable.Range(0, 40).Select(i => Sample with { CourseDegrees = i }).ToList();
        var parts = Jt808Encoder.BatchInParts(Id, messages, 65_534, 600);
        var session = DeviceSession.Fresh;
        var frames = new List<DecodedFrame>();
        foreach (var part in parts)
        {
            frames.Add(Decoder.Decode(part, session, Options));
            session = frames[^1].Session;
        }

        Assert.Equal(3, frames.Count);
        Assert.Equal([true, true, false], frames.Select(f => f.Whole is null));
        Assert.All(frames[..2], f => Assert.Equal(MessageKind.Other, Assert.Single(f.Messages).Kind));
        Assert.Equal(General(65_535, 0x0704, 0), frames[1].Reply);
        Assert.Equal(General(0, 0x0704, 0), frames[2].Reply);
        Assert.Equal(Enumerable.Range(0, 40), frames[2].Messages.Select(m => m.CourseDegrees!.Value));
        Assert.Equal(40, frames[2].Places.Select(p => Convert.ToHexString(frames[2].Whole![p])).Distinct().Count());
        Assert.True(session.Parts.IsEmpty);
    }

    [Theory]
    [InlineData(Id, "7e8003000501391234567800000008010001")]
    [InlineData(Id2019, "7e8003400601000000000139123456780000000800010001")]
    public void The_last_part_without_the_first_asks_for_it(string id, string resupply)
    {
        var parts = Jt808Encoder.BatchInParts(id, [Sample, Sample, Sample], 8, 50);

        var session = Decode(parts[1]).Session;
        var last = Decoder.Decode(parts[2], session, Options);

        Assert.Null(last.Whole);
        Assert.Equal(MessageKind.Other, Assert.Single(last.Messages).Kind);
        Assert.Contains(resupply, Convert.ToHexStringLower(last.Reply!));
        // It is acknowledged: nearly all that is kept of it can be read once the first comes over another connection.
        Assert.True(last.Hidden.Sum(h => h.GetOffsetAndLength(parts[2].Length).Length) <= 18);
        var first = Decoder.Decode(parts[0], last.Session, Options);
        Assert.Equal(3, first.Messages.Count);
    }

    [Fact]
    public void The_other_heartbeat_is_answered_as_one()
    {
        var frame = Decode(Changed(Jt808Encoder.Heartbeat(Id, 9), inner => [0x05, 0x06, .. inner[2..]]));

        Assert.Equal(MessageKind.Heartbeat, Assert.Single(frame.Messages).Kind);
        Assert.Equal(0, frame.Reply![^3]);
    }

    [Fact]
    public void A_message_that_is_not_read_is_not_acknowledged()
    {
        var frame = Jt808Encoder.Heartbeat(Id, 3);
        (frame[1], frame[2]) = (0x08, 0x01);
        frame[^2] ^= 0x08 ^ 0x01 ^ 0x02;

        Assert.Equal(General(3, 0x0801, 3), Decode(frame).Reply);
    }

    [Fact]
    public void An_encrypted_body_gives_no_place_and_is_kept()
    {
        var frame = Jt808Encoder.Report(Id, Sample, 9);
        frame[3] ^= 1 << 2;
        frame[^2] ^= 1 << 2;

        var read = Decode(frame);

        Assert.Equal(DecodeCodes.FormNotRead, read.Error?.Code);
        Assert.Equal(MessageKind.Event, Assert.Single(read.Messages).Kind);
        Assert.Null(read.Messages[0].Position);
    }

    [Fact]
    public void The_time_is_told_in_the_form_that_was_asked_for()
    {
        Assert.Contains("8109000801391234567800000" + "7ea0301" + "0c223800",
            Convert.ToHexStringLower(Decode(Jt808Encoder.AskTime(Id, 4)).Reply!));
        Assert.Equal(
            "(7560405553,BASE,2,20260301123456)"u8.ToArray(), Decode("(7560405553,BASE,2,TIME)"u8.ToArray()).Reply);
    }

    [Fact]
    public void One_changed_byte_anywhere_is_a_bad_checksum() =>
        Wire.AssertNoChangePasses(Decoder, Jt808Encoder.Report(Id, Sample, 1), 1..^1);

    [Fact]
    public void An_impossible_date_is_named_by_its_byte_and_the_rest_is_kept()
    {
        var read = Decode(Changed(Jt808Encoder.Report(Id, Sample, 1), inner =>
        {
            inner[35] = 0x13;
            return inner;
        }));

        Assert.Equal(new(DecodeCodes.FieldInvalid, 35, "date and time are none"), read.Error);
        Assert.Null(Assert.Single(read.Messages).Time);
        Assert.NotNull(read.Reply);
    }

    [Fact]
    public void Mutated_frames_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 808);

    [Fact]
    public void Decoding_a_report_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, Jt808Encoder.Report(Id, Sample, 1)), 1, 560);

    static DeviceMessage Coarse(DeviceMessage m) => m with
    {
        Position = new(m.Position!.Value.LatitudeE7 / 10 * 10, m.Position.Value.LongitudeE7 / 10 * 10),
        Speed = new((m.DeviceSerial ?? 0) * 500),
        AltitudeMetres = (m.CourseDegrees - 100) * 10,
        Seal = new(Locked: m.Seal.Locked == true ? true : null, RopePresent: m.Seal.RopePresent),
    };

    /// <summary>Escaped bytes from the last record's length to the end of the frame.</summary>
    static int Tail(byte[] wire, DeviceMessage last)
    {
        var inner = new byte[wire.Length];
        var length = Jt808Frame.Unescape(wire.AsSpan(1, wire.Length - 2), Jt808Frame.Flag, inner);
        var one = Jt808Encoder.Report(Id, last, 0);
        var record = Jt808Frame.Unescape(one.AsSpan(1, one.Length - 2), Jt808Frame.Flag, new byte[one.Length]) - 13;
        var plain = inner.AsSpan(length - record - 3, record + 3);
        return Jt808Frame.Enclose(plain, Jt808Frame.Flag).Length - 1;
    }

    [Theory]
    [InlineData("FE077C010400000010", DeviceEvent.Tampered)]
    [InlineData("FE077C01040000000F", null)]
    [InlineData("FE047C010400", null)]
    public void The_shell_is_told_behind_its_mark(string field, DeviceEvent? expected) => Assert.Equal(
        expected is { } e ? [e] : Array.Empty<DeviceEvent>(), Read(WithField(field)).Events);

    [Theory]
    [InlineData("01" + "0200", DeviceEvent.PowerCut)]
    [InlineData("02" + "1A01FF" + "010100", DeviceEvent.PowerRestored)]
    [InlineData("01" + "1A00", null)]
    public void Vehicle_data_tell_the_supply(string items, DeviceEvent? expected)
    {
        var body = "F0" + "260301203456" + "00" + "00" + "03" + items + "00000002" + "017B5828" + "03FE7D8C";
        var message = Read(Changed(Jt808Encoder.Heartbeat(Id, 9), inner =>
            [9, 0, 0, (byte)(body.Length / 2), .. inner[4..^1], .. Convert.FromHexString(body), 0]));

        Assert.Equal(expected is { } e ? [e] : Array.Empty<DeviceEvent>(), message.Events);
        Assert.Equal(new GeoPosition(248_607_120, 670_099_320), message.Position);
        Assert.True(message.Valid);
    }

    [Theory]
    [InlineData("0b0101", "")]
    [InlineData("0b020101", "")]
    [InlineData("0b05010a0b0c0d", "")]
    [InlineData("0b06010a0b0c0d01", "")]
    [InlineData("0b0701343832393133", "343832393133")]
    [InlineData("0b080134383239313301", "343832393133")]
    [InlineData("0b050134383239", "0134383239")]
    [InlineData("0b06014142433901", "014142433901")]
    [InlineData("0b03010203", "010203")]
    [InlineData("0b0a01343832393133373701", "01343832393133373701")]
    [InlineData("67083438323931333737", "3438323931333737")]
    public void Only_the_password_of_a_padlock_is_covered_where_the_field_tells_where_it_lies(
        string field, string password)
    {
        var frame = WithField(field);
        // Where any of it is covered, the check byte before the flag is.
        var check = password.Length == 0 ? "" : Convert.ToHexStringLower(frame[^2..^1]);
        Assert.Equal(password + check, string.Concat(
            Decode(frame).Hidden.Select(h => Convert.ToHexStringLower(frame[h]))));
        // Cut off anywhere, no byte of it is left.
        var at = Convert.ToHexStringLower(frame).IndexOf(field, StringComparison.Ordinal) / 2;
        var (start, bytes) = (at + field.IndexOf(password, 2, StringComparison.Ordinal) / 2, password.Length / 2);
        for (var cut = at; cut <= frame.Length; cut++)
        {
            var kept = frame[..cut];
            foreach (var place in Decoder.SecretsIn(kept)) kept.AsSpan(place).Fill((byte)'*');
            Assert.All(
                kept.Skip(start).Take(bytes).Zip(frame.Skip(start)), b => Assert.NotEqual(b.Second, b.First));
            Assert.Equal(frame[..(at - 1)], kept[..(at - 1)]);
        }
    }

    [Theory]
    [InlineData("0b080134383239313301", "343832393133")]
    [InlineData("0b0a01343832393133373701", "343832393133")]
    [InlineData("67083438323931333737", "3438323931333737")]
    public void A_part_whose_earlier_parts_are_missing_is_kept_without_a_password(string field, string password)
    {
        var frame = WithField(field + "d40150");
        var inner = frame[1..^1];
        var (hidden, all) = (0, 0);
        for (var cut = 12; cut < inner.Length - 1; cut++)
        {
            // The second part of two, alone.
            var body = inner[cut..^1];
            byte[] part = [2, 0, 0x20, (byte)body.Length, .. inner[4..10], 0, 9, 0, 2, 0, 2, .. body];
            part = Jt808Frame.Enclose([.. part, Jt808Frame.Check(part)], Jt808Frame.Flag);
            var decoded = Decode(part);
            Assert.NotNull(decoded.Reply);
            foreach (var place in decoded.Hidden) part.AsSpan(place).Fill((byte)'*');
            var read = new byte[part.Length];
            // Of an escaped byte both are covered, so it is counted from the end.
            var check = decoded.Hidden.Count == 0 ? 1 : decoded.Hidden[^1].End.Value - decoded.Hidden[^1].Start.Value;
            var end = Jt808Frame.Unescape(part.AsSpan(1, part.Length - 2), Jt808Frame.Flag, read) - check;
            var secret = inner.AsSpan().IndexOf(Convert.FromHexString(password));
            var left = secret + password.Length / 2 - Math.Max(cut, secret);
            if (left > 0)
                Assert.Equal(
                    new string('*', left),
                    System.Text.Encoding.ASCII.GetString(
                        read, end - (inner.Length - 1 - Math.Max(cut, secret)), left));
            (hidden, all) = (hidden + part.Count(b => b == '*'), all + part.Length);
        }
        Assert.True(hidden < all / 2, $"{hidden} of {all}");
    }

    static byte[] WithField(string field) => Changed(Jt808Encoder.Report(Id, Sample, 1), inner =>
    {
        inner[3] += (byte)(field.Length / 2);
        return [.. inner[..^1], .. Convert.FromHexString(field), 0];
    });

    /// <summary>Changes the unescaped bytes between the flags and gives them the right check byte again.</summary>
    static byte[] Changed(byte[] wire, Func<byte[], byte[]> change)
    {
        var inner = new byte[wire.Length];
        var length = Jt808Frame.Unescape(wire.AsSpan(1, wire.Length - 2), Jt808Frame.Flag, inner);
        inner = change(inner[..length]);
        inner[^1] = 0;
        inner[^1] = Jt808Frame.Check(inner);
        return Jt808Frame.Enclose(inner, Jt808Frame.Flag);
    }

    /// <summary>8001 of the sample terminal, by the standard's table.</summary>
    static byte[] General(int serial, int id, byte result)
    {
        byte[] inner =
        [
            0x80, 0x01, 0, 5, .. Convert.FromHexString(Id), 0, 0, (byte)(serial >> 8), (byte)serial, (byte)(id >> 8),
            (byte)id, result, 0,
        ];
        inner[^1] = inner.Aggregate((byte)0, (check, b) => (byte)(check ^ b));
        return Jt808Frame.Enclose(inner, Jt808Frame.Flag);
    }

    static void AssertSame(DecodedFrame expected, DecodedFrame frame)
    {
        Assert.Equal(expected.DeviceId, frame.DeviceId);
        Assert.Equal(expected.Error?.Code, frame.Error?.Code);
        Assert.Equal(
            expected.Messages.Select(m => m with { Events = [] }), frame.Messages.Select(m => m with { Events = [] }));
    }

    static DecodedFrame Decode(byte[] frame, DecodeOptions? options = null) =>
        Decoder.Decode(frame, DeviceSession.Fresh, options ?? Options);

    static DeviceMessage Read(byte[] frame) => Assert.Single(Decode(frame).Messages);
}
