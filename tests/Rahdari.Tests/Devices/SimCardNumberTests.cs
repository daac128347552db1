using System.Text.Json;
using Rahdari.Devices;

namespace Rahdari.Tests.Devices;

public sealed class SimCardNumberTests
{
    static readonly TimeSpan Zone = TimeSpan.FromHours(8);

    [Theory]
    [InlineData("89882280666134274509", "89882280666134274509")]
    [InlineData("8942310221007544309", "8942310221007544309")]
    [InlineData("8942310221007544309f", "8942310221007544309")]
    [InlineData("894231022100754430FF", "894231022100754430")]
    [InlineData("898604b7192271001234", "898604B7192271001234")]
    [InlineData("898600810906F8048812", "898600810906F8048812")]
    public void A_number_is_read_without_its_filling(string text, string value) =>
        Assert.Equal(value, SimCardNumber.TryParse(text, out var number) ? number.Value : null);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00000000000000000000")]
    [InlineData("8992302000001234")]
    [InlineData("899230200000123456789")]
    [InlineData("79923020000012345678")]
    [InlineData("8992302000001234567G")]
    [InlineData("8992 302000001234567")]
    [InlineData("٨٩٩٢٣٠٢٠٠٠٠٠١٢٣٤٥٦٧٨")]
    public void What_is_no_number_is_refused(string? text) => Assert.False(SimCardNumber.TryParse(text, out _));

    [Theory]
    [InlineData("89423102210075443", "89423102210075443", true)]
    [InlineData("8942310221007544309", "894231022100754430", true)]
    [InlineData("894231022100754430", "8942310221007544309", true)]
    [InlineData("8942310221007544309", "8942310221007544308", false)]
    [InlineData("89423102210075443091", "894231022100754430", false)]
    [InlineData("89423102210075443091", "8942310221075443091", true)]
    [InlineData("89423102211075443091", "8942310221075443091", false)]
    [InlineData("8992302000123456784", "8992302000012345678", true)]
    [InlineData("8992302000123456784", "8992302000012345679", false)]
    public void A_check_digit_more_or_less_is_the_same_card(string one, string other, bool same)
    {
        if (one.Length < SimCardNumber.MinLength) (one, other) = (one + "0", other + "0");
        Assert.Equal(same, SimCardNumber.Parse(one).IsSame(SimCardNumber.Parse(other)));
    }

    [Theory]
    [InlineData("89882280666134274509")]
    [InlineData("8942310221007544309F")]
    public void A_number_in_half_bytes_is_read_either_way_round(string packed)
    {
        var bytes = Convert.FromHexString(packed);
        var swapped = bytes.Select(b => (byte)(b << 4 | b >> 4)).ToArray();
        Assert.Equal(packed.TrimEnd('F'), SimCardNumber.ReadPacked(bytes)?.Value);
        Assert.Equal(packed.TrimEnd('F'), SimCardNumber.ReadPacked(swapped)?.Value);
        Assert.Null(SimCardNumber.ReadPacked(bytes.AsSpan(1)));
        Assert.Null(SimCardNumber.ReadPacked(new byte[10]));
    }

    [Theory]
    [InlineData("8992302000123456789")]
    [InlineData("89923020001234567890")]
    [InlineData("8992302000001234567")]
    [InlineData("89923020000123456789")]
    [InlineData("89923020000000000001")]
    public void A_number_in_two_halves_is_the_same_card(string number)
    {
        var joined = SimCardNumber.ReadHalves(ulong.Parse(number[..10]), ulong.Parse(number[10..]));
        Assert.NotNull(joined);
        Assert.True(joined.IsSame(SimCardNumber.Parse(number)), joined.Value);
        Assert.True(joined.IsSame(SimCardNumber.Parse(number[..^1])) || number.Length == 18, joined.Value);
        Assert.False(joined.IsSame(SimCardNumber.Parse(number[..^2] + "22")));
    }

    [Fact]
    public void Two_numbers_that_are_no_halves_are_no_card()
    {
        Assert.Null(SimCardNumber.ReadHalves(0, 0));
        Assert.Null(SimCardNumber.ReadHalves(8_992_302_000, 0));
        Assert.Null(SimCardNumber.ReadHalves(20_890_725_265_171, 0));
        Assert.Null(SimCardNumber.ReadHalves(7_992_302_000, 1_234_567_890));
        Assert.Null(SimCardNumber.ReadHalves(8_992_302_000, ulong.MaxValue));
        Assert.NotNull(SimCardNumber.ReadHalves(8_992_302_000, 9_999_999_999));
    }

    [VectorsTheory]
    [InlineData("teltonika", 0)]
    [InlineData("gt06", 3)]
    [InlineData("jt808", 10)]
    [InlineData("gl200", 7)]
    public void Recorded_devices_tell_the_cards_that_a_third_party_reads(string protocol, int least)
    {
        var told = 0;
        foreach (var line in File.ReadLines(Checkout.VectorFile($"devices/expected/{protocol}.jsonl")))
        {
            using var recorded = JsonDocument.Parse(line);
            var expected = recorded.RootElement.GetProperty("positions").EnumerateArray()
                .Select(p => p.GetProperty("attributes"))
                .Select(a => a.TryGetProperty("iccid", out var card) ? card.GetString() : null)
                // What does not begin with 89 is something else, or the halves of each byte are swapped.
                .FirstOrDefault(c => c?.StartsWith("89", StringComparison.Ordinal) == true);
            if (expected is null) continue;
            var bytes = Convert.FromHexString(recorded.RootElement.GetProperty("hex").GetString()!);
            var frame = Registry.Find(protocol == "gl200" ? "queclink" : protocol)!
                .Decode(bytes, new("860000000000001"), DecodeOptions.Default with { Zone = Zone });
            var read = frame.Messages.Select(m => m.SimCard).FirstOrDefault(c => c is not null);
            Assert.True(expected == read?.Value, $"{recorded.RootElement.GetProperty("id")}: {expected} {read}");
            told++;
        }
        Assert.True(told >= least, $"{told} of {protocol}");
    }
}
