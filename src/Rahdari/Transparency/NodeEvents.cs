using Rahdari.Parties;

namespace Rahdari.Transparency;

/// <summary>The subject of what a node says about itself.</summary>
public static class Node
{
    public const string Subject = "node";
}

/// <param name="PublicKey">Ed25519, 32 bytes, base64.</param>
public sealed record OfficeKey(OfficeId Office, string PublicKey);

/// <summary>Entry 0 of every log: which keys sign for whom.</summary>
[EventType("keys-published")]
public sealed record KeysPublished(string Origin, string LogKey, IReadOnlyList<OfficeKey> Offices) : EventBody;

[EventType("pack-loaded")]
public sealed record PackLoaded(string PackId, string Hash) : EventBody;
