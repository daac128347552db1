using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Judging;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>Findings as events of their alerts.</summary>
static class FindingEvents
{
    sealed record Known(
        string AlertId, long FromMicros, long UntilMicros, string SentenceKey, string SentenceArgs, string Status);

    /// <summary>Values of one query's list; after a start every unit of a corridor may have a finding.</summary>
    const int MostIds = 500;

    /// <summary>
    /// What is still to be recorded of findings, in order: an alert that is on the board already is not raised again,
    /// and what is known of it is not said again. That matters only where the journal is judged from the start anew.
    /// </summary>
    public static async Task<IReadOnlyList<NewEvent>> NewAsync(
        IRecordReader reader, IReadOnlyList<Finding> findings, CancellationToken cancel)
    {
        if (findings.Count == 0) return [];
        var rows = new List<Known>();
        foreach (var ids in findings.Select(f => f.AlertId).Distinct().Chunk(MostIds))
            rows.AddRange(await reader.QueryAsync<Known>(
                """
                select alert_id, from_micros, until_micros, sentence_key, sentence_args, status from alert_board
                where alert_id in @ids
                """, new { ids }, cancel));
        var known = rows.ToDictionary(
            r => r.AlertId, r => (From: Hosting.CorridorTime.FromMicros(r.FromMicros),
                Until: Hosting.CorridorTime.FromMicros(r.UntilMicros),
                Sentence: (r.SentenceKey, r.SentenceArgs)), StringComparer.Ordinal);
        var refuted = rows.Where(r => r.Status == "refuted").Select(r => r.AlertId)
            .ToHashSet(StringComparer.Ordinal);
        var news = await OpeningsAsync(reader, findings, cancel);
        foreach (var finding in findings)
        {
            if (finding is Finding.Allow or Finding.Disallow) continue;
            var (body, from, until, sentence) = BodyOf(finding);
            if (finding is Finding.Refute)
            {
                if (refuted.Add(finding.AlertId)) news.Add(new(AlertState.Subject(finding.AlertId), body, null));
                continue;
            }
            // Closed by a swap that it is a part of, or by records: how long it went on is no news any more.
            if (finding is not Finding.Raise && refuted.Contains(finding.AlertId)) continue;
            var said = sentence is null ? default : (sentence.Key, AlertBoard.Write(sentence.Args));
            if (known.TryGetValue(finding.AlertId, out var told))
            {
                if (finding is Finding.Raise) continue;
                if (sentence is null) said = told.Sentence;
                if (told == (from, until, said)) continue;
            }
            known[finding.AlertId] = (from, until, said);
            // The id of what raises it makes a second alert of one cause impossible.
            news.Add(new(
                AlertState.Subject(finding.AlertId), body, finding is Finding.Raise ? finding.AlertId : null));
        }
        return news;
    }

    /// <summary>What is still to be recorded of openings, in order.</summary>
    static async Task<List<NewEvent>> OpeningsAsync(
        IRecordReader reader, IReadOnlyList<Finding> findings, CancellationToken cancel)
    {
        var news = new List<NewEvent>();
        var ids = findings.Where(f => f is Finding.Allow or Finding.Disallow).Select(f => f.AlertId).ToList();
        if (ids.Count == 0) return news;
        var known = await OpeningBoard.KnownAsync(reader, ids, cancel);
        foreach (var finding in findings)
        {
            if (finding is Finding.Allow allow)
            {
                var (opening, isNew) = (allow.Opening, !known.ContainsKey(allow.OpeningId));
                var told = OpeningTelling.ToldOf(allow.OpeningId, opening);
                if (!isNew && known[allow.OpeningId] == told) continue;
                known[allow.OpeningId] = told;
                // The id of the first makes a second opening of one act and device impossible.
                news.Add(new(OpeningBoard.Subject(allow.OpeningId), new OpeningAuthorised(
                    allow.OpeningId, allow.Unit, DeviceId.Parse(opening.Device), opening.Kinds, opening.From,
                    opening.Place?.LatitudeE7, opening.Place?.LongitudeE7, opening.Act),
                    isNew ? allow.OpeningId : null));
            }
            else if (finding is Finding.Disallow && known.GetValueOrDefault(finding.AlertId) is not null)
            {
                known[finding.AlertId] = null;
                news.Add(new(
                    OpeningBoard.Subject(finding.AlertId), new OpeningNotAuthorised(finding.AlertId), null));
            }
        }
        return news;
    }

    static (EventBody Body, DateTimeOffset From, DateTimeOffset Until, Sentence? Sentence) BodyOf(Finding finding) =>
        finding switch
    {
        Finding.Raise f => (
            new AlertRaised(
                f.AlertId, f.Unit, f.Kind, f.Severity, f.From, f.Until, f.Late, f.Device, f.Place?.LatitudeE7,
                f.Place?.LongitudeE7, f.Sentence.Key, f.Sentence.Args, f.CutFrom,
                f.Identity, f.Relay) { OtherUnit = f.OtherUnit },
            f.From, f.Until, f.Sentence),
        Finding.Extend f => (
            new AlertExtended(f.AlertId, f.From, f.Until, f.Late, f.Sentence?.Key, f.Sentence?.Args),
            f.From, f.Until, f.Sentence),
        Finding.Refute f => (new AlertRefuted(f.AlertId, f.JoinedTo, f.Explained), f.From, f.Until, null),
        Finding.Narrow f => (new AlertNarrowed(f.AlertId, f.From, f.Until), f.From, f.Until, null),
        _ => throw new InvalidOperationException($"{finding.GetType().Name} has no event"),
    };
}
