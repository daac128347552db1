using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>
/// What a node says before anything else: its keys as entry 0 of its log, and which rule pack it runs. Said again when
/// an office or the pack is new.
/// </summary>
sealed class FirstEvents(NodeSettings settings, KeyRing keys, Recorder recorder, CorridorPack pack)
{
    /// <summary>The node's own actor: its control room's office signs what no officer does.</summary>
    public static Actor NodeActor(NodeSettings settings, CorridorPack pack) => new(
        OfficerId.Node,
        pack.Offices.First(o =>
            o.Id.Administration == settings.Administration && o.Roles.Contains(OfficeRole.ControlRoom)).Id,
        Role.ControlRoom);

    public Task RecordAsync(IRecordStore store, CancellationToken cancel) => store.WriteAsync(async t =>
    {
        var (publishedKeys, loadedPack) = await LastAsync(t, cancel);
        var offices = keys.PublicKeys();
        var news = new List<NewEvent>();
        if (publishedKeys is null || !publishedKeys.Offices.SequenceEqual(offices))
            news.Add(new(Node.Subject, new KeysPublished(settings.Origin, keys.LogPublicKey, offices)));
        if (loadedPack?.Hash != pack.Hash) news.Add(new(Node.Subject, new PackLoaded(pack.Id, pack.Hash)));
        if (news.Count > 0) await recorder.RecordAsync(t, NodeActor(settings, pack), news, cancel);
        return 0;
    }, cancel);

    async Task<(KeysPublished?, PackLoaded?)> LastAsync(IRecordReader reader, CancellationToken cancel)
    {
        KeysPublished? published = null;
        PackLoaded? loaded = null;
        var stream = new StreamName(settings.Administration, Node.Subject).ToString();
        await foreach (var row in reader.StreamAsync(stream, cancel))
        {
            var body = (await recorder.ReadAsync(reader, row, cancel)).Body;
            published = body as KeysPublished ?? published;
            loaded = body as PackLoaded ?? loaded;
        }
        return (published, loaded);
    }
}
