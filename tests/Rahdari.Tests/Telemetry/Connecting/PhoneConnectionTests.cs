using System.Text;
using Rahdari.Devices.Osmand;
using Rahdari.Telemetry.Connecting;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>A phone's web requests on the port of phones.</summary>
public sealed class PhoneConnectionTests
{
    const string Kept = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n";

    [Fact]
    public async Task Requests_of_one_connection_are_kept_or_refused_and_answered_in_their_order()
    {
        await using var node = await IntakeHost.StartAsync();
        using var phone = await node.ConnectAsync("osmand");

        await phone.SendAsync(
        [
            .. Get("id=1&lat=1&lon=2&timestamp=1772366400"), .. Get("id=1&lat=95&lon=2"),
            .. Get("id=2&lat=1&lon=2&timestamp=1772366401"),
        ]);

        await phone.ExpectAsync(Kept);
        await phone.ExpectAsync(Answer("400 Bad Request", "lat is missing or cannot be read", keepAlive: true));
        await phone.ExpectAsync(Kept);
        Assert.Equal(
            ["osmand:1", "osmand:2"], (await node.LaneAsync("live")).Select(f => f.Device.ToString()).Order());
        Assert.Equal(0, node.Faults.CountOf("osmand", IntakeFaultCodes.Http));
    }

    [Fact]
    public async Task A_phone_on_two_connections_at_once_waits_on_neither()
    {
        await using var node = await IntakeHost.StartAsync();
        using var one = await node.ConnectAsync("osmand");
        using var two = await node.ConnectAsync("osmand");

        await one.SendAsync(Get("id=1&lat=1&lon=2&timestamp=1772366400"));
        await one.ExpectAsync(Kept);
        await two.SendAsync(Get("id=1&lat=1&lon=2&timestamp=1772366401"));
        await two.ExpectAsync(Kept);
        await one.SendAsync(Get("id=1&lat=1&lon=2&timestamp=1772366402"));
        await one.ExpectAsync(Kept);

        Assert.Equal(0, node.Peers.Asked);
        var kept = await node.LaneAsync("live");
        Assert.Equal(3, kept.Count);
        Assert.All(kept, f => Assert.Null(f.Quarantine));
    }

    [Fact]
    public async Task A_request_alone_on_a_fresh_connection_that_names_nobody_is_refused_and_not_kept()
    {
        await using var node = await IntakeHost.StartAsync();
        using var phone = await node.ConnectAsync("osmand");

        await phone.SendByteWiseAsync(Get("lat=1&lon=2"));

        await phone.ExpectAsync(Answer(
            "400 Bad Request", "id is missing, or is not of 1 to 40 letters, digits and dashes", keepAlive: true));
        Assert.Empty(await node.LaneAsync("live"));
    }

    [Theory]
    [InlineData("phone.7")]
    [InlineData("phone_7")]
    [InlineData("01234567890123456789012345678901234567890")]
    public async Task An_id_that_no_node_knows_is_refused_by_name_and_not_left_unanswered(string id)
    {
        await using var node = await IntakeHost.StartAsync();
        using var phone = await node.ConnectAsync("osmand");

        await phone.SendAsync(Get($"id={id}&lat=1&lon=2&timestamp=1772366400"));

        await phone.ExpectAsync(Answer(
            "400 Bad Request", "id is missing, or is not of 1 to 40 letters, digits and dashes", keepAlive: true));
        Assert.Empty(await node.LaneAsync("live"));
        Assert.Contains("id", Assert.Single(node.Faults.Newest).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_in_chunks_is_refused_and_ends_the_connection()
    {
        await using var node = await IntakeHost.StartAsync();
        using var phone = await node.ConnectAsync("osmand");

        await phone.SendAsync(Encoding.ASCII.GetBytes(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nid=1&\r\n0\r\n\r\n"));

        await phone.ExpectAsync(Answer(
            "411 Length Required", "Transfer-Encoding is not read; send Content-Length", keepAlive: false));
        await phone.ExpectEndAsync();
    }

    [Fact]
    public async Task A_request_that_closes_is_answered_and_then_the_connection_ends()
    {
        await using var node = await IntakeHost.StartAsync();
        using var phone = await node.ConnectAsync("osmand");

        await phone.SendAsync(Encoding.ASCII.GetBytes(
            "GET /?id=1&lat=1&lon=2&timestamp=1772366400 HTTP/1.1\r\nConnection: close\r\n\r\n"));

        await phone.ExpectAsync(Kept.Replace("keep-alive", "close"));
        await phone.ExpectEndAsync();
        Assert.Single(await node.LaneAsync("live"));
    }

    [Fact]
    public async Task A_node_whose_data_are_invented_says_so_in_every_answer()
    {
        const string mark = "Rahdari-Simulated: true\r\n";
        await using var node = await IntakeHost.StartAsync(simulated: true);
        using var phone = await node.ConnectAsync("osmand");

        await phone.SendAsync(
        [
            .. Get("id=1&lat=1&lon=2&timestamp=1772366400"), .. Get("id=1&lat=95&lon=2"),
            .. Encoding.ASCII.GetBytes("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n"),
            .. Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ]);

        await phone.ExpectAsync(Kept.Replace("Connection", mark + "Connection"));
        await phone.ExpectAsync(Answer("400 Bad Request", "lat is missing or cannot be read", keepAlive: true)
            .Replace("Connection", mark + "Connection"));
        await phone.ExpectAsync(Answer("405 Method Not Allowed", "only GET and POST are read", keepAlive: true)
            .Replace("Connection", mark + "Connection"));
        await phone.ExpectAsync(Answer(
            "411 Length Required", "Transfer-Encoding is not read; send Content-Length", keepAlive: false)
            .Replace("Connection", mark + "Connection"));
        await phone.ExpectEndAsync();
    }

    static byte[] Get(string query) => Encoding.ASCII.GetBytes($"GET /?{query} HTTP/1.1\r\nHost: x\r\n\r\n");

    static string Answer(string status, string detail, bool keepAlive) =>
        Encoding.UTF8.GetString(OsmandEncoder.Answer(new(status, detail), keepAlive, simulated: false));
}
