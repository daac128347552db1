namespace Rahdari.Tests.Storage.Cluster;

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresRecordStoreTests(PostgresServer server) : RecordStoreTests(server.NewEngine);

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresProjectionTests(PostgresServer server) : ProjectionTests(server.NewEngine);

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresConcurrencyTests(PostgresServer server) : ConcurrencyTests(server.NewEngine);

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresLeasesTests(PostgresServer server) : LeasesTests(server.NewEngine);

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresJournalTests(PostgresServer server) : JournalTests(server.NewEngine);

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresGroupCommitTests(PostgresServer server) : GroupCommitTests(server.NewEngine);

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresFailureTests(PostgresServer server) : FailureTests(server.NewEngine);

[NeedsPostgres, Collection("PostgreSQL")]
public sealed class PostgresKillTests(PostgresServer server) : KillTests(server.NewEngine);
