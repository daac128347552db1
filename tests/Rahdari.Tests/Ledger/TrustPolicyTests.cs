using System.Text;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class TrustPolicyTests
{
    const string W1 = "example.org/W1+bf7414ae+BMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM";
    const string W2 = "example.org/W2+fa417fbd+BKqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";

    [VectorsFact]
    public void Published_policies_are_read_and_met_as_published()
    {
        var rows = Vectors.Read("policy.jsonl");
        Assert.Equal(14, rows.Count);
        foreach (var row in rows)
        {
            var policy = Read(row.Text("policy"));
            if (row.Text("kind") == "parse") Assert.True((policy is not null) == (bool)row["wantOk"]!, row.Text("id"));
            else
            {
                var cosigned = row["cosigned"]!.AsArray().Select(c => (string)c!).ToHashSet();
                Assert.True(policy!.IsMetBy(cosigned) == (bool)row["want"]!, row.Text("id"));
            }
        }
    }

    [Fact]
    public void Quorum_none_needs_no_cosignature()
    {
        var policy = Read("quorum none\n")!;
        Assert.True(policy.IsMetBy(new HashSet<string>()));
        Assert.False(policy.NeedsCosignatures);
    }

    [Theory]
    [InlineData("")]
    [InlineData("quorum none")]
    [InlineData("quorum W1\nwitness W1 " + W1 + "\n")]
    [InlineData("witness none " + W1 + "\nquorum none\n")]
    [InlineData("witness A " + W1 + "\ngroup G any A A\nquorum G\n")]
    [InlineData("witness A " + W1 + "\ngroup G any A\ngroup H any A\nquorum G\n")]
    [InlineData("witness A " + W1 + "\ngroup G any\nquorum G\n")]
    [InlineData("witness A " + W1 + "\ngroup G any none\nquorum G\n")]
    [InlineData("witness A " + W1 + "\ngroup G 01 A\nquorum G\n")]
    [InlineData("log " + W1 + "\nquorum none\n")]
    [InlineData("cosigner A " + W1 + "\nquorum none\n")]
    [InlineData("witness A " + W1 + " http://a b\nquorum none\n")]
    [InlineData("quorum none\r\n")]
    public void A_policy_that_says_less_than_it_seems_is_refused(string policy) => Assert.Null(Read(policy));

    [Fact]
    public void A_group_counts_its_members()
    {
        var policy = Read($"witness A {W1}\nwitness B {W2}\ngroup G all A B\nquorum G\n")!;
        Assert.False(policy.IsMetBy(new HashSet<string> { "A" }));
        Assert.True(policy.IsMetBy(new HashSet<string> { "A", "B", "C" }));
    }

    static TrustPolicy? Read(string text)
    {
        try
        {
            return TrustPolicy.Parse(Encoding.UTF8.GetBytes(text));
        }
        catch (LedgerFormatException e)
        {
            Assert.Equal("policy-malformed", e.Code);
            return null;
        }
    }
}
