using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>Drives one <see cref="PeerReader"/> a peer on machine time.</summary>
sealed partial class PeerReading(
    NodeSettings settings, IRecordStore store, Recorder recorder, RecordedFeed feed, CorridorClock clock,
    CorridorPack pack, TimeProvider machine, ILogger<PeerReading> log) : BackgroundService
{
    /// <summary>The other side publishes once a second (design 3, the checkpoint beat).</summary>
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>One request of the exchange; a bad line is better tried again than waited for.</summary>
    static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(30);

    /// <summary>Peers are followed beside each other; a bug in following one ends all, and the node with them.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAll(settings.Peers.Select(async peer =>
        {
            try
            {
                await FollowAsync(peer, ending.Token);
            }
            catch
            {
                await ending.CancelAsync();
                throw;
            }
        }));
    }

    async Task FollowAsync(PeerSettings peer, CancellationToken stopping)
    {
        using var http = new HttpClient
        {
            BaseAddress = new Uri(peer.Url.TrimEnd('/') + "/"),
            Timeout = RequestLimit,
            MaxResponseContentBufferSize = HttpPeerLink.MaxAnswerBytes,
        };
        await Rounds.RunAsync(
            cancel => ReadAsync(peer, http, cancel), Beat, machine, stopping,
            why => LogUnreachable(log, peer.Origin, why));
    }

    async Task ReadAsync(PeerSettings peer, HttpClient http, CancellationToken stopping)
    {
        try
        {
            var apiKey = (await File.ReadAllTextAsync(peer.ApiKeyFile, stopping)).Trim();
            var reader = new PeerReader(
                peer, new HttpPeerLink(http, peer.Origin, apiKey), store, recorder, clock,
                FirstEvents.NodeActor(settings, pack));
            await ReadToTheEndAsync(reader, peer, stopping);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException
            || (e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            LogUnreachable(log, peer.Origin, e.Message);
        }
    }

    async Task ReadToTheEndAsync(PeerReader reader, PeerSettings peer, CancellationToken stopping)
    {
        for (var more = true; more;)
        {
            var progress = await reader.StepAsync(stopping);
            if (progress.Fault is { } fault) LogFault(log, peer.Origin, fault.Code, fault.Index, fault.Detail);
            foreach (var header in progress.Unplaced)
                LogUnplaced(log, peer.Origin, header.EventId, header.Version, header.Stream.ToString());
            feed.Publish(progress.Imported);
            more = progress.More;
        }
    }

    [LoggerMessage(601, LogLevel.Debug, "the log {Origin} cannot be read now: {Why}")]
    static partial void LogUnreachable(ILogger log, string origin, string why);

    [LoggerMessage(603, LogLevel.Warning,
        "the log {Origin}: event {EventId}, number {Version} of {Stream}, is passed over: its beginning is kept back")]
    static partial void LogUnplaced(ILogger log, string origin, string eventId, long version, string stream);

    [LoggerMessage(602, LogLevel.Error, "the log {Origin} is not believed: {Code} at {Index}: {Detail}")]
    static partial void LogFault(ILogger log, string origin, string code, long index, string detail);
}
