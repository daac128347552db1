namespace Rahdari.Storage;

/// <summary>Something to be sent, at least once, under a key the receiver knows doubles by.</summary>
/// <param name="Kind">Which sender takes it.</param>
/// <param name="Key">Unique within the kind.</param>
/// <param name="Body">The message, in a form the sender owns.</param>
/// <param name="DueMicros">When it may be sent, in the caller's clock.</param>
/// <param name="Attempts">How often it was taken.</param>
public sealed record OutboxItem(string Kind, string Key, byte[] Body, long DueMicros, int Attempts = 0);

/// <summary>
/// The outbox: messages committed with the events that cause them. A sender takes items in one transaction, sends
/// outside of any, and says in another how it went; if it dies between, the item becomes due again. What is sent is
/// deleted, so nothing is missed whatever the order of commits.
/// </summary>
public static class Outbox
{
    /// <summary>After this many failures an item is given up and waits for a person: with the wait doubling from one
    /// second, fifteen attempts span nine hours.</summary>
    public const int MaxAttempts = 15;

    /// <summary>Queues an item; false where the same kind and key is queued already, or was given up.</summary>
    public static async Task<bool> EnqueueAsync(
        this IRecordTransaction transaction, OutboxItem item, CancellationToken cancel) =>
        await transaction.ExecuteAsync(
            "insert into outbox (kind, key, body, due_micros, attempts, given_up) "
            + "values (@Kind, @Key, @Body, @DueMicros, 0, 0) on conflict do nothing", item, cancel) > 0;

    /// <summary>Takes items that are due, oldest first; nobody else is given them before
    /// <paramref name="heldUntilMicros"/>.</summary>
    public static async Task<IReadOnlyList<OutboxItem>> TakeDueAsync(
        this IRecordTransaction transaction, string kind, long nowMicros, long heldUntilMicros, int limit,
        CancellationToken cancel)
    {
        var due = await transaction.QueryAsync<OutboxItem>(
            """
            select kind, key, body, due_micros, attempts from outbox
            where kind = @Kind and given_up = 0 and due_micros <= @Now order by due_micros, key limit @Limit
            """, new { Kind = kind, Now = nowMicros, Limit = limit }, cancel);
        if (due.Count == 0) return [];
        await transaction.ExecuteAsync(
            "update outbox set attempts = attempts + 1, due_micros = @Until where kind = @Kind and key in @Keys",
            new { Kind = kind, Until = heldUntilMicros, Keys = due.Select(i => i.Key).ToArray() }, cancel);
        return [.. due.Select(i => i with { DueMicros = heldUntilMicros, Attempts = i.Attempts + 1 })];
    }

    /// <summary>The item was delivered: it goes.</summary>
    public static Task DoneAsync(this IRecordTransaction transaction, OutboxItem item, CancellationToken cancel) =>
        transaction.ExecuteAsync("delete from outbox where kind = @Kind and key = @Key",
            new { item.Kind, item.Key }, cancel);

    /// <summary>It was not: due again at <paramref name="dueMicros"/>, or given up after
    /// <see cref="MaxAttempts"/>.</summary>
    /// <returns>False where it was given up.</returns>
    public static async Task<bool> RetryAsync(
        this IRecordTransaction transaction, OutboxItem item, long dueMicros, string failure, CancellationToken cancel)
    {
        var giveUp = item.Attempts >= MaxAttempts;
        await transaction.ExecuteAsync(
            "update outbox set due_micros = @Due, failure = @Failure, given_up = @GiveUp "
            + "where kind = @Kind and key = @Key",
            new { item.Kind, item.Key, Due = dueMicros, Failure = failure, GiveUp = giveUp }, cancel);
        return !giveUp;
    }

    /// <summary>Items given up, for a person to look at.</summary>
    public static Task<IReadOnlyList<OutboxItem>> GivenUpAsync(
        this IRecordReader reader, int limit, CancellationToken cancel) =>
        reader.QueryAsync<OutboxItem>(
            "select kind, key, body, due_micros, attempts from outbox where given_up = 1 "
            + "order by kind, key limit @Limit", new { Limit = limit }, cancel);
}
