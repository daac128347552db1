using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Rahdari.Storage.Cluster;

/// <summary>What PostgreSQL's errors mean here.</summary>
static class PostgresErrors
{
    /// <summary>Our exception for an error inside a transaction (nothing of it is committed); the same one where it
    /// is a bug of ours, and a serialization failure, which is tried again.</summary>
    public static Exception Translate(DbException e) =>
        !IsSerialization(e) && IsOutage(e)
            ? new StorageOutageException($"PostgreSQL cannot be used: {e.Message}", outcomeUnknown: false, e)
            : e;

    /// <summary>What the server will not let us do whoever tries again; null for everything else.</summary>
    public static StoreRefusedException? Refusal(Exception e) => e is not PostgresException server ? null
        : server.SqlState[..2] == "28"
            ? new("store-access-denied", $"PostgreSQL does not let this user in: {server.MessageText}")
        : server.SqlState == PostgresErrorCodes.InvalidCatalogName
            ? new("store-database-missing", $"PostgreSQL has no such database: {server.MessageText}")
        : server.SqlState == PostgresErrorCodes.InsufficientPrivilege
            ? new("store-permission-denied", $"PostgreSQL does not allow this user that: {server.MessageText}")
        : null;

    /// <summary>The transaction was undone because of another one; the same work may succeed now.</summary>
    public static bool IsSerialization(Exception e) =>
        e is PostgresException
        {
            SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
        };

    /// <summary>Not the statement's fault: connection, shutdown, failover, resources, the server's disk.</summary>
    public static bool IsOutage(Exception e) => e switch
    {
        PostgresException server => server.SqlState[..2] is "08" or "53" or "57" or "58" or "XX"
            || server.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };
}
