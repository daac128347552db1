using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Rahdari.Movements;
using Rahdari.Movements.Views;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;

namespace Rahdari.Web.Live;

/// <summary>A unit's newest believed position.</summary>
sealed record LiveFix(
    UnitId Unit, DateTimeOffset Time, double Latitude, double Longitude, double? SpeedKmh, int? CourseDegrees,
    long? AlongMetres, string Device);

/// <summary>What is heard of a unit by now.</summary>
/// <param name="Coverage">Full, reduced or none; null where nobody listens any more.</param>
/// <param name="Since">When the first silent device was last heard.</param>
sealed record LiveCoverage(
    UnitId Unit, string? Coverage, IReadOnlyList<string> SilentDevices, DateTimeOffset? Since);

/// <param name="Unit">Null where the event is about the whole movement.</param>
sealed record LiveMovement(
    Mrn Mrn, string EventId, string Type, AdministrationId Administration, OfficeId Office, DateTimeOffset At,
    UnitId? Unit);

/// <summary>Turns what was committed into live events: an alert is told as the board has it by then.</summary>
sealed partial class LivePublishing(
    LiveFeed feed, RecordedFeed recorded, PositionFeed positions, CoverageFeed coverage, IDesk desk,
    Catalogues catalogues, IOptions<JsonOptions> json, ILogger<LivePublishing> log) : BackgroundService
{
    // Listens from the construction on, before anybody can read, so that nothing is told to nobody.
    readonly IAsyncEnumerable<CommittedBatch<UnitPosition>> fixes = positions.BatchesAsync(default);
    readonly IAsyncEnumerable<CommittedBatch<UnitId>> heard = coverage.BatchesAsync(default);
    readonly IAsyncEnumerable<CommittedBatch<Recorded>> events = recorded.BatchesAsync(default);

    /// <summary>A fault of either half ends the node rather than leave readers with the other.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) => await await Task.WhenAny(
        TellAsync(fixes, TellFixAsync, stoppingToken), TellAsync(heard, TellCoverageAsync, stoppingToken),
        TellAsync(events, TellEventAsync, stoppingToken));

    /// <summary>Where something was missed a snapshot is needed, and it has all that is left of the batch.</summary>
    async Task TellAsync<T>(
        IAsyncEnumerable<CommittedBatch<T>> batches, Func<T, CancellationToken, Task> tell, CancellationToken cancel)
    {
        await foreach (var batch in batches.WithCancellation(cancel))
        {
            if (batch.Missed) feed.TellMissed();
            else foreach (var one in batch.Items) await tell(one, cancel);
        }
    }

    Task TellFixAsync(UnitPosition p, CancellationToken cancel)
    {
        Tell("fix", new LiveFix(
            p.Unit, p.At, p.LatitudeE7 / 1e7, p.LongitudeE7 / 1e7, p.SpeedMetresPerHour / 1000.0, p.CourseDegrees,
            p.AlongMetres, p.Device.ToString()));
        return Task.CompletedTask;
    }

    async Task TellCoverageAsync(UnitId unit, CancellationToken cancel)
    {
        try
        {
            var found = (await CoverageTable.ReadAsync(desk, [unit.Mrn], cancel)).GetValueOrDefault(unit);
            Tell("coverage", new LiveCoverage(unit, found?.State, found?.Silent ?? [], found?.Since));
        }
        catch (StorageOutageException e)
        {
            NotRead(log, unit.ToString(), e.Message);
            feed.TellMissed();
        }
    }

    async Task TellEventAsync(Recorded one, CancellationToken cancel)
    {
        var subject = one.Header.Stream.Subject;
        if (AlertState.IdOf(subject) is { } id) await TellAlertAsync(id, cancel);
        else if (Mrn.TryParse(subject, null, out var mrn)) Tell("movement", MovementOf(mrn, one));
    }

    async Task TellAlertAsync(string id, CancellationToken cancel)
    {
        try
        {
            if (await AlertList.FindAsync(desk, id, cancel) is { } row)
                Tell("alert", AlertsEndpoint.AlertItem.Of(row, catalogues.Default));
        }
        catch (StorageOutageException e)
        {
            NotRead(log, id, e.Message);
            feed.TellMissed();
        }
    }

    static LiveMovement MovementOf(Mrn mrn, Recorded one) => new(
        mrn, one.Header.EventId, MovementView.TypeOf(one.Body), one.Header.Stream.Administration, one.Header.Office,
        one.Header.At, MovementView.UnitOf(mrn, one.Body));

    void Tell<T>(string kind, T data) =>
        feed.Tell(kind, JsonSerializer.Serialize(data, json.Value.SerializerOptions));

    [LoggerMessage(7100, LogLevel.Warning, "{Id} cannot be read now, live readers begin anew: {Why}")]
    static partial void NotRead(ILogger log, string id, string why);
}
