namespace Rahdari.Devices;

/// <summary>
/// Every protocol by name. A new protocol is one folder and one line in <see cref="Protocols"/>.
/// </summary>
public static class Registry
{
    /// <summary>
    /// The names in the order that fixes their ports: the protocol at place i listens on the base port plus i. The
    /// order never changes; a name without a decoder keeps its place and has no listener.
    /// </summary>
    public static readonly IReadOnlyList<string> Order =
    [
        "jt600", "teltonika", "jt808", "eseal", "gt06", "queclink", "ruptela", "meitrack", "galileosky", "osmand",
        "wialon",
    ];

    /// <summary>The protocols that are built, in the order of <see cref="Order"/>.</summary>
    public static readonly IReadOnlyList<IDeviceProtocol> Protocols =
    [
        new Jt600.Jt600Decoder(),
        new Teltonika.TeltonikaDecoder(),
        new Jt808.Jt808Decoder(),
        new Eseal.EsealDecoder(),
        new Gt06.Gt06Decoder(),
        new Queclink.QueclinkDecoder(),
        new Ruptela.RuptelaDecoder(),
        new Meitrack.MeitrackDecoder(),
        new Galileosky.GalileoskyDecoder(),
        new Osmand.OsmandDecoder(),
        new Wialon.WialonDecoder(),
    ];

    /// <summary>The place of a protocol in <see cref="Order"/>: its port's distance from the base port.</summary>
    public static int PortIndex(IDeviceProtocol protocol)
    {
        for (var i = 0; i < Order.Count; i++)
            if (Order[i] == protocol.Name) return i;
        throw new InvalidOperationException($"{protocol.Name} has no place in the order of protocols");
    }

    /// <summary>The protocol of a name (second names included), or null where it is unknown or not built.</summary>
    public static IDeviceProtocol? Find(string name)
    {
        var canonical = Canonical(name);
        return Protocols.FirstOrDefault(p => p.Name == canonical);
    }

    /// <summary>True for every name in the order and every second name, built or not.</summary>
    public static bool IsKnown(string name) => Order.Contains(Canonical(name));

    static string Canonical(string name) => name switch
    {
        "gl200" => "queclink",
        "galileo" => "galileosky",
        _ => name,
    };
}
