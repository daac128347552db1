namespace Rahdari.Tests.Storage.Embedded;

public sealed class SqliteRecordStoreTests() : RecordStoreTests(() => new SqliteEngine());

public sealed class SqliteProjectionTests() : ProjectionTests(() => new SqliteEngine());

public sealed class SqliteConcurrencyTests() : ConcurrencyTests(() => new SqliteEngine());

public sealed class SqliteLeasesTests() : LeasesTests(() => new SqliteEngine());

public sealed class SqliteJournalTests() : JournalTests(() => new SqliteEngine());

public sealed class SqliteGroupCommitTests() : GroupCommitTests(() => new SqliteEngine());

public sealed class SqliteFailureTests() : FailureTests(() => new SqliteEngine());

public sealed class SqliteKillTests() : KillTests(() => new SqliteEngine());
