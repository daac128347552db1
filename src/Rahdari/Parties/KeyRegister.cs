using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Rahdari.Parties;

/// <summary>
/// API keys of this node. A key is shown once, when it is made; the register keeps its hash only. The key itself is
/// 256 random bits, so that a plain hash is as good as a slow one.
/// </summary>
sealed class KeyRegister(PartyTables tables)
{
    /// <summary>What every key begins with.</summary>
    public const string Prefix = "rk-";

    public const int SecretBytes = 32;

    /// <summary>What the ids of keys begin with; those of persons begin with another letter.</summary>
    const string OfficerPrefix = "k-";

    /// <summary>The longest key looked at: the prefix, 43 characters of base64url, and room to tell a wrong
    /// one.</summary>
    const int MaxKeyLength = 128;

    /// <summary>Whether an act is a key's, and not of a person who signed in.</summary>
    public static bool IsKey(OfficerId officer) => officer.Value.StartsWith(OfficerPrefix, StringComparison.Ordinal);

    /// <summary>Makes a key for an office and a role.</summary>
    /// <param name="secret">32 random bytes.</param>
    /// <param name="label">What the key is for, for the administrator's list; never in the log.</param>
    /// <param name="party">The firm the key is made for; null where it stands for itself.</param>
    /// <returns>The key, shown here and never again.</returns>
    public async Task<string> IssueAsync(
        ReadOnlyMemory<byte> secret, OfficeId office, Role role, string label, CancellationToken cancel,
        PartyId? party = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretBytes);
        var key = Prefix + Base64Url.EncodeToString(secret.Span);
        var hash = HashOf(key);
        var row = new
        {
            Hash = hash, Officer = OfficerPrefix + hash[..16], Office = office.ToString(), Role = role.ToString(),
            Label = label,
        };
        var store = await tables.ReadyAsync(cancel);
        await store.WriteAsync(
            async tx =>
            {
                await PartyTables.JoinAsync(tx, row.Officer, party, cancel);
                return await tx.ExecuteAsync(
                    """
                    insert into party_keys (key_hash, officer, office, role, label, revoked)
                    values (@Hash, @Officer, @Office, @Role, @Label, 0)
                    """,
                    row, cancel);
            },
            cancel);
        return key;
    }

    /// <summary>Whose key this is; null for a key that is unknown or revoked.</summary>
    public async Task<Actor?> FindAsync(string key, CancellationToken cancel)
    {
        if (key.Length > MaxKeyLength || !key.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var store = await tables.ReadyAsync(cancel);
        var rows = await store.ReadAsync(
            reader => reader.QueryAsync<Row>(
                """
                select k.officer, k.office, k.role, m.party from party_keys k
                left join party_members m on m.officer = k.officer where k.key_hash = @Hash and k.revoked = 0
                """,
                new { Hash = HashOf(key) }, cancel),
            cancel);
        return rows is [var row]
            ? new Actor(OfficerId.Parse(row.Officer, null), OfficeId.Parse(row.Office), Enum.Parse<Role>(row.Role))
            {
                Party = ActorContext.PartyOf(row.Party),
            }
            : null;
    }

    /// <summary>Takes a key back by the opaque id its acts carry; false when there is none.</summary>
    public async Task<bool> RevokeAsync(OfficerId officer, CancellationToken cancel)
    {
        var store = await tables.ReadyAsync(cancel);
        return 1 == await store.WriteAsync(
            tx => tx.ExecuteAsync(
                "update party_keys set revoked = 1 where officer = @Officer", new { Officer = officer.Value }, cancel),
            cancel);
    }

    static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    sealed class Row
    {
        public string Officer { get; init; } = "";
        public string Office { get; init; } = "";
        public string Role { get; init; } = "";
        public string? Party { get; init; }
    }
}
