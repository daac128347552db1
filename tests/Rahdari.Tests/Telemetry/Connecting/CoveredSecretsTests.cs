using System.Net;
using System.Text;
using Rahdari.Devices.Jt808;
using Rahdari.Hosting;
using Rahdari.Telemetry.Decoding;
using Rahdari.Telemetry.Enriching;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>Passwords of locks and keys of vendors are written down nowhere, whatever comes of the bytes.</summary>
public sealed class CoveredSecretsTests
{
    const string Id = "013912345678";

    /// <summary>Bytes of a general answer, none of them escaped.</summary>
    const int AnswerBytes = 20;

    /// <summary>Two of its bytes are escaped on the wire.</summary>
    static readonly byte[] Password = "P4S8}2913~X7Q6"u8.ToArray();

    [Fact]
    public async Task A_padlocks_password_is_kept_of_no_report_no_batch_and_no_part()
    {
        await using var node = await IntakeHost.StartAsync();
        using var lockSocket = await node.ConnectAsync("jt808");
        var one = Report(1);
        byte[] batch = [0, 3, 0, .. Long(one), .. Long(Report(2)), .. Long(Report(3))];
        var whole = new List<byte[]> { Frame(0x0200, one, 1), Frame(0x0704, batch, 2) };
        // Cut into parts of 7 bytes, the password is in several of them.
        byte[] other = [0, 3, 0, .. Long(Report(4)), .. Long(Report(5)), .. Long(Report(6))];
        var parts = other.Chunk(7).ToList();
        for (var i = 0; i < parts.Count; i++) whole.Add(Frame(0x0704, parts[i], 3 + i, parts.Count, i + 1));
        // The second of two, alone: nothing tells where its fields begin. It is acknowledged, so the rest of it stays.
        whole.Add(Frame(0x0200, one[30..], 200, 2, 2));

        foreach (var frame in whole)
        {
            await lockSocket.SendAsync(frame);
            await lockSocket.ReceiveAsync(AnswerBytes);
        }

        var rows = await node.Journal.ReadAsync("pk/live", 0, 1000, default);
        Assert.All(rows, r => AssertCovered(r.Entry.Raw));
        Assert.Equal(whole[^1].Length, rows[^1].Entry.Raw.Length);
        Assert.Equal(whole[^1][^4..^2], rows[^1].Entry.Raw[^4..^2]);
        Assert.Equal(7, (await node.LaneAsync("live")).Count(f => f.Message.Position is not null));
        // Only the values are covered.
        var kept = rows[0].Entry.Raw;
        Assert.Equal(
            kept.AsSpan()[..kept.AsSpan().IndexOf((byte)'*')].ToArray(),
            whole[0].AsSpan()[..kept.AsSpan().IndexOf((byte)'*')].ToArray());
        Assert.Equal(whole[0].Length, kept.Length);
        Assert.Equal((byte)'*', kept[^2]);
    }

