using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class CheckpointTests
{
    [VectorsFact]
    public void Published_checkpoints_are_read_as_published()
    {
        var rows = Vectors.Read("checkpoint_parse.jsonl");
        Assert.Equal(12, rows.Count);
        foreach (var row in rows)
        {
            if (!(bool)row["wantOk"]!)
            {
                Assert.Throws<LedgerFormatException>(() => Checkpoint.Parse(row.Text("body")));
                continue;
            }
            var checkpoint = Checkpoint.Parse(row.Text("body"));
            Assert.Equal(
                new(row.Text("origin"), (long)row["size"]!, new(row.Base64("hashB64")), row.Text("extension")),
                    checkpoint);
            Assert.Equal(row.Text("body"), checkpoint.ToString());
        }
    }

    [Theory]
    [InlineData("log\n7\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=\n\n")]
    [InlineData("log\n7\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVct=\n")]
    [InlineData("log\n7\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs= \n")]
    [InlineData("log\n7\r\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=\n")]
    [InlineData("log\n۷\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=\n")]
    public void Another_spelling_is_refused(string body) =>
        Assert.Equal("checkpoint-malformed", Assert.Throws<LedgerFormatException>(() => Checkpoint.Parse(body)).Code);
}
