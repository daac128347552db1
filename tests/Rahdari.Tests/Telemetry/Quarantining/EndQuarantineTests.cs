using Rahdari.Parties;
using Rahdari.Telemetry.Quarantining;
using Rahdari.Tests.Telemetry.Judging;
using Rahdari.Transparency;

namespace Rahdari.Tests.Telemetry.Quarantining;

public sealed class EndQuarantineTests
{
    static readonly OfficerId Officer = OfficerId.Parse("o-1", null);
    static readonly DateTimeOffset Since = Drive.Start.AddMinutes(10);

    static readonly EndQuarantine Command = new(
        Drive.SealDevice.ToString(), Since, QuarantineRuling.Release, "203.0.113.9", "the lock was seen", null!);

    [Fact]
    public void An_officer_ends_it_by_name_and_reason()
    {
        var accepted = Assert.IsType<Decision.Accepted>(
            EndQuarantine.Decide(EndedQuarantines.Empty, Command, Officer, true));
        var news = Assert.Single(accepted.Events);
        Assert.Equal("device:" + Drive.SealDevice, news.Subject);
        Assert.Equal(
            new QuarantineEnded(
                Drive.SealDevice, Since, QuarantineRuling.Release, "203.0.113.9", Officer, "the lock was seen"),
            news.Body);
    }

    [Fact]
    public void None_is_ended_that_is_not_or_not_any_more()
    {
        Assert.Equal("device-not-quarantined", Code(EndedQuarantines.Empty, Command with { Since = null }));
        Assert.Equal("device-not-quarantined", Code(new() { Since = [Since] }, Command));
        Assert.IsType<Decision.Accepted>(
            EndQuarantine.Decide(new() { Since = [Since.AddHours(-1)] }, Command, Officer, true));
    }

    [Fact]
    public void A_source_is_an_address_and_only_for_a_release()
    {
        Assert.Equal("source-not-an-address", Code(EndedQuarantines.Empty, Command with { Source = "the lock" }));
        Assert.Equal(
            "source-without-release",
            Code(EndedQuarantines.Empty, Command with { Ruling = QuarantineRuling.KeepOut }));
    }

    [Fact]
    public void A_source_that_no_record_came_from_is_refused_and_one_is_kept_in_its_plain_form()
    {
        Assert.Equal(
            "source-not-in-quarantine",
            Assert.IsType<Decision.Refused>(
                EndQuarantine.Decide(EndedQuarantines.Empty, Command, Officer, false)).Why.Code);
        var accepted = Assert.IsType<Decision.Accepted>(EndQuarantine.Decide(
            EndedQuarantines.Empty, Command with { Source = "::ffff:203.0.113.9" }, Officer, true));
        Assert.Equal("203.0.113.9", ((QuarantineEnded)accepted.Events[0].Body).Source);
    }

    [Theory]
    [InlineData("10.0.0.1:4001", "::ffff:10.0.0.1", true)]
    [InlineData("[::ffff:10.0.0.1]:4001", "10.0.0.1", true)]
    [InlineData("[2001:db8::a]:4001", "2001:0DB8::A", true)]
    [InlineData("10.0.0.1:4001", "10.0.0.2", false)]
    [InlineData("", "10.0.0.1", false)]
    public void An_address_is_the_same_however_it_is_written(string remote, string source, bool same) =>
        Assert.Equal(same, KeptSources.IsFrom(remote, source));

    static string Code(EndedQuarantines ended, EndQuarantine command) =>
        Assert.IsType<Decision.Refused>(EndQuarantine.Decide(ended, command, Officer, true)).Why.Code;
}
