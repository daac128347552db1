using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Tests.Transparency;

/// <summary>A desk that counts what is asked of it.</summary>
sealed class CountingDesk(IDesk desk) : IDesk
{
    public int Queries { get; private set; }

    /// <summary>Answered by those queries.</summary>
    public long Rows { get; private set; }

    public int Decisions { get; private set; }

    public Task<Outcome> DecideAsync(
        Actor actor, Func<IDeskReader, Task<Decision>> decide, CancellationToken cancel, long? ifMatch = null,
        string? ifMatchSubject = null)
    {
        Decisions++;
        return desk.DecideAsync(actor, decide, cancel, ifMatch, ifMatchSubject);
    }

    public Task<T> FoldAsync<T>(string subject, CancellationToken cancel) where T : IFold<T> =>
        desk.FoldAsync<T>(subject, cancel);

    public Task<IReadOnlyList<Recorded>> HistoryAsync(string subject, CancellationToken cancel) =>
        desk.HistoryAsync(subject, cancel);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<T>(sql, args, cancel);
        (Queries, Rows) = (Queries + 1, Rows + rows.Count);
        return rows;
    }
}
