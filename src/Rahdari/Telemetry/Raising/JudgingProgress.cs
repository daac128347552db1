using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Raising;

/// <summary>How far one lane is judged.</summary>
/// <param name="Judged">The last number judged.</param>
/// <param name="Head">The last number journaled.</param>
/// <param name="NewestReceived">Time of receipt of the last record judged.</param>
/// <param name="NewestEvent">The newest time of a record judged.</param>
/// <param name="OldestUnjudged">Not later than the receipt of the oldest record not judged; null where all are.</param>
public sealed record LaneProgress(
    string Lane, long Judged, long Head, DateTimeOffset? NewestReceived, DateTimeOffset? NewestEvent,
    DateTimeOffset? OldestUnjudged);

/// <summary>
/// How far judging is, for metrics and for a scaled clock that must not run away from it. Written by judging alone;
/// answers at once.
/// </summary>
public sealed class JudgingProgress(NodeSettings settings, IJournal journal)
{
    sealed record Mark(long Judged, DateTimeOffset? NewestReceived, DateTimeOffset? NewestEvent);

    sealed record Snapshot(DateTimeOffset? Through, Mark Live, Mark Late);

    static readonly Mark Nothing = new(0, null, null);

    readonly string live = JournalStreams.Live(settings.Node), late = JournalStreams.Late(settings.Node);
    Snapshot current = new(null, Nothing, Nothing);

    public IReadOnlyList<LaneProgress> Lanes
    {
        get
        {
            var now = Volatile.Read(ref current);
            return [Of(live, now.Live, now), Of(late, now.Late, now)];
        }
    }

    /// <summary>
    /// Not later than the receipt of the oldest record journaled and not judged; null where all are, or before judging
    /// began.
    /// </summary>
    public DateTimeOffset? OldestUnjudged => Lanes.Select(l => l.OldestUnjudged).Min();

    internal void Began(Watermark? liveMark, Watermark? lateMark) =>
        Volatile.Write(ref current, new(null, Of(liveMark), Of(lateMark)));

    internal void Judged(bool isLate, long number, DateTimeOffset received, DateTimeOffset newestEvent)
    {
        var now = current;
        var mark = isLate ? now.Late : now.Live;
        mark = new(number, received, mark.NewestEvent > newestEvent ? mark.NewestEvent : newestEvent);
        Volatile.Write(ref current, isLate ? now with { Late = mark } : now with { Live = mark });
    }

    /// <summary>Every record received up to here has been judged.</summary>
    internal void JudgedThrough(DateTimeOffset through) =>
        Volatile.Write(ref current, current with { Through = through });

    static Mark Of(Watermark? mark) => new(mark?.Number ?? 0, mark?.ReceivedAt, null);

    LaneProgress Of(string stream, Mark mark, Snapshot now)
    {
        var head = journal.Head(stream);
        return new(
            stream, mark.Judged, head, mark.NewestReceived, mark.NewestEvent,
            head > mark.Judged ? now.Through ?? mark.NewestReceived : null);
    }
}
