using System.Net;
using Rahdari.Hosting;
using Rahdari.Telemetry.Connecting;

namespace Rahdari.Tests.Hosting;

public sealed class NodeFileTests
{
    [Fact]
    public void Device_networks_are_read_and_the_narrowest_one_of_the_protocol_names_an_address()
    {
        var (settings, problems) = Read(
            """
            deviceNetworks:
              - name: carrier
                kind: private-apn
                range: 10.40.0.0/16
              - name: seals
                kind: private-apn
                range: 10.40.7.0/24
                protocols: [jt600]
              - name: vendor-six
                kind: vendor-range
                range: 2001:db8:7::/48
            """);

        Assert.Empty(problems);
        var networks = new DeviceNetworks(settings!);
        Assert.Equal("carrier", networks.Of(IPAddress.Parse("10.40.1.2"), "jt600")?.Name);
        Assert.Equal("seals", networks.Of(IPAddress.Parse("::ffff:10.40.7.2"), "jt600")?.Name);
        Assert.Equal("carrier", networks.Of(IPAddress.Parse("10.40.7.2"), "teltonika")?.Name);
        Assert.Equal("vendor-six", networks.Of(IPAddress.Parse("2001:db8:7::1"), "teltonika")?.Name);
        Assert.Null(networks.Of(IPAddress.Parse("10.41.0.1"), "jt600")?.Name);
        Assert.Null(networks.Of(null, "jt600"));
        Assert.Equal(
            [DeviceNetworkKind.PrivateApn, DeviceNetworkKind.PrivateApn, DeviceNetworkKind.VendorRange],
            settings!.DeviceNetworks.Select(n => n.Kind));
    }

    [Theory]
    [InlineData("- {name: a, range: 10.40.0.0/16}",
        "deviceNetworks[0].kind is missing or neither private-apn nor vendor-range")]
    [InlineData("- {name: a, kind: apn, range: 10.40.0.0/16}",
        "deviceNetworks[0].kind is missing or neither private-apn nor vendor-range")]
    [InlineData("- {kind: private-apn, range: 10.40.0.0/16}", "deviceNetworks[0].name is missing")]
    [InlineData("- {name: a, kind: private-apn}", "deviceNetworks[0].range is missing or not like 10.40.0.0/16")]
    [InlineData("- {name: a, kind: vendor-range, range: 10.40.0.0/33}",
        "deviceNetworks[0].range is missing or not like 10.40.0.0/16")]
    [InlineData("- {name: a, kind: vendor-range, range: 0.0.0.0/0}",
        "deviceNetworks[0].range holds every address and tells no device from another")]
    [InlineData("- {name: a, kind: vendor-range, range: 10.0.0.0/8, protocols: [fax]}",
        "deviceNetworks[0].protocols: there is no protocol fax")]
    [InlineData(
        "- {name: a, kind: private-apn, range: 10.0.0.0/8}\n  - {name: a, kind: private-apn, range: 11.0.0.0/8}",
        "deviceNetworks: two are named a")]
    public void What_is_wrong_with_a_network_is_told(string network, string expected) =>
        Assert.Equal([expected], Read($"deviceNetworks:\n  {network}").Problems);

    [Fact]
    public void How_long_the_journal_is_kept_is_read_and_too_short_a_time_is_refused()
    {
        Assert.Equal(1_096, Read("").Settings!.JournalDays);
        Assert.Equal(61, Read("journalDays: 61").Settings!.JournalDays);
        foreach (var wrong in new[] { "60", "-1", "36526" })
            Assert.Equal(["journalDays is 61 to 36525"], Read($"journalDays: {wrong}").Problems);
    }

    [Fact]
    public void Vendors_are_read_with_the_devices_they_may_pass_on()
    {
        var (settings, problems) = Read(
            $"""
            vendors:
              - party: sample-locks
                name: Sample Locks
                devices: [jt600:8000*, teltonika:352000000000001]
                countKey: {Convert.ToBase64String(new byte[32])}
              - party: sample-trackers
                name: Sample Trackers
            """);

        Assert.Empty(problems);
        var vendor = settings!.Vendors[0];
        Assert.Equal(("sample-locks", "Sample Locks", 32), (vendor.Party.Value, vendor.Name, vendor.CountKey.Length));
        Assert.True(vendor.Lists("jt600:8000620011") && vendor.Lists("teltonika:352000000000001"));
        Assert.False(vendor.Lists("jt600:7000620011") || vendor.Lists("teltonika:3520000000000011"));
        Assert.True(settings.Vendors[1].CountKey.IsEmpty);
    }

    [Theory]
    [InlineData("- name: a", "vendors[0].party is missing or no party")]
    [InlineData("- party: a", "vendors[0] has neither name nor devices and may pass on nothing")]
    [InlineData("- {party: a, devices: ['fax:1']}",
        "vendors[0].devices: fax:1 is not like jt600:8000620011 or jt600:80006*")]
    [InlineData("- {party: a, devices: ['jt600:1*2']}",
        "vendors[0].devices: jt600:1*2 is not like jt600:8000620011 or jt600:80006*")]
    [InlineData("- {party: a, devices: ['jt600']}",
        "vendors[0].devices: jt600 is not like jt600:8000620011 or jt600:80006*")]
    [InlineData("- {party: a, name: b, countKey: AAAA}", "vendors[0].countKey is not the base64 of 32 bytes")]
    [InlineData("- {party: a, name: b}\n  - {party: a, name: c}", "vendors: two are of the party a")]
    public void What_is_wrong_with_a_vendor_is_told(string vendor, string expected) =>
        Assert.Equal([expected], Read($"vendors:\n  {vendor}").Problems);

    [Fact]
    public void The_device_ports_have_an_address_of_their_own_where_the_file_gives_one()
    {
        Assert.Null(Read("").Settings!.DeviceAddress);
        Assert.Equal(IPAddress.Any, Read("deviceAddress: 0.0.0.0").Settings!.DeviceAddress);
        Assert.Equal(IPAddress.IPv6Any, Read("deviceAddress: '::'").Settings!.DeviceAddress);
        Assert.Equal(
            ["deviceAddress is an IP address, like 0.0.0.0 or ::"], Read("deviceAddress: gateway").Problems);
    }

    static (NodeSettings? Settings, IReadOnlyList<string> Problems) Read(string more)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path,
                $"""
                node: pk
                administration: pk
                data: /nowhere
                urls: http://127.0.0.1:5080
                origin: pk-2026.example.org
                masterKey: /nowhere/master.seed
                {more}
                """);
            var (file, problems) = NodeFile.Read(path);
            return file is null ? (null, problems) : file.ToSettings();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
