using System.Text.Json.Nodes;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class HashTests
{
    [VectorsFact]
    public void Leaves_nodes_and_the_empty_tree_hash_as_published()
    {
        foreach (var row in Vectors.Read("rfc6962_hash.jsonl"))
        {
            var hash = row.Text("kind") switch
            {
                "leaf" => Hash.OfLeaf(row.Hex("dataHex")),
                "node" => Hash.OfNode(row.Hex("leftHex"), row.Hex("rightHex")),
                _ => NaiveTree.RootOf([.. row["leavesHex"]!.AsArray().Select(Leaf)]),
            };
            Assert.Equal(row.Text("want"), hash.ToString());
        }
    }

    [Fact]
    public void A_hash_has_32_bytes()
    {
        Assert.Throws<ArgumentException>(() => new Hash(new byte[31]));
        Assert.Throws<ArgumentException>(() => new Hash(new byte[33]));
        Assert.Equal(default, new Hash(new byte[32]));
        Assert.NotEqual(default, Hash.EmptyTree);
    }

    static byte[] Leaf(JsonNode? hex) => Convert.FromHexString((string)hex!);
}
