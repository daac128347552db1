using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Rahdari.Parties;

namespace Rahdari.Tests.Parties;

public sealed class ActorContextTests
{
    static readonly Actor Officer = new(new("o-1"), OfficeId.Parse("pk:TORKHAM"), Role.Officer);

    [Fact]
    public void A_principal_carries_the_actor_there_and_back() =>
        Assert.Equal(Officer, new DefaultHttpContext { User = Officer.ToPrincipal("key") }.GetActor());

    [Fact]
    public void Nobody_signed_in_is_no_actor()
    {
        var context = new DefaultHttpContext();
        Assert.Null(context.FindActor());
        Assert.Throws<InvalidOperationException>(() => context.GetActor());
    }

    [Theory]
    [InlineData("officer", "o 1")]
    [InlineData("office", "TORKHAM")]
    [InlineData("role", "King")]
    public void A_claim_that_cannot_be_read_is_no_actor(string claim, string value)
    {
        var claims = Officer.ToPrincipal("key").Claims.Where(c => c.Type != claim).Append(new Claim(claim, value));
        Assert.Null(ActorContext.ActorOf(new ClaimsPrincipal(new ClaimsIdentity(claims, "key"))));
    }
}
