using Rahdari.Storage;
using Rahdari.Storage.Cluster;
using Rahdari.Storage.Embedded;

namespace Rahdari.Hosting;

/// <summary>
/// Opens the store a node's settings name. On PostgreSQL the data folder still holds keys, published log and web keys,
/// and is held against every other process like an embedded one: two nodes never write the same log files.
/// </summary>
static class NodeStore
{
    /// <summary>Opens the store to serve it, waiting as standby while another process does.</summary>
    /// <param name="onStandby">Told once what another process has.</param>
    /// <exception cref="StoreRefusedException">Not ours, newer than this build, or not for this user.</exception>
    /// <exception cref="StorageOutageException">PostgreSQL cannot be reached.</exception>
    public static async Task<(Store Store, IAsyncDisposable? Folder)> OpenAsync(
        NodeSettings node, TimeProvider machine, Action<StorageFatalException> onFatal, Action<string> onStandby,
        CancellationToken cancel)
    {
        var settings = new StoreSettings { Time = machine, OnFatal = onFatal };
        if (node.Cluster is not { } cluster)
            return (await EmbeddedStore.OpenAsync(node.DataDirectory,
                settings with { OnStandby = () => onStandby(node.DataDirectory) }, cancel), null);
        var folder = await DataDirectory.HoldAsync(
            node.DataDirectory, machine, () => onStandby(node.DataDirectory), cancel);
        try
        {
            // Before it waits: a standby that could not sign for the log would be none.
            await using (var record = await OpenRecordAsync(node, settings, cancel))
                await OwnSecrets.CheckAsync(record, node, cancel);
            return (await ClusterStore.OpenAsync(cluster.Connection, cluster.Schema, settings with
            {
                OnStandby = () => onStandby(ClusterStore.PlaceOf(cluster.Connection, cluster.Schema)),
            }, cancel), folder);
        }
        catch
        {
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the record alone, beside a server that may be running: for commands.</summary>
    public static async Task<IRecordStore> OpenRecordAsync(
        NodeSettings node, StoreSettings settings, CancellationToken cancel)
    {
        if (node.Cluster is not { } cluster)
            return await EmbeddedStore.OpenRecordAsync(node.DataDirectory, settings, cancel);
        DataDirectory.Prepare(node.DataDirectory);
        return await ClusterStore.OpenRecordAsync(cluster.Connection, cluster.Schema, settings, cancel);
    }

    /// <summary>The journal as it is now, beside a server that may be running: for commands.</summary>
    public static JournalReading OpenJournal(NodeSettings node, IRecordStore record) => node.Cluster is null
        ? EmbeddedStore.OpenJournal(node.DataDirectory)
        : ClusterStore.OpenJournal(record);
}
