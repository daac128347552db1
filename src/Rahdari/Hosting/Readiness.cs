using Rahdari.Federation;
using Rahdari.Storage;
using Rahdari.Transparency.Sequencing;

namespace Rahdari.Hosting;

/// <summary>
/// <c>/healthz</c>: the process answers. <c>/readyz</c>: the record can be read, the own log is being signed and every
/// peer's log is believed; 503 names what is not so. An unreachable peer is no fault of this node.
/// </summary>
static class Readiness
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => "ok").ExcludeFromDescription();
        routes.MapGet("/readyz", async (
            NodeSettings settings, IRecordStore store, SequencerService sequencer, HttpContext context) =>
        {
            var faults = await FaultsAsync(settings, store, sequencer, context.RequestAborted);
            return faults.Count == 0
                ? Results.Text("ready")
                : Results.Text(string.Join('\n', faults), statusCode: StatusCodes.Status503ServiceUnavailable);
        }).ExcludeFromDescription();
    }

    static async Task<IReadOnlyList<string>> FaultsAsync(
        NodeSettings settings, IRecordStore store, SequencerService sequencer, CancellationToken cancel)
    {
        var faults = new List<string>();
        if (sequencer.Halted is { } halted) faults.Add($"log: {halted}");
        try
        {
            foreach (var peer in settings.Peers)
            {
                var log = await store.ReadAsync(r => PeerLog.LoadAsync(r, peer.Origin, cancel), cancel);
                if (log.FaultCode is { } code) faults.Add($"peer {peer.Origin}: {code} at {log.FaultIndex}");
            }
        }
        catch (Exception e) when (e is StorageOutageException or StorageFatalException)
        {
            faults.Add($"record: {e.Message}");
        }
        return faults;
    }
}
