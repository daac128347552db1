using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;

namespace Rahdari.Telemetry.Relaying;

/// <summary>
/// Which vendors may pass frames on, and of which devices: those of the stock whose cards name the vendor, and those
/// the node's settings name.
/// </summary>
sealed class RelayVendors(NodeSettings node, IRecordStore store)
{
    /// <summary>Devices asked for by one query.</summary>
    const int Some = 200;

    public IReadOnlyList<VendorSettings> All => node.Vendors;

    /// <summary>Null where the settings have no such vendor.</summary>
    public VendorSettings? Find(PartyId party) => node.Vendors.FirstOrDefault(v => v.Party == party);

    /// <summary>The vendor that a key passes frames on for; null where it is no vendor's.</summary>
    public VendorSettings? Of(Actor actor) =>
        actor is { Role: Role.Vendor, Party: { } party } ? Find(party) : null;

    /// <summary>Those of some devices that the vendor may pass on.</summary>
    public async Task<IReadOnlySet<DeviceId>> OwnAsync(
        VendorSettings vendor, IReadOnlyCollection<DeviceId> devices, CancellationToken cancel)
    {
        var own = devices.Where(d => vendor.Lists(d.ToString())).ToHashSet();
        if (vendor.Name is not { } name) return own;
        foreach (var some in devices.Where(d => !own.Contains(d)).Select(d => d.ToString()).ToList().Chunk(Some))
        {
            var rows = await store.ReadAsync(r => r.QueryAsync<string>(
                "select device from stock_device where device in @some and vendor = @name and state <> 'retired'",
                new { some, name }, cancel), cancel);
            own.UnionWith(rows.Select(r => DeviceId.Parse(r)));
        }
        return own;
    }
}
