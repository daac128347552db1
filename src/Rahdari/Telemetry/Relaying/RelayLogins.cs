using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Connecting;

namespace Rahdari.Telemetry.Relaying;

/// <summary>A platform logs in with the vendor's key of this node where a device would show its password.</summary>
sealed class RelayLogins(KeyRegister keys, RelayVendors vendors) : IRelayLogins
{
    public bool IsOne(string secret) => secret.StartsWith(KeyRegister.Prefix, StringComparison.Ordinal);

    public async ValueTask<RelayLogin> AdmitAsync(string secret, DeviceId device, CancellationToken cancel)
    {
        if (await keys.FindAsync(secret, cancel) is not { } actor || vendors.Of(actor) is not { } vendor)
            return new(null, RelayCodes.KeyUnknown);
        return (await vendors.OwnAsync(vendor, [device], cancel)).Contains(device)
            ? new(vendor.Party, null)
            : new(null, RelayCodes.DeviceNotVendors);
    }
}
