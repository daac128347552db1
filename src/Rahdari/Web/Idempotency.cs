using System.Security.Cryptography;
using System.Text;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>An answer as it was given, to be given again.</summary>
/// <param name="Body">JSON.</param>
sealed record GivenAnswer(int Status, string Body, string? ETag, string? Location);

/// <summary>What a key was used for before.</summary>
abstract record KeyUse
{
    KeyUse() { }

    public sealed record Fresh : KeyUse;

    /// <summary>The same request: its answer again.</summary>
    public sealed record Repeated(GivenAnswer Answer) : KeyUse;

    /// <summary>Another request under the same key.</summary>
    public sealed record Reused : KeyUse;
}

/// <summary>
/// Answers kept by <c>Idempotency-Key</c> and actor. Only what was done is kept: a refused request recorded nothing and
/// may be tried again under its key. Between the commit of a request and that of its answer the ids of the events, made
/// from the key, keep it from being done twice.
/// </summary>
sealed class Idempotency(IRecordStore store, TimeProvider machine, NodeSettings node)
{
    public const int MaxKeyLength = 100;

    /// <summary>
    /// How long an answer is kept; a client that was silent for longer asks what became of its request.
    /// </summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    sealed record Row(int Status, string RequestHash, string Body, string? Etag, string? Location);

    /// <summary>Ids of the events a request under this key records.</summary>
    public string EventPrefix(Actor actor, string key) =>
        "i-" + Hash(Encoding.UTF8.GetBytes($"{node.Node}\n{actor.Id}\n{key}"))[..32];

    public async Task<KeyUse> FindAsync(Actor actor, string key, string requestHash, CancellationToken cancel)
    {
        var rows = await store.ReadAsync(r => r.QueryAsync<Row>(
            """
            select status, request_hash, body, etag, location from idempotency
            where actor = @actor and idempotency_key = @key
            """, new { actor = actor.Id.Value, key }, cancel), cancel);
        return rows.Count == 0 ? new KeyUse.Fresh()
            : rows[0].RequestHash != requestHash ? new KeyUse.Reused()
            : new KeyUse.Repeated(new(rows[0].Status, rows[0].Body, rows[0].Etag, rows[0].Location));
    }

    public Task KeepAsync(Actor actor, string key, string requestHash, GivenAnswer answer, CancellationToken cancel)
    {
        var now = machine.GetUtcNow().ToMicros();
        return store.WriteAsync(async t =>
        {
            await t.ExecuteAsync(
                "delete from idempotency where at_micros < @before",
                new { before = now - (long)Kept.TotalMicroseconds }, cancel);
            return await t.ExecuteAsync(
                """
                insert into idempotency (actor, idempotency_key, at_micros, status, request_hash, body, etag, location)
                values (@actor, @key, @now, @status, @requestHash, @body, @etag, @location)
                on conflict (actor, idempotency_key) do nothing
                """,
                new
                {
                    actor = actor.Id.Value, key, now, status = answer.Status, requestHash, body = answer.Body,
                    etag = answer.ETag, location = answer.Location,
                }, cancel);
        }, cancel);
    }

    /// <summary>What makes two requests the same: method, path and body.</summary>
    public static string RequestHash(HttpRequest request, ReadOnlySpan<byte> body) => Hash(
        [.. Encoding.UTF8.GetBytes($"{request.Method}\n{request.Path}\n"), .. body]);

    static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>The table of answers; no event changes it.</summary>
sealed class IdempotencyTable : IProjection
{
    public string Schema =>
        """
        create table if not exists idempotency (
            actor text not null, idempotency_key text not null, at_micros bigint not null, status integer not null,
            request_hash text not null, body text not null, etag text, location text,
            primary key (actor, idempotency_key));
        create index if not exists idempotency_at on idempotency (at_micros);
        """;

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel) =>
        Task.CompletedTask;
}
