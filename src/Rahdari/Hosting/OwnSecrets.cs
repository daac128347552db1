using System.Security.Cryptography;
using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Hosting;

/// <summary>
/// Whether the keys in a node's folder are those its record was written with. Missing ones are made at a first start;
/// on a machine that joins a record that exists they must be copied, never made anew.
/// </summary>
static class OwnSecrets
{
    sealed record Wrapped(string KeyId, byte[] WrappedKey);

    /// <exception cref="StoreRefusedException">They are not; the message names the file.</exception>
    public static Task CheckAsync(IRecordStore store, NodeSettings node, CancellationToken cancel) =>
        store.ReadAsync(async r =>
        {
            await CheckLogKeyAsync(r, node, cancel);
            await CheckMasterKeyAsync(r, node, cancel);
            return 0;
        }, cancel);

    static async Task CheckLogKeyAsync(IRecordReader reader, NodeSettings node, CancellationToken cancel)
    {
        var bodies = await reader.QueryAsync<byte[]>(
            "select body from event where stream = @Stream and type = @Type order by version desc limit 1",
            new
            {
                Stream = new StreamName(node.Administration, Node.Subject).ToString(), Type = "keys-published",
            }, cancel);
        if (bodies is not [var body] || EventCodec.Decode(body, []).Body is not KeysPublished published
            || published.Origin != node.Origin) return;
        var file = Path.Combine(node.KeysDirectory, KeyRing.LogSeedFile);
        if (!File.Exists(file))
            throw new StoreRefusedException("keys-missing",
                $"{file} is missing: copy the folder of keys of the node that signs {node.Origin}");
        var own = Ed25519.PublicKeyOf(KeyRing.ReadOrMake(file, SystemEntropy.Fill));
        if (published.LogKey != Convert.ToBase64String(own))
            throw new StoreRefusedException("keys-differ", $"{file} is not the key that {node.Origin} is signed with");
    }

    static async Task CheckMasterKeyAsync(IRecordReader reader, NodeSettings node, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Wrapped>(
            "select key_id, wrapped as wrapped_key from wrapped_key limit 1", null, cancel);
        if (rows is not [var row]) return;
        var file = node.MasterKeyFile;
        if (!File.Exists(file))
            throw new StoreRefusedException("master-key-missing",
                $"{file} is missing: without the master key nothing sealed in the record can be read");
        try
        {
            new SubjectKeys(KeyRing.ReadOrMake(file, SystemEntropy.Fill), SystemEntropy.Fill)
                .Unwrap(row.WrappedKey, row.KeyId);
        }
        catch (CryptographicException)
        {
            throw new StoreRefusedException("master-key-differs",
                $"{file} is not the master key the record's keys are wrapped with");
        }
    }
}
