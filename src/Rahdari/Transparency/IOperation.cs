using Rahdari.Parties;

namespace Rahdari.Transparency;

/// <summary>
/// One thing an officer asks for or reports: it loads what its decision needs and decides. Pages, API and timers run
/// the same operation.
/// </summary>
public interface IOperation
{
    /// <summary>The stream an If-Match speaks about, and where a repeated request finds what it did.</summary>
    string Subject { get; }

    /// <summary>
    /// Reads, before the decision and once a request, what would hold the record's only writer too long: the journal.
    /// Things may have changed when the decision is made, so it asks of what was read whether it still holds.
    /// </summary>
    /// <returns>The operation with what was read.</returns>
    Task<IOperation> PrepareAsync(IDesk desk, Actor actor, CancellationToken cancel) => Task.FromResult(this);

    /// <summary>May run more than once; has no effect of its own.</summary>
    Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel);
}

/// <summary>How one request is told from another.</summary>
/// <param name="EventPrefix">
/// Where set, the ids of the events are this and their place in the decision, so that a repeated request cannot record
/// twice; null draws ids.
/// </param>
/// <param name="IfMatch">The version of the own stream the caller saw; null decides on whatever is there.</param>
public sealed record RequestStamp(string? EventPrefix = null, long? IfMatch = null)
{
    public static readonly RequestStamp None = new();
}

public static class Operations
{
    /// <exception cref="Storage.DuplicateEventException">The stamped request was already carried out.</exception>
    public static async Task<Outcome> RunAsync(
        this IDesk desk, IOperation operation, Actor actor, RequestStamp stamp, CancellationToken cancel)
    {
        var prepared = await operation.PrepareAsync(desk, actor, cancel);
        return await desk.DecideAsync(
            actor, async reader => Stamp(await prepared.DecideAsync(reader, actor, cancel), stamp.EventPrefix), cancel,
            stamp.IfMatch, stamp.IfMatch is null ? null : operation.Subject);
    }

    static Decision Stamp(Decision decision, string? prefix) =>
        prefix is not null && decision is Decision.Accepted accepted
            ? Decision.Accept(accepted.Events.Select((e, i) => e.Id is null ? e with { Id = $"{prefix}-{i}" } : e))
            : decision;
}
