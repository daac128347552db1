using System.Text.Json.Nodes;

namespace Rahdari.Tests.Ledger;

/// <summary>Lines of the public ledger vectors; the README beside them says what each field means.</summary>
static class Vectors
{
    public static IReadOnlyList<JsonObject> Read(string file) =>
        [.. File.ReadLines(Checkout.VectorFile($"ledger/{file}")).Select(l => JsonNode.Parse(l)!.AsObject())];

    public static string Text(this JsonNode node, string field) => (string)node[field]!;

    public static byte[] Base64(this JsonNode node, string field) =>
        node[field] is { } value ? Convert.FromBase64String((string)value!) : [];

    public static byte[] Hex(this JsonNode node, string field) => Convert.FromHexString((string)node[field]!);
}
