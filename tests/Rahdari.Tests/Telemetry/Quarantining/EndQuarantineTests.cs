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
        Drive.SealDevice.ToString(), Since, QuarantineRuling.Release, "203.0.113.9", "the lock was seen");

    [Fact]
    public void An_officer_ends_it_by_name_and_reason()
    {
        var accepted = Assert.IsType<Decision.Accepted>(EndQuarantine.Decide(EndedQuarantines.Empty, Command, Officer));
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
            EndQuarantine.Decide(new() { Since = [Since.AddHours(-1)] }, Command, Officer));
    }

    [Fact]
    public void A_source_is_an_address_and_only_for_a_release()
    {
        Assert.Equal("source-not-an-address", Code(EndedQuarantines.Empty, Command with { Source = "the lock" }));
        Assert.Equal(
            "source-without-release",
            Code(EndedQuarantines.Empty, Command with { Ruling = QuarantineRuling.KeepOut }));
    }

    static string Code(EndedQuarantines ended, EndQuarantine command) =>
        Assert.IsType<Decision.Refused>(EndQuarantine.Decide(ended, command, Officer)).Why.Code;
}
