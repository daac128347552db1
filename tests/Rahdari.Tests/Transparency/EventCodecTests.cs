using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rahdari.Guarantees;
using Rahdari.Ledger;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Tests.Transparency;

public sealed class EventCodecTests
{
    static readonly byte[] Seed = SHA256.HashData("office"u8);
    static readonly AdministrationId Pk = new("pk");
    static readonly OfficeId Karachi = OfficeId.Parse("pk:KARACHI");
    static readonly Mrn Mrn = MrnOf("26PKKHI000000123M");

    int drawn;

    [Fact]
    public void A_declaration_comes_back_as_it_was_with_all_its_openings()
    {
        var body = Declaration();
        var encoded = Encode(body);
        var back = EventCodec.Decode(encoded.Canonical, encoded.Openings);
        var read = Assert.IsType<DeclarationAccepted>(back.Body);
        Assert.Equal("Roshan Trading", read.Holder.Or("-"));
        Assert.Equal("TLB-417", read.Units[0].Vehicle.Or("-"));
        Assert.Equal(new Money(1_500_000, "PKR"), read.Goods.Or([])[0].Value);
        Assert.Equal(body.Units[1].Container, read.Units[1].Container);
        Assert.Equal(Header(), back.Header);
    }

    [Fact]
    public void Sealed_values_are_not_in_the_public_bytes_and_read_as_erased_without_openings()
    {
        var encoded = Encode(Declaration());
        var text = System.Text.Encoding.UTF8.GetString(encoded.Canonical);
        Assert.DoesNotContain("Roshan", text, StringComparison.Ordinal);
        Assert.DoesNotContain("TLB-417", text, StringComparison.Ordinal);
        var read = Assert.IsType<DeclarationAccepted>(EventCodec.Decode(encoded.Canonical, []).Body);
        Assert.True(read.Holder.IsErased);
        Assert.True(read.Units[0].Vehicle.IsErased);
        Assert.Equal(2, read.Units.Count);
    }

    [Fact]
    public void Every_opening_is_committed_to_and_the_office_has_signed_the_rest()
    {
        var encoded = Encode(Declaration());
        var e = JsonNode.Parse(encoded.Canonical)!.AsObject();
        var commitments = e["c"]!.AsArray().Select(c => c!.GetValue<string>()).ToList();
        Assert.Equal(encoded.Openings.Select(o => o.Commitment()).Order(StringComparer.Ordinal), commitments);
        var signature = Convert.FromBase64String(e["sig"]!.GetValue<string>());
        e.Remove("sig");
        Assert.True(Ed25519.Verify(Ed25519.PublicKeyOf(Seed), CanonicalJson.Write(e), signature));
    }

    [Fact]
    public void A_leaf_has_33_bytes_and_depends_on_salt_and_event()
    {
        var encoded = Encode(Declaration());
        var leaf = encoded.Leaf();
        Assert.Equal(33, leaf.Length);
        Assert.Equal(1, leaf[0]);
        Assert.Equal(SHA256.HashData([.. encoded.LeafSalt, .. encoded.Canonical]), leaf[1..]);
    }

    [Fact]
    public void A_type_of_a_newer_peer_is_kept_as_unknown()
    {
        var encoded = Encode(Declaration());
        var e = JsonNode.Parse(encoded.Canonical)!.AsObject();
        e["type"] = "railway-wagon-coupled";
        var unknown = Assert.IsType<UnknownEvent>(EventCodec.Decode(CanonicalJson.Write(e), encoded.Openings).Body);
        Assert.Equal("railway-wagon-coupled", unknown.Type);
    }

    [Fact]
    public void Data_that_no_longer_fit_the_type_are_kept_as_unknown()
    {
        var encoded = Encode(Declaration());
        var e = JsonNode.Parse(encoded.Canonical)!.AsObject();
        e["data"]!["units"] = "two";
        Assert.IsType<UnknownEvent>(EventCodec.Decode(CanonicalJson.Write(e), encoded.Openings).Body);
    }

    [Fact]
    public void The_other_sides_head_known_at_the_time_is_signed_with_the_event()
    {
        var head = new PeerHead("af-2026.demo.example", 41, Convert.ToBase64String(Seed));
        var header = Header() with { NotBefore = head };
        var encoded = EventCodec.Encode(header, Declaration(), null, Fill, m => Ed25519.Sign(Seed, m));
        Assert.Equal(header, EventCodec.Decode(encoded.Canonical, encoded.Openings).Header);
        var e = JsonNode.Parse(encoded.Canonical)!.AsObject();
        Assert.Equal(
            $$"""{"origin":"af-2026.demo.example","root":"{{head.Root}}","size":41}""",
            e["notBefore"]!.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
        Assert.Null(JsonNode.Parse(Encode(Declaration()).Canonical)!["notBefore"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"af\"")]
    [InlineData("""{"origin":"af","size":1}""")]
    [InlineData("""{"origin":"","size":1,"root":"ROOT"}""")]
    [InlineData("""{"origin":"af","size":0,"root":"ROOT"}""")]
    [InlineData("""{"origin":"af","size":"1","root":"ROOT"}""")]
    [InlineData("""{"origin":"af","size":1,"root":"AAAA"}""")]
    [InlineData("""{"origin":"af","size":1,"root":"ROOT","more":1}""")]
    public void A_head_of_another_form_is_not_read(string notBefore)
    {
        var e = JsonNode.Parse(Encode(Declaration()).Canonical)!.AsObject();
        e["notBefore"] = JsonNode.Parse(notBefore.Replace("ROOT", Convert.ToBase64String(Seed),
            StringComparison.Ordinal));
        Assert.Throws<System.Text.Json.JsonException>(() => EventCodec.Decode(CanonicalJson.Write(e), []));
    }

    [Fact]
    public void Every_event_type_has_a_name_of_its_own()
    {
        var names = EventTypes.All.Select(t => (t.Value.Name, t.Value.Version)).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    EncodedEvent Encode(EventBody body) =>
        EventCodec.Encode(Header(), body, null, Fill, m => Ed25519.Sign(Seed, m));

    static EventHeader Header() => new("e-1", new StreamName(Pk, Mrn.Value), 1,
        new DateTimeOffset(2026, 9, 1, 3, 0, 0, TimeSpan.Zero), Karachi, new OfficerId("o-7"), "00ff");

    static DeclarationAccepted Declaration() => new(
        Mrn, "LRN-1", Karachi, OfficeId.Parse("pk:TORKHAM"), OfficeId.Parse("af:TORKHAM"), "karachi-torkham",
        new AdministrationId("af"),
        [
            new(1, UnitKind.Container, ContainerNumber.Parse("CSQU3054383"), new Grams(20_000_000), "TLB-417"),
            new(2, UnitKind.Container, ContainerNumber.Parse("MSKU1234565"), new Grams(18_000_000), "TLB-418"),
        ],
        "Roshan Trading", "Sender", "Receiver", "Carrier",
        new Sealed<IReadOnlyList<GoodsItem>>(
            [new GoodsItem("180690", "chocolate", new Money(1_500_000, "PKR"), new Money(300_000, "PKR"))]));

    static Mrn MrnOf(string seventeen) => Mrn.Parse(seventeen + CheckDigit.Of(seventeen));

    void Fill(Span<byte> bytes) =>
        SHA256.HashData(BitConverter.GetBytes(drawn++)).AsSpan(0, bytes.Length).CopyTo(bytes);
}
