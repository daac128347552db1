namespace Rahdari.Devices;

/// <summary>
/// Every protocol, in the order that fixes its port: protocol i listens on the base port plus i. A new protocol is
/// one folder and one line here; the order of existing lines never changes.
/// </summary>
public static class Registry
{
    public static readonly IReadOnlyList<IDeviceProtocol> Protocols = [];
}
