using Rahdari.Corridors;
using Rahdari.Parties;

namespace Rahdari.Transparency;

/// <summary>What a decision may look at: folds of streams, each remembered with the version it was read at.</summary>
public interface IDeskReader
{
    /// <summary>Corridor time of this decision.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The rules of the loaded pack; each value is looked up by date.</summary>
    CorridorPack Pack { get; }

    /// <summary>The own administration.</summary>
    AdministrationId Own { get; }

    /// <summary>Folds everything every administration said about the subject (own stream and imported ones, merged in
    /// order of corridor time, then administration, then version).</summary>
    Task<T> FoldAsync<T>(string subject, CancellationToken cancel) where T : IFold<T>;

    /// <summary>Rows of a projection, in the same snapshot.</summary>
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel);
}

/// <summary>How a request at the desk ended.</summary>
public abstract record Outcome
{
    Outcome() { }

    /// <param name="Events">What was recorded.</param>
    /// <param name="Version">The own stream's version of the first subject, for the ETag.</param>
    public sealed record Done(IReadOnlyList<Recorded> Events, long Version) : Outcome;

    public sealed record Refused(Refusal Why) : Outcome;

    /// <summary>The caller's If-Match does not fit any more.</summary>
    public sealed record Stale(long Version) : Outcome;
}

/// <summary>
/// The one way to record anything: reads, decides (pure), signs, seals, appends, projects and queues leaves in one
/// transaction; decides again on fresh state when another writer was quicker.
/// </summary>
public interface IDesk
{
    /// <param name="actor">Who acts; the office's key signs.</param>
    /// <param name="decide">Loads what it needs and answers a decision. May run more than once.</param>
    /// <param name="ifMatch">The version of the own stream of <paramref name="ifMatchSubject"/> the caller saw.</param>
    Task<Outcome> DecideAsync(
        Actor actor, Func<IDeskReader, Task<Decision>> decide, CancellationToken cancel,
        long? ifMatch = null, string? ifMatchSubject = null);

    /// <summary>Folds a subject for reading (pages, answers); sealed values that were erased read as erased.</summary>
    Task<T> FoldAsync<T>(string subject, CancellationToken cancel) where T : IFold<T>;

    /// <summary>Every event about the subject, own and imported, in the order <see cref="IDeskReader.FoldAsync"/>
    /// folds them.</summary>
    Task<IReadOnlyList<Recorded>> HistoryAsync(string subject, CancellationToken cancel);

    /// <summary>Rows of a projection.</summary>
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel);
}
