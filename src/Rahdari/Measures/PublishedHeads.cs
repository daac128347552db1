using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Transparency.Sequencing;

namespace Rahdari.Measures;

/// <summary>The own log's newest signed head, as the sequencer keeps it.</summary>
sealed class PublishedHeads(NodeSettings settings, IRecordStore store) : ILogHeads
{
    public Task<(LogHead Head, IReadOnlyList<string> Cosigners)?> NewestAsync(CancellationToken cancel) =>
        store.ReadAsync<(LogHead, IReadOnlyList<string>)?>(async r =>
            await r.LogHeadAsync(settings.Origin, cancel) is { } head
                ? (new LogHead(settings.Origin, head.Size, head.Root.ToBase64()), [])
                : null, cancel);
}
