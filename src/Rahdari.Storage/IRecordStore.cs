namespace Rahdari.Storage;

/// <summary>
/// The record: events, projections, watermarks and outbox of one administration, all in one transactional database.
/// Two engines implement it (SQLite, PostgreSQL); one test class runs on both.
/// </summary>
public interface IRecordStore : IAsyncDisposable
{
    /// <summary>The engine's name, <c>sqlite</c> or <c>postgresql</c>.</summary>
    string Engine { get; }

    /// <summary>
    /// Runs <paramref name="work"/> in one serializable-enough transaction (see remarks) and commits when it returns.
    /// Whatever it throws rolls everything back and is rethrown.
    /// </summary>
    /// <remarks>
    /// Two transactions that append to the same stream at the same version cannot both commit: the second throws
    /// <see cref="StreamConflictException"/>. A commit has reached the disk when the task completes.
    /// <paramref name="work"/> may run more than once (on PostgreSQL, after a serialization failure): it has no effects
    /// but those of the transaction, does one thing at a time on it, and starts no other write of this store.
    /// </remarks>
    /// <exception cref="StorageOutageException">The engine cannot be reached or is busy; nothing was committed, or
    /// (<see cref="StorageOutageException.OutcomeUnknown"/>) it is not known whether it was.</exception>
    Task<T> WriteAsync<T>(Func<IRecordTransaction, Task<T>> work, CancellationToken cancel);

    /// <summary>Runs <paramref name="work"/> on one consistent snapshot; writes are refused.</summary>
    Task<T> ReadAsync<T>(Func<IRecordReader, Task<T>> work, CancellationToken cancel);
}

/// <summary>One event as stored. Storage does not look inside <see cref="Body"/> or <see cref="Sealed"/>.</summary>
/// <param name="Stream">The stream's name, at most 200 characters.</param>
/// <param name="Version">Dense from 1 within the stream.</param>
/// <param name="EventId">Unique in the store; deterministic where replay must be idempotent.</param>
/// <param name="Type">The event's type name, never reused.</param>
/// <param name="TypeVersion">The version of the type's shape.</param>
/// <param name="AtMicros">Corridor time, microseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Body">The canonical public bytes.</param>
/// <param name="Sealed">Openings and salts, encrypted under the subject's key; null where there are none.</param>
/// <param name="KeyId">Which wrapped key opens <paramref name="Sealed"/>.</param>
/// <param name="Leaf">The log entry this event is to become; null where it is no leaf of our log.</param>
public sealed record EventRow(
    string Stream, long Version, string EventId, string Type, int TypeVersion, long AtMicros, byte[] Body,
    byte[]? Sealed, string? KeyId, byte[]? Leaf);

/// <summary>Reads within one snapshot.</summary>
public interface IRecordReader
{
    /// <summary>Events of a stream with a version above <paramref name="afterVersion"/>, in order.</summary>
    Task<IReadOnlyList<EventRow>> ReadStreamAsync(
        string stream, long afterVersion, int limit, CancellationToken cancel);

    /// <summary>The stream's last version, 0 when it does not exist.</summary>
    Task<long> StreamVersionAsync(string stream, CancellationToken cancel);

    /// <summary>
    /// Every event in order of stream, then version, starting after the given place (<c>""</c> and 0 from the start).
    /// For rebuilding projections: it is an order of names and says nothing about time.
    /// </summary>
    Task<IReadOnlyList<EventRow>> ReadAllAsync(
        string afterStream, long afterVersion, int limit, CancellationToken cancel);

    /// <summary>
    /// Rows of a query in the SQL both engines share; parameters are <c>@Name</c> bound from the properties of
    /// <paramref name="args"/>, or of a dictionary of scalars (statements of several rows): numbers, strings, bytes;
    /// booleans and enums become whole numbers, a list becomes
    /// <c>(@Name0, ...)</c> for <c>in @Name</c>. Columns are mapped to the constructor's parameters and settable
    /// properties of <typeparamref name="T"/> by name without underscores and case; a single column may be a number,
    /// string or bytes. Column types both engines share: <c>text</c>, <c>integer</c> (32 bits, also for booleans),
    /// <c>bigint</c>, <c>{bytes}</c>.
    /// </summary>
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel);
}

/// <summary>Writes within one transaction.</summary>
public interface IRecordTransaction : IRecordReader
{
    /// <summary>
    /// Appends rows whose versions continue the stream. Rows that carry a leaf also become pending leaves, waiting for
    /// the sequencer.
    /// </summary>
    /// <exception cref="StreamConflictException">The stream has moved on.</exception>
    /// <exception cref="DuplicateEventException">An event id exists already.</exception>
    Task AppendAsync(IReadOnlyList<EventRow> rows, CancellationToken cancel);

    /// <summary>Runs a statement in the SQL both engines share; answers the number of rows it touched.</summary>
    Task<int> ExecuteAsync(string sql, object? args, CancellationToken cancel);

    /// <summary>
    /// Makes a projection's tables as <paramref name="sql"/> says, <c>{bytes}</c> standing for the engine's binary
    /// type. Where its text differs from last time, the tables of the old text are dropped first.
    /// </summary>
    /// <returns>True where the tables are new and empty: the caller fills them from the events before it commits.
    /// </returns>
    Task<bool> EnsureSchemaAsync(string name, string sql, CancellationToken cancel);

    /// <summary>
    /// Brings tables that are no projection (nothing can fill them again) to their newest version: script n brings
    /// version n-1 to n, never changes once released, and never loses a row. <c>{bytes}</c> as above.
    /// </summary>
    /// <param name="name">The owner of the tables; their version is kept under it.</param>
    /// <param name="scripts">In order, from version 1.</param>
    /// <exception cref="StoreRefusedException">A newer build wrote them (<c>record-schema-newer</c>).</exception>
    Task UpgradeTablesAsync(string name, IReadOnlyList<string> scripts, CancellationToken cancel);

    /// <summary>
    /// Throws <see cref="FencedException"/> unless <paramref name="lease"/> is still held in this transaction.
    /// Every effect of background work calls it first.
    /// </summary>
    Task FenceAsync(Lease lease, CancellationToken cancel);
}

/// <summary>The stream has a newer version than the decision was made on: decide again on fresh state.</summary>
public sealed class StreamConflictException(string stream, long expected, long actual)
    : Exception($"stream {stream} is at version {actual}, expected {expected}")
{
    public string Stream => stream;
    public long Expected => expected;
    public long Actual => actual;
}

/// <summary>An event with this id is already recorded.</summary>
public sealed class DuplicateEventException(string eventId) : Exception($"event {eventId} is already recorded")
{
    public string EventId => eventId;
}

/// <summary>The lease was lost; the work's effects must not happen.</summary>
public sealed class FencedException(string name) : Exception($"the lease {name} is held by somebody else")
{
    public string Lease => name;
}

/// <summary>The store cannot be used now; trying again later may work.</summary>
public sealed class StorageOutageException(string message, bool outcomeUnknown, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>True where the commit may or may not have happened; the caller checks by event id.</summary>
    public bool OutcomeUnknown => outcomeUnknown;
}
