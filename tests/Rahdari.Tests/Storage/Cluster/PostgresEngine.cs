using Rahdari.Storage;
using Rahdari.Storage.Cluster;

namespace Rahdari.Tests.Storage.Cluster;

sealed class PostgresEngine(string connectionString, string schema) : Engine
{
    public string ConnectionString => connectionString;

    public string Schema => schema;

    public override bool WritersOverlap => true;

    public override bool FailedCommitIsFatal => false;

    // The server's clock decides about leases, and it does not stand still.
    public override TimeProvider Time => TimeProvider.System;

    public override string[] ChildArguments => ["postgresql", connectionString, schema];

    public override Task<Store> OpenAsync(StoreSettings settings, CancellationToken cancel) =>
        ClusterStore.OpenAsync(connectionString, schema, settings, cancel);

    public override Task<IRecordStore> OpenRecordAsync() =>
        ClusterStore.OpenRecordAsync(connectionString, schema, Settings, CancellationToken.None);

    public override Task PassAsync(TimeSpan time, Task? ended = null) => Task.Delay(time);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
