using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Parties;

/// <summary>
/// The tables of people and keys. They are the node's own and no projection: nothing of them is in the log, and they
/// cannot be rebuilt from events.
/// </summary>
sealed class PartyTables(IRecordStore store)
{
    static readonly NodeTables Tables = new("parties",
    [
        """
        create table if not exists party_users (
            name text primary key, officer text not null unique, office text not null, role text not null,
            password_hash text not null, stamp text not null, failures integer not null,
            locked_until_micros bigint not null, enabled integer not null);
        create table if not exists party_keys (
            key_hash text primary key, officer text not null unique, office text not null, role text not null,
            label text not null, revoked integer not null);
        create table if not exists party_kept_forms (
            officer text primary key, path text not null, fields text not null, kept_micros bigint not null);
        """,
        // Which firm a person or key works for; who has no row stands for itself.
        """
        create table if not exists party_members (officer text primary key, party text not null);
        """,
    ]);

    readonly SemaphoreSlim once = new(1);
    bool made;

    /// <summary>The store, with the tables in it.</summary>
    public async Task<IRecordStore> ReadyAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref made)) return store;
        await once.WaitAsync(cancel);
        try
        {
            if (!made) await store.WriteAsync(tx => MakeAsync(tx, cancel), cancel);
            Volatile.Write(ref made, true);
        }
        finally
        {
            once.Release();
        }
        return store;
    }

    /// <summary>Writes whom somebody new works for; nothing where nobody is named.</summary>
    public static async Task JoinAsync(
        IRecordTransaction transaction, string officer, PartyId? party, CancellationToken cancel)
    {
        if (party is null) return;
        await transaction.ExecuteAsync(
            "insert into party_members (officer, party) values (@Officer, @Party)",
            new { Officer = officer, Party = party.Value.Value }, cancel);
    }

    static async Task<bool> MakeAsync(IRecordTransaction transaction, CancellationToken cancel)
    {
        await transaction.UpgradeTablesAsync(Tables.Name, Tables.Scripts, cancel);
        return true;
    }
}
