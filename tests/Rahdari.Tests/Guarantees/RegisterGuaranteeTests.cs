using Rahdari.Guarantees;
using Rahdari.Tests.Movements;

namespace Rahdari.Tests.Guarantees;

public sealed class RegisterGuaranteeTests
{
    static readonly RegisterGuarantee Form = new(
        Scene.Grn, "1", new(1_000, "PKR"), Scene.Start.AddDays(366), "Invented Assurance", "AA", "7Q4X", new byte[16]);

    [Fact]
    public void A_registered_guarantee_is_all_free()
    {
        var scene = new Scene();
        scene.Accept(Form, Scene.Karachi);
        var account = scene.Account(Scene.Grn);
        Assert.Equal((1_000L, 1_000L, 0L, 0L),
            (account.Limit.Minor, account.Free.Minor, account.Locked.Minor, account.Called.Minor));
        Assert.True(account.IsInsurance);
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        Assert.Equal(("input-malformed", "type"), Refused(Form with { Type = "X" }));
        Assert.Equal(("input-negative", "limit.minor"), Refused(Form with { Limit = new(-5, "PKR") }));
        Assert.Equal(("input-out-of-range", "limit.minor"), Refused(Form with { Limit = new(0, "PKR") }));
        Assert.Equal(("currency-not-accepted", "limit.currency"), Refused(Form with { Limit = new(5, "USD") }));
        Assert.Equal(("validity-too-short", "validUntil"),
            Refused(Form with { ValidUntil = Scene.Start.AddDays(300) }));
        Assert.Equal(("input-malformed", "accessCode"), Refused(Form with { AccessCode = "12" }));

        static (string, string?) Refused(RegisterGuarantee form)
        {
            var refusal = new Scene().Refuse(form, Scene.Karachi);
            return (refusal.Code, refusal.Field);
        }
    }

    [Fact]
    public void A_number_is_registered_once()
    {
        var scene = new Scene();
        scene.Accept(Form, Scene.Karachi);
        Assert.Equal("grn-exists", scene.Refuse(Form, Scene.Karachi).Code);
    }
}
