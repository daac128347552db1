using System.Text;
using Rahdari.Telemetry.Scoring;

namespace Rahdari.Tests.Telemetry.Scoring;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-09-01T05:00:00Z", "2026-09-01T05:00:00.0000000+00:00")]
    [InlineData("2026-09-01t05:00:00z", "2026-09-01T05:00:00.0000000+00:00")]
    [InlineData("2026-09-01 05:00:00Z", "2026-09-01T05:00:00.0000000+00:00")]
    [InlineData("2026-09-01T05:00:00.5+05:00", "2026-09-01T00:00:00.5000000+00:00")]
    [InlineData("2026-09-01T05:00:00.123456789123Z", "2026-09-01T05:00:00.1234567+00:00")]
    [InlineData("2026-09-01T05:00:00-00:00", "2026-09-01T05:00:00.0000000+00:00")]
    [InlineData("2026-09-01T05:00:00+23:59", "2026-08-31T05:01:00.0000000+00:00")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000+00:00")]
    [InlineData("1990-12-31T15:59:60.25-08:00", "1991-01-01T00:00:00.2500000+00:00")]
    [InlineData("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.0000000+00:00")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000+00:00")]
    public void Every_legal_form_is_read(string text, string time)
    {
        Assert.Null(Rfc3339.Read(Encoding.UTF8.GetBytes(text), out var read));
        Assert.Equal(time, read.ToString("O"));
    }

    [Theory]
    [InlineData("2026-09-01T05:00:00")]
    [InlineData("2026-09-01T05:00:00.25")]
    public void A_time_without_an_offset_is_refused_and_not_taken_for_any_zone_s(string text) =>
        Assert.Contains("no offset", Rfc3339.Read(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-09-01")]
    [InlineData("2026-9-01T05:00:00Z")]
    [InlineData("2026-02-29T05:00:00Z")]
    [InlineData("2026-13-01T05:00:00Z")]
    [InlineData("2026-00-01T05:00:00Z")]
    [InlineData("2026-09-01T24:00:00Z")]
    [InlineData("2026-09-01T05:60:00Z")]
    [InlineData("2026-09-01T05:00:60Z")]
    [InlineData("2016-12-31T23:59:61Z")]
    [InlineData("2026-09-01T05:00:00.Z")]
    [InlineData("2026-09-01T05:00:00+0500")]
    [InlineData("2026-09-01T05:00:00+24:00")]
    [InlineData("2026-09-01T05:00:00Zulu")]
    [InlineData("2026-09-01X05:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    public void What_is_no_such_time_is_refused(string text) =>
        Assert.NotNull(Rfc3339.Read(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void A_time_cut_off_anywhere_is_refused()
    {
        var whole = Encoding.UTF8.GetBytes("2026-09-01T05:00:00.25+05:00");
        for (var length = 0; length < whole.Length; length++)
            Assert.NotNull(Rfc3339.Read(whole.AsSpan(0, length), out _));
    }
}