    [Theory]
    [InlineData("wialon", "#L#2.0;unit-7;rk-P4S8-2913_X7Q6")]
    [InlineData("wialon", "#L#2.0;unit-7;rk-P4S8-2913_X7Q6\n#P#\n")]
    [InlineData("wialon", "#L#unit.7;rk-P4S8-2913_X7Q6\r\n#L#")]
    [InlineData("wialon", "#L#unit-7;P4S8;2913")]
    [InlineData("wialon", "#L#2.0;unit-7;P4S8 2913;0000\r\n#L#")]
    [InlineData("teltonika", "#L#2.0;unit-7;P4S8;2913\r\n")]
    [InlineData("gt06", "key: rk-P4S8-2913_X7Q6, goodbye")]
    [InlineData("jt600", "(8000620011,P52,2,P4S82913")]
    [InlineData("jt600", "(8000620011,P44,P4S82913(8000620011,P4")]
    public async Task What_is_no_record_is_kept_without_its_secrets(string protocol, string text)
    {
        await using var node = await IntakeHost.StartAsync();
        using (var stranger = await node.ConnectAsync(protocol))
        {
            await stranger.SendAsync(Encoding.ASCII.GetBytes(text));
            stranger.EndSending();
            if (text.StartsWith("#L#unit.7", StringComparison.Ordinal)) await stranger.ExpectAsync("#AL#0\r\n");
            await stranger.ExpectEndAsync();
        }

        await AssertFaultsCoveredAsync(node);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_report_of_a_padlock_is_kept_without_its_password(bool cut)
    {
        await using var node = await IntakeHost.StartAsync();
        var frame = Frame(0x0200, Report(1), 1);
        if (cut) frame = frame[..^5];
        else frame[^2] ^= 1;
        using (var lockSocket = await node.ConnectAsync("jt808"))
        {
            await lockSocket.SendAsync(frame);
            lockSocket.EndSending();
            await lockSocket.ExpectEndAsync();
        }

        await AssertFaultsCoveredAsync(node);
    }

    [Fact]
    public void Bytes_without_a_secret_are_not_touched() =>
        Assert.True(SecretBytes.Cover("#L#2.0;unit-7;NA;1234\r\n(8000620011,P45,1)"u8)
            .SequenceEqual("#L#2.0;unit-7;NA;1234\r\n(8000620011,P45,1)"u8));

    [Fact]
    public void Any_bytes_can_be_looked_at_for_secrets()
    {
        var random = new Random(5);
        var bytes = new byte[4096];
        for (var round = 0; round < 200; round++)
        {
            random.NextBytes(bytes);
            foreach (ref var b in bytes.AsSpan())
                if (b < 40) b = "~}#L;.(,P52rk-\u0002\0"u8[b % 16];
            var length = SecretBytes.Cover(bytes.AsSpan(0, round * 20)).Length;
            Assert.Equal(round * 20, length);
        }
    }

    [Fact]
    public async Task Only_a_code_given_to_a_known_network_proves_anything()
    {
        var apn = new DeviceNetwork(
            "carrier-apn", DeviceNetworkKind.PrivateApn, IPNetwork.Parse("127.0.7.0/24"), ["jt808"]);
        await using var node = await IntakeHost.StartAsync(networks: apn);
        var known = await RegisterAsync(node, "127.0.7.3");
        var anybodys = await RegisterAsync(node, "127.0.8.3");

        Assert.NotEqual(known, anybodys);
        Assert.Equal(IdentityGrade.Key, await GradeAsync(node, known, "127.0.8.3"));
        Assert.Equal(IdentityGrade.None, await GradeAsync(node, anybodys, "127.0.8.3"));
        Assert.Equal(IdentityGrade.Network, await GradeAsync(node, anybodys, "127.0.7.3"));
        Assert.Equal(IdentityGrade.None, await GradeAsync(node, "nothing-of-the-kind", "127.0.7.3", refused: true));
    }

    static async Task<string> RegisterAsync(IntakeHost node, string from)
    {
        using var terminal = await node.ConnectAsync("jt808", from);
        await terminal.SendAsync(Jt808Encoder.Register(Id, 1));
        var answer = await terminal.ReceiveAsync(18 + Jt808Registration.CodeCharacters);
        terminal.EndSending();
        await terminal.ExpectEndAsync();
        return Encoding.ASCII.GetString(answer[16..^2]);
    }

    static async Task<IdentityGrade> GradeAsync(IntakeHost node, string code, string from, bool refused = false)
    {
        // A heartbeat is known by its time of receipt.
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        using var terminal = await node.ConnectAsync("jt808", from);
        await terminal.SendAsync(Jt808Encoder.Authenticate(Id, code, 2));
        Assert.Equal(refused ? 1 : 0, (await terminal.ReceiveAsync(AnswerBytes))[17]);
        await terminal.SendAsync(Jt808Encoder.Heartbeat(Id, 3));
        await terminal.ReceiveAsync(AnswerBytes);
        terminal.EndSending();
        await terminal.ExpectEndAsync();
        return (await node.LaneAsync("live"))[^1].Identity;
    }

    static async Task AssertFaultsCoveredAsync(IntakeHost node)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (node.Journal.Head("pk/faulty") < node.Faults.Newest.Count) await Task.Delay(5, limit.Token);
        Assert.NotEmpty(node.Faults.Newest);
        Assert.All(node.Faults.Newest, f => AssertCovered(Convert.FromHexString(f.Head)));
        Assert.All(node.Faults.Newest, f => AssertCovered(Encoding.ASCII.GetBytes(f.Detail)));
        foreach (var lane in new[] { "faulty", "live", "late" })
            Assert.All(
                await node.Journal.ReadAsync($"pk/{lane}", 0, 100, default), r =>
                {
                    AssertCovered(r.Entry.Raw);
                    AssertCovered(r.Entry.Body);
                });
    }

    static void AssertCovered(byte[] bytes)
    {
        foreach (var piece in new[] { "P4S", "4S8", "291", "913", "X7Q", "7Q6" })
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(piece)));
    }

    /// <summary>A report with a satellite count between a card and a password.</summary>
    static byte[] Report(int second)
    {
        byte[] fix =
        [
            0, 0, 0, 0, 0, 0, 0, 2, 0x01, 0x7B, 0x4A, 0x20, 0x03, 0xFE, 0x56, 0x40, 0, 0, 0, 0, 0, 90, 0x26, 0x03, 0x01,
            0x19, 0x58, (byte)second,
        ];
        return
        [
            .. fix, Jt808Padlock.LockCommand, (byte)Password.Length, .. Password, 0x31, 1, 9, Jt808Padlock.Password,
            (byte)Password.Length, .. Password, 0xD4, 1, 80,
        ];
    }

    static byte[] Long(byte[] report) => [(byte)(report.Length >> 8), (byte)report.Length, .. report];

    static byte[] Frame(int id, byte[] body, int serial, int parts = 1, int part = 1)
    {
        var attributes = body.Length | (parts > 1 ? 1 << 13 : 0);
        byte[] inner =
        [
            (byte)(id >> 8), (byte)id, (byte)(attributes >> 8), (byte)attributes, .. Convert.FromHexString(Id),
            (byte)(serial >> 8), (byte)serial,
            .. parts > 1 ? new byte[] { 0, (byte)parts, 0, (byte)part } : [], .. body,
        ];
        return Jt808Frame.Enclose([.. inner, Jt808Frame.Check(inner)], Jt808Frame.Flag);
    }
}
