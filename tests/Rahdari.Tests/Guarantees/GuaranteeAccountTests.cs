using FsCheck;
using FsCheck.Fluent;
using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;

namespace Rahdari.Tests.Guarantees;

public sealed class GuaranteeAccountTests
{
    static readonly Mrn Mrn = new Scene().NextMrn();

    static GuaranteeAccount Account(long limit) => new GuaranteeAccount(Scene.Pk).Apply(new GuaranteeRegistered(
        Scene.Grn, "1", new(limit, "PKR"), Scene.Start, "g", null, AccessCode.Hash("1234", new byte[16])));

    [Fact]
    public void Free_locked_and_called_make_the_limit_after_any_sequence_of_entries() =>
        Prop.ForAll(MovementProperties.Steps, steps =>
        {
            var account = Account(1_000);
            foreach (var step in steps.Select(s => (uint)s))
            {
                var (unit, amount) =
                    ((int)(step % 5), new Money((int)(step / 5 % 500) - 20, step % 97 == 0 ? "USD" : "PKR"));
                var held = account.Locks.GetValueOrDefault(new(Mrn, unit))?.Amount ?? amount;
                account = account.Apply((step / 4 % 4) switch
                {
                    0 or 1 => new LockPlaced(Scene.Grn, Mrn, unit, amount),
                    2 => new LockCredited(Scene.Grn, Mrn, unit, step % 3 == 0 ? amount : held, "x"),
                    _ => (EventBody)new LockCalled(Scene.Grn, Mrn, unit, step % 3 == 0 ? amount : held, "x"),
                });
                Assert.True(account.IsBalanced && account.LocksAddUp);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(80));

    [Fact]
    public void An_entry_that_does_not_fit_moves_nothing_and_is_counted()
    {
        var account = Account(100).Apply(new LockPlaced(Scene.Grn, Mrn, 1, new(60, "PKR")));
        foreach (var body in new EventBody[]
        {
            new LockPlaced(Scene.Grn, Mrn, 2, new(41, "PKR")), new LockPlaced(Scene.Grn, Mrn, 2, new(1, "USD")),
            new LockPlaced(Scene.Grn, Mrn, 1, new(1, "PKR")), new LockCredited(Scene.Grn, Mrn, 1, new(59, "PKR"), "x"),
            new LockCalled(Scene.Grn, Mrn, 9, new(60, "PKR"), "x"),
        })
        {
            var after = account.Apply(body);
            Assert.Equal((account.Free, account.Locked, account.Called, 1),
                (after.Free, after.Locked, after.Called, after.Misfits));
        }
    }

    [Fact]
    public void A_second_registration_changes_nothing()
    {
        var account = Account(100);
        Assert.Equal(100, account.Apply(account.Registered! with { Limit = new(999, "PKR") }).Limit.Minor);
    }

    [Fact]
    public void An_access_code_fits_its_own_hash_only()
    {
        var hash = AccessCode.Hash("7Q4X", [.. Enumerable.Range(0, 16).Select(i => (byte)i)]);
        Assert.True(AccessCode.Fits("7Q4X", hash));
        Assert.False(AccessCode.Fits("7Q4Y", hash));
        Assert.False(AccessCode.Fits("", null));
    }
}
