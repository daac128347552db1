using Rahdari.Movements;
using Rahdari.Parties;

namespace Rahdari.Telemetry.Connecting;

/// <summary>Whether a platform's connection may speak for a device.</summary>
/// <param name="Vendor">Whose platform it is; null where it may not.</param>
/// <param name="Code">Why it may not, stable; null where it may.</param>
public sealed record RelayLogin(PartyId? Vendor, string? Code);

/// <summary>
/// The platforms that log in on a device port, each connection for one device. <see cref="Relaying"/> answers from keys
/// and settings; a node without vendors has none.
/// </summary>
public interface IRelayLogins
{
    /// <summary>Whether a secret is meant for this and not for a device's own purposes. Costs nothing.</summary>
    bool IsOne(string secret);

    ValueTask<RelayLogin> AdmitAsync(string secret, DeviceId device, CancellationToken cancel);
}

/// <summary>Nobody logs in as a platform: every secret is the device's own and not looked at.</summary>
sealed class NoRelayLogins : IRelayLogins
{
    public bool IsOne(string secret) => false;

    public ValueTask<RelayLogin> AdmitAsync(string secret, DeviceId device, CancellationToken cancel) =>
        throw new InvalidOperationException("no secret is meant for this");
}
